"""One IDX file: read, or refused with a sentence that says what is wrong with it."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from nnlab.data import DataError, load_digits
from nnlab.sources.idx import read_images, read_labels
from tests.nnlab.small_mnist import TRAIN_COUNT, call_genuine, idx_bytes, small_files, write_files

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = small_files()


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch):
    """Nobody has named a folder, and the small files pass for the MNIST that everybody has."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    call_genuine(monkeypatch, small_files())


def test_a_label_file_worked_by_hand(tmp_path):
    """Magic 00 00 08 01 (unsigned bytes, one dimension), 00 00 00 03 (three values), then 7, 2, 1."""
    path = tmp_path / "labels"
    path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    assert read_labels(path).tolist() == [7, 2, 1]


def with_label_17(content: bytes) -> bytes:
    return content[:-1] + bytes([17])


def gzip_without_end(content: bytes) -> bytes:
    return gzip.compress(content)[:-20]


def gzip_with_flipped_bit(content: bytes) -> bytes:
    whole = bytearray(gzip.compress(content))
    whole[-6] ^= 1  # within the checksum of the content
    return bytes(whole)


def large_images(_: bytes) -> bytes:
    return idx_bytes(np.zeros((TRAIN_COUNT, 32, 32)))


BROKEN = [  # file, what it holds instead, reason, words of the sentence
    (TRAIN_IMAGES, lambda content: b"", "truncated", "is empty"),
    (TRAIN_IMAGES, lambda content: content[:10], "truncated", "in the middle of its header"),
    (TRAIN_IMAGES, lambda content: content[:-5], "truncated", "has 31,371 bytes where its header announces 31,376"),
    (TRAIN_LABELS, lambda content: content[:2], "corrupt", "is not an MNIST file: it begins with 00 00 instead of"),
    (TRAIN_LABELS, lambda content: content + b"!", "corrupt", "goes on after the 48 bytes"),
    (TRAIN_LABELS, with_label_17, "corrupt", "has the label 17 at position 39; labels are 0 to 9"),
    (TEST_IMAGES, lambda content: b"<html>" + content, "corrupt", "is not an MNIST file: it begins with 3c 68 74 6d"),
    (TEST_IMAGES, gzip.compress, "corrupt", "is still gzip-compressed. Add .gz to its name"),
    (TRAIN_IMAGES, large_images, "corrupt", "holds images of 32 x 32 pixels"),
    (TEST_LABELS, lambda content: idx_bytes(np.zeros(0)), "corrupt", "says that it holds 0 values"),
    (TEST_LABELS, lambda content: idx_bytes(np.zeros(7)), "corrupt", "holds 20 images, but .* holds 7 labels"),
    (TRAIN_IMAGES, lambda content: small_files()[TRAIN_LABELS], "swapped", "holds labels, not images"),
    (TEST_LABELS, lambda content: small_files()[TEST_IMAGES], "swapped", "holds images, not labels"),
    (f"{TRAIN_IMAGES}.gz", gzip_without_end, "truncated", "breaks off after"),
    (f"{TRAIN_IMAGES}.gz", gzip_with_flipped_bit, "corrupt", "cannot be unpacked"),
    (f"{TRAIN_IMAGES}.gz", lambda content: gzip.compress(content) + b"!", "corrupt", "goes on after the end"),
    (f"{TEST_IMAGES}.gz", lambda content: content, "corrupt", "not gzip-compressed.*Take the .gz from its name"),
    (f"{TEST_IMAGES}.gz", lambda content: b"<html>", "corrupt", "is not gzip-compressed"),
    (f"{TEST_IMAGES}.gz", lambda content: b"\x1f", "truncated", "breaks off after 1 bytes"),
    (f"{TEST_LABELS}.gz", lambda content: b"", "truncated", "is empty"),
]


@pytest.mark.parametrize(("name", "damage", "reason", "words"), BROKEN)
def test_a_broken_file_is_named_with_what_to_do(tmp_path, name, damage, reason, words):
    files = small_files()
    plain = name.removesuffix(".gz")
    files[name] = damage(files.pop(plain))
    write_files(tmp_path, files)
    with pytest.raises(DataError, match=words) as caught:
        load_digits(root=tmp_path)
    assert caught.value.reason == reason
    assert caught.value.file == name
    assert name in str(caught.value)
    assert any(remedy in str(caught.value) for remedy in ("ownload", "its name", "own names"))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("nnlab.sources.idx.MAX_BYTES", 50_000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(1_000_000)))
    with pytest.raises(DataError, match="more than 50,000 bytes"):
        read_images(path)


def test_a_file_that_vanishes_or_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match="is missing") as caught:
        read_images(tmp_path / "gone")
    assert caught.value.reason == "missing"
    with pytest.raises(DataError, match="cannot be read: Is a directory") as caught:
        read_images(tmp_path)
    assert caught.value.reason == "disk"
