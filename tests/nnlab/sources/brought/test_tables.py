"""Images that come as numbers are read as they are, or refused; nothing in them is executed."""

from __future__ import annotations

import io
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.sources.brought import tables, zips
from nnlab.sources.brought.errors import REASONS, BroughtError
from nnlab.sources.brought.tables import MOST, read_csv, read_idx, read_npz
from tests.hostile import damaged, tried

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 28, 28), dtype=np.uint8)
LABELS = np.array([7, 0, 9, 3])


def csv(images: np.ndarray = IMAGES, labels: np.ndarray | None = LABELS, header: str = "", end: str = "\n") -> bytes:
    rows = images.reshape(len(images), -1).tolist()
    rows = [[label, *row] for label, row in zip(labels, rows, strict=True)] if labels is not None else rows
    return (header + end.join(",".join(map(str, row)) for row in rows) + end).encode()


def npz(**arrays: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def idx(images: np.ndarray = IMAGES) -> bytes:
    return b"\0\0\x08\x03" + np.array(images.shape, ">u4").tobytes() + images.tobytes()


def reason(read, content: bytes) -> str:
    with pytest.raises(BroughtError) as caught:
        read(content)
    return caught.value.reason


@pytest.mark.parametrize("header", ["", "label," + ",".join(f"pixel{number}" for number in range(784)) + "\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_with_and_without_names(header, end):
    table = read_csv(csv(header=header, end=end))
    assert np.array_equal(table.images, IMAGES)
    assert table.labels.tolist() == [7, 0, 9, 3]
    assert table.total == 4


def test_a_csv_may_have_no_labels():
    table = read_csv(csv(labels=None))
    assert np.array_equal(table.images, IMAGES)
    assert table.labels is None


def test_of_a_long_csv_the_first_are_read_and_all_are_counted():
    many = np.zeros((MOST + 30, 28, 28), np.uint8)
    table = read_csv(csv(many, np.arange(MOST + 30) % 10, header="label,rest\n"))
    assert (len(table.images), table.total) == (MOST, MOST + 30)


def test_a_csv_says_which_line_is_wrong():
    good = csv()
    with pytest.raises(BroughtError) as caught:
        read_csv(good + b"1,2,3\n")
    assert (caught.value.reason, caught.value.facts) == ("csv", {"line": 5})
    assert reason(read_csv, good.replace(b"\n7,", b"\n-7,").replace(b"\n0,", b"\nx,")) == "csv"
    assert reason(read_csv, csv(labels=np.array([7, 10, 0, 1]))) == "label"
    assert reason(read_csv, csv(IMAGES.astype(int) + 300)) == "values"
    assert reason(read_csv, b"a,b\n") == "no_images"


def test_an_npz_as_keras_and_as_others_write_it():
    table = read_npz(npz(x_train=IMAGES, y_train=LABELS, y_test=np.zeros(9, int)))
    assert np.array_equal(table.images, IMAGES)
    assert table.labels.tolist() == [7, 0, 9, 3]
    fractions = read_npz(npz(images=(IMAGES / 255).astype(np.float32)))
    assert np.array_equal(fractions.images, IMAGES)
    assert fractions.labels is None
    assert read_npz(npz(data=IMAGES.reshape(4, 784))).images.shape == (4, 28, 28)
    assert read_npz(npz(x=IMAGES[..., None])).images.shape == (4, 28, 28)


@pytest.mark.parametrize("most", [1, 16])
@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float64])
def test_ink_that_is_full_at_1_or_at_16_is_full(most, kind):
    """Black and white as 0 and 1, and scikit-learn's digits; as greys of 255 nothing of them could be seen."""
    greys = np.linspace(0, most, 28).round() * np.ones((4, 28, 1))
    expected = (greys * 255 / most).round().astype(np.uint8)
    assert np.array_equal(read_npz(npz(x=greys.astype(kind))).images, expected)
    assert np.array_equal(read_csv(csv(greys.astype(int))).images, expected)
    assert np.array_equal(read_idx(idx(greys.astype(np.uint8))).images, expected)


@pytest.mark.parametrize(
    "labels", [LABELS.astype(np.float32), LABELS[:, None], np.eye(10)[LABELS], np.eye(10, dtype=bool)[LABELS]]
)
def test_labels_in_other_forms_are_labels(labels):
    table = read_npz(
        npz(x=IMAGES, mean=np.array([0.5, 1, 2, np.inf]), sums=100.0 * LABELS, noise=np.random.rand(4, 10), y=labels)
    )
    assert table.labels.tolist() == [7, 0, 9, 3]


@pytest.mark.parametrize("shape", [(4, 28, 28), (4, 784), (4, 28, 28, 1)])
def test_arrays_whose_first_index_counts_fastest_are_read(shape):
    """As pandas and SciPy give them out."""
    table = read_npz(npz(x=np.asfortranarray(IMAGES.reshape(shape)), y=LABELS))
    assert np.array_equal(table.images, IMAGES)
    many = read_npz(npz(x=np.asfortranarray(np.arange(300) % 200 * np.ones((28, 28, 1))).T.copy(order="F")))
    assert (many.images.shape, many.total) == ((MOST, 28, 28), 300)
    assert many.images[:, 3, 5].tolist() == list(range(MOST))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, archive.open("x.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": True, "shape": (2**40, 28, 28)})
    assert reason(read_npz, content.getvalue()) == "large"


def test_of_a_large_npz_the_first_are_read():
    table = read_npz(npz(x=np.zeros((60_000, 28, 28), np.uint8), y=np.arange(60_000) % 10))
    assert (len(table.images), len(table.labels), table.total) == (MOST, MOST, 60_000)


class Trap:
    """Unpickled, it writes a file."""

    def __init__(self, place: Path):
        self.place = place

    def __reduce__(self):
        return Path.touch, (self.place,)


def test_an_npz_with_objects_is_refused_and_not_opened(tmp_path):
    trap = np.empty(1, object)
    trap[0] = Trap(tmp_path / "sprung")
    assert reason(read_npz, npz(x=trap)) == "pickle"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.npy", pickle.dumps(Trap(tmp_path / "sprung")))
    assert reason(read_npz, packed.getvalue()) == "broken"
    assert not (tmp_path / "sprung").exists()


def test_an_npz_that_announces_a_terabyte_is_refused_without_room_for_it():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (2**40, 28, 28)})
        file.write(bytes(10_000_000))
    table = read_npz(content.getvalue())
    assert (len(table.images), table.total) == (MOST, 2**40)
    assert reason(read_npz, npz(x=np.zeros((1, 3000, 3000), np.uint8))) == "no_images"
    assert reason(read_npz, npz(x=np.full((2, 28, 28), np.nan))) == "values"
    assert reason(read_npz, npz(x=np.zeros((2, 4, 4), np.uint8))) == "shape"


def test_an_idx_file():
    table = read_idx(idx())
    assert np.array_equal(table.images, IMAGES)
    assert read_idx(b"\0\0\x08\x01\0\0\0\x04\7\0\t\3").labels.tolist() == [7, 0, 9, 3]
    assert reason(read_idx, idx()[:-1]) == "broken"
    assert reason(read_idx, b"\0\0\x08\x03" + np.array([2, 2**31, 2**31], ">u4").tobytes()) == "shape"
    assert reason(read_idx, b"\0\0\x08\x01\0\0\0\x01\x0a") == "label"


@given(
    st.sampled_from([read_csv, read_idx, read_npz]),
    damaged(csv(IMAGES[:1], LABELS[:1])) | damaged(npz(x=IMAGES, y=LABELS)) | damaged(idx()) | st.binary(max_size=99),
)  # fmt: skip
def test_whatever_the_file_it_is_a_table_or_refused(read, content):
    table, refused = tried(BroughtError, read, content)
    if refused:
        assert refused.reason in REASONS
    else:
        assert table.images is not None or table.labels is not None
        if table.images is not None:
            assert 1 <= len(table.images) <= min(tables.MOST, table.total)
            assert table.images.dtype == np.uint8
        if table.labels is not None:
            assert 0 <= table.labels.min() <= table.labels.max() <= 9


def test_a_label_may_stand_at_the_end_as_openml_has_it():
    images = IMAGES.copy()
    images[:, 0, 0] = 0  # MNIST's corners are blank
    rows = [[*image, label] for image, label in zip(images.reshape(4, -1).tolist(), LABELS, strict=True)]
    table = read_csv("\n".join(",".join(map(str, row)) for row in rows).encode())
    assert np.array_equal(table.images, images)
    assert table.labels.tolist() == [7, 0, 9, 3]
    zeros = read_csv(csv(images, np.zeros(4, int)))  # four zeros are labels, where the last column is none
    assert zeros.labels.tolist() == [0, 0, 0, 0]


def test_a_csv_of_two_bytes_a_letter_is_read():
    assert read_csv(csv().decode().encode("utf-16")).labels.tolist() == [7, 0, 9, 3]


def test_labels_that_are_not_as_many_are_counted_and_left_out():
    table = read_npz(npz(images=IMAGES, labels=LABELS[:3]))
    assert table.labels is None
    assert table.unfit_labels == 3
    assert read_npz(npz(images=IMAGES, labels=LABELS)).unfit_labels == 0


def test_of_arrays_that_are_no_grey_images_the_form_is_told():
    with pytest.raises(BroughtError) as caught:
        read_npz(npz(images=np.repeat(IMAGES[..., None], 3, axis=3)))
    assert (caught.value.reason, caught.value.facts) == ("shape", {"shape": "28 × 28 × 3"})


def test_a_zip_of_something_else_is_of_no_kind():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("digit.png", b"a picture")
    assert reason(read_npz, content.getvalue()) == "kind"


def test_of_large_arrays_in_a_small_npz_only_the_images_are_read():
    """One of 100 MB takes 100 kB in the file, so twenty of them would be no large file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("colours.npy", "w") as file:
            header = {"descr": "<f8", "fortran_order": False, "shape": (MOST, 4, 128, 128)}
            np.lib.format.write_array_header_1_0(file, header)
            for _ in range(MOST):
                file.write(bytes(8 * 4 * 128 * 128))
        with archive.open("images.npy", "w") as file:
            np.save(file, IMAGES)
    assert len(content.getvalue()) < 1_000_000
    tracemalloc.start()
    try:
        table = read_npz(content.getvalue())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert np.array_equal(table.images, IMAGES)
    assert peak < 10_000_000  # bytes
    assert reason(read_npz, npz(x=np.zeros((2, 28, 28), np.longdouble))) == "no_images"


def test_of_labels_the_one_is_told_that_is_none():
    assert told_label(npz(x=IMAGES, y=np.array([7, -1, 9, 3]))) == -1
    assert told_label(npz(x=IMAGES, y=np.array([7, 12, 99, 3]))) == 12


def told_label(content: bytes) -> int:
    with pytest.raises(BroughtError) as caught:
        read_npz(content)
    return caught.value.facts["label"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("read", [read_npz, zips.files_of])
def test_what_is_packed_so_that_all_of_it_is_unpacked_at_once_is_refused(read, method):
    """By bzip2 100 MB become 200 bytes."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", method) as archive,
        archive.open("x.npy" if read is read_npz else "x", "w") as file,
    ):
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (2**40, 28, 28)})
        for _ in range(40):
            file.write(bytes(1_000_000))
    assert len(content.getvalue()) < 10_000
    assert refused_in_little_memory(read, content.getvalue()) == "broken"


def test_a_header_without_an_end_is_refused_in_little_memory():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as file:
        file.write(b"\x93NUMPY\x02\x00" + (40_000_000).to_bytes(4, "little"))
        file.write(b" " * 40_000_000)
    assert refused_in_little_memory(read_npz, content.getvalue()) == "broken"


def refused_in_little_memory(read, content: bytes) -> str:
    tracemalloc.start()
    try:
        told = reason(read, content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000  # bytes
    return told
