"""Archives of digits, read back by those who will read them."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from nnlab.sources.archive import IMAGES_NAME, LABELS_NAME, idx_archive, png_archive
from nnlab.sources.idx import read_images, read_labels


@pytest.fixture
def images():
    return np.random.default_rng(1).integers(0, 256, (3, 28, 28), dtype=np.uint8)


def unpacked(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive


def test_the_idx_files_are_read_back_as_mnist_is(images, tmp_path):
    archive = unpacked(idx_archive(images, np.array([4, 0, 9], np.int64)))
    assert archive.namelist() == [IMAGES_NAME, LABELS_NAME]
    archive.extractall(tmp_path)
    assert np.array_equal(read_images(tmp_path / IMAGES_NAME), images)
    assert read_labels(tmp_path / LABELS_NAME).tolist() == [4, 0, 9]


def test_the_first_bytes_are_those_that_the_format_wants(images):
    """Three images of 28 x 28: 0 0 8 3, then 3, 28 and 28 as four bytes each, the highest first."""
    archive = unpacked(idx_archive(images, np.array([4, 0, 9])))
    assert archive.read(IMAGES_NAME)[:16] == bytes([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28])
    assert archive.read(LABELS_NAME) == bytes([0, 0, 8, 1, 0, 0, 0, 3, 4, 0, 9])


def test_each_picture_says_in_its_name_what_it_is(images):
    archive = unpacked(png_archive(images, [4, 0, 9], [9, 0, 9]))
    assert archive.namelist() == ["001-meant-4-read-9.png", "002-meant-0-read-0.png", "003-meant-9-read-9.png"]
    for name, image in zip(archive.namelist(), images, strict=True):
        picture = Image.open(io.BytesIO(archive.read(name)))
        assert picture.format == "PNG"
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), image)


def test_images_without_labels_are_refused(images):
    with pytest.raises(ValueError, match="3 images and 2 labels"):
        idx_archive(images, np.array([1, 2]))
    with pytest.raises(ValueError, match="3 images and 1 labels"):
        png_archive(images, [1, 2, 3], [1])
    with pytest.raises(ValueError, match="at least 1"):
        idx_archive(images[:0], np.zeros(0, np.int64))
