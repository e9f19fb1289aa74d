"""Files that are no IDX files, or lie about what is in them: each is read as it says, or refused with what to do."""

from __future__ import annotations

import gzip
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.sources import idx
from nnlab.sources.builtin import cache
from nnlab.sources.errors import REASONS, DataError
from nnlab.sources.idx import read_images, read_labels
from nnlab.sources.mnist import FILES, is_genuine
from tests.hostile import damaged, tried

HUGE = 1 << 40  # bytes of a file that is a hole: it takes no room on the disk, and no memory has room for it
REMEDIES = (
    "ownload MNIST",
    "ownload it again, or copy it anew",
    "copy both anew",
    "their own names",
    "to its name",
    "from its name",
)


def header(magic: bytes, *sizes: int) -> bytes:
    return magic + b"".join(size.to_bytes(4, "big") for size in sizes)


SIZES = st.sampled_from([0, 1, 2, 27, 28, 29, 784, 2**31, 2**32 - 1]) | st.integers(0, 2**32 - 1)
IMAGES = header(idx.IMAGES_MAGIC, 2, 28, 28) + bytes(range(256)) * 6 + bytes(32)
LABELS = header(idx.LABELS_MAGIC, 5) + bytes([7, 2, 1, 0, 4])
LYING = st.builds(
    lambda magic, sizes, values: header(magic, *sizes) + values,
    st.sampled_from([idx.IMAGES_MAGIC, idx.LABELS_MAGIC, bytes([0, 0, 13, 3]), bytes([0, 0, 8, 255])]),
    st.lists(SIZES, max_size=4),
    st.binary(max_size=2000),
)
PLAIN = damaged(IMAGES) | damaged(LABELS) | LYING | st.binary(max_size=50)
PACKED = PLAIN.map(gzip.compress) | damaged(gzip.compress(IMAGES)) | damaged(gzip.compress(LABELS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("idx")


@given(st.sampled_from([read_images, read_labels]), st.sampled_from(["digits", "digits.gz", "digits.gz (1)"]),
       PLAIN | PACKED)  # fmt: skip
def test_a_file_is_read_as_it_says_or_refused_with_what_to_do(folder, read, name, content):
    path = folder / name
    path.write_bytes(content)
    values, refusal = tried(DataError, read, path)
    if refusal:
        assert refusal.reason in REASONS
        assert refusal.file == name
        assert str(refusal).startswith(str(path))
        assert any(remedy in str(refusal) for remedy in REMEDIES)
    else:
        written = gzip.decompress(content) if ".gz" in name else content
        assert written.endswith(values.tobytes())
        assert int.from_bytes(written[4:8], "big") == len(values) > 0
        assert values.shape[1:] == ((28, 28) if read is read_images else ())
        assert read is read_images or values.max() < 10


def test_a_packed_file_of_several_pieces_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "PIECE", 100)
    values = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    path = tmp_path / "digits.gz"
    for level in (0, 9):
        path.write_bytes(gzip.compress(header(idx.IMAGES_MAGIC, 50, 28, 28) + values.tobytes(), level))
        assert np.array_equal(read_images(path), values)
    path.write_bytes(gzip.compress(header(idx.LABELS_MAGIC, 5000) + bytes(5000)))  # nothing but its pieces unpacked
    assert read_labels(path).shape == (5000,)


def test_a_huge_packed_file_that_unpacks_to_nothing_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "MAX_BYTES", 10_000)
    monkeypatch.setattr(idx, "PIECE", 100)
    path, empty_block = tmp_path / "digits.gz", bytes([0, 0, 0, 255, 255])
    path.write_bytes(gzip.compress(b"")[:10] + 100_000 * empty_block)
    with pytest.raises(DataError, match="has more than 10,000 bytes"):
        read_images(path)


def test_what_a_packed_file_unpacks_to_is_in_memory_once(tmp_path):
    """Neither the packed file beside it, nor, for its refusal, a second one as large."""
    count = 5_000_000
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(header(idx.LABELS_MAGIC, count) + bytes(count - 1) + b"\x0b", 0))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="has the label 11 at position 4,999,999"):
            read_labels(path)
        assert tracemalloc.get_traced_memory()[1] < 1.9 * count
    finally:
        tracemalloc.stop()


def test_a_file_of_any_length_under_a_name_of_mnist_is_not_read_for_its_checksum(tmp_path):
    path = tmp_path / FILES[0]
    with path.open("wb") as stream:
        stream.truncate(HUGE)
    assert is_genuine(FILES[0], path) is False


def test_a_file_of_any_length_in_the_place_of_the_built_in_digits_is_not_read(tmp_path):
    cache.cache_file().parent.mkdir(parents=True)
    with cache.cache_file().open("wb") as stream:
        stream.truncate(HUGE)
    assert cache.read_cache() is None
