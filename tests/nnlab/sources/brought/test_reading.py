"""From files to images like MNIST's: found, told apart, and read by the bundled network as what was written."""

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given

from nnlab import reader
from nnlab.drawing import to_mnist
from nnlab.sources.archive import _idx, idx_archive, png_archive
from nnlab.sources.brought import reading, zips
from nnlab.sources.brought.errors import BroughtError
from nnlab.sources.brought.reading import Brought, read
from nnlab.sources.idx import IMAGES_MAGIC, LABELS_MAGIC
from tests.hostile import damaged, within_bounds
from tests.nnlab.sources.brought.test_tables import csv
from tests.nnlab.sources.sheets import file_of, page, photograph


def read_by_network(brought: Brought) -> np.ndarray:
    pixels = torch.tensor(np.stack([image.image for image in brought.images])) / 255
    return reader.bundled().predict_proba(pixels).argmax(1).numpy()


def reasons(brought: Brought) -> list[tuple[str, str]]:
    return [(refusal.file, refusal.error.reason) for refusal in brought.refusals]


@pytest.mark.parametrize("is_dark", [True, False])
def test_a_photo_of_a_page_is_read_as_it_was_written(is_dark):
    """Forty digits of a thin pen, a third of the light in one corner, noise, JPEG: at most one is misread."""
    ink, labels = page(4, 10)
    brought = read([("page.jpg", file_of(photograph(ink, is_dark), "JPEG", quality=85))], has_many=True)
    assert not brought.refusals
    assert [image.number for image in brought.images] == list(range(1, 41))
    assert {image.is_dark for image in brought.images} == {is_dark}
    assert (read_by_network(brought) == labels).sum() >= 39


def test_one_digit_on_a_photo():
    files, labels = [], []
    for seed in range(8):
        ink, (label,) = page(1, 1, seed)
        files.append((f"{seed}.png", file_of(photograph(ink, is_dark=seed % 2 == 0))))
        labels.append(label)
    brought = read(files)
    assert (read_by_network(brought) == labels).sum() >= 7
    assert [image.is_dark for image in brought.images] == [True, False] * 4


def test_the_wrong_ink_is_read_when_it_is_said():
    ink, _ = page(1, 1)
    brought = read([("one.png", file_of(photograph(ink)))], is_dark=False)
    assert not any(image.is_dark for image in brought.images)


def test_a_small_picture_is_what_the_network_sees_already():
    """As the Draw page exports them: 28 x 28, white on black. What went through ``to_mnist`` once stays as it is."""
    ink, _ = page(1, 1)
    image = (to_mnist((255 * ink).astype(np.uint8)) * 255).round().byte().numpy()
    for grey in (image, 255 - image):
        (brought,) = read([("digit.png", file_of(grey))]).images
        assert np.abs(brought.image.astype(int) - image).max() <= 1


def images_and_labels(count: int = 6) -> tuple[np.ndarray, np.ndarray]:
    images = np.zeros((count, 28, 28), np.uint8)
    for index, image in enumerate(images):
        image[4:24, 10 : 14 + index] = 200
    return images, np.arange(count)


def test_the_two_halves_of_idx_find_each_other_in_any_order():
    images, labels = images_and_labels()
    halves = [("images", _idx(IMAGES_MAGIC, images)), ("labels.gz", gzip.compress(_idx(LABELS_MAGIC, labels)))]
    for files in (halves, halves[::-1]):
        brought = read(files)
        assert not brought.refusals
        assert [image.label for image in brought.images] == list(range(6))
        assert {image.file for image in brought.images} == {"images"}
    assert [image.label for image in read(halves[:1]).images] == [None] * 6
    assert reasons(read(halves[1:])) == [("labels.gz", "labels_alone")]


@pytest.mark.parametrize("pack", [idx_archive, lambda images, labels: png_archive(images, labels, 9 - labels)])
def test_digits_that_were_taken_along_come_back_with_what_they_were_meant_to_be(pack):
    images, labels = images_and_labels()
    brought = read([("my-digits.zip", pack(images, labels))])
    assert not brought.refusals
    assert [(image.label, image.number) for image in brought.images] == [(label, label + 1) for label in range(6)]
    assert [image.image.tolist() for image in brought.images] == [
        image.image.tolist() for image in read([("images", _idx(IMAGES_MAGIC, images))]).images
    ]


def test_a_picture_out_of_such_a_zip_keeps_its_label_and_a_page_of_digits_has_none():
    images, labels = images_and_labels()
    with zipfile.ZipFile(io.BytesIO(png_archive(images, labels, labels))) as archive:
        name = archive.namelist()[4]
        (brought,) = read([(name, archive.read(name))]).images
    assert (name, brought.label) == ("005-meant-4-read-4.png", 4)
    ink, _ = page(1, 3)
    several = read([("meant-4.png", file_of(photograph(ink)))], has_many=True).images
    assert [image.label for image in several] == [None] * len(several) != []


def test_of_another_zip_nothing_is_read():
    """Nor what is no picture of a digit; and of a picture that goes on for ever no more than it can have."""
    images, labels = images_and_labels()
    photo, small = file_of(np.zeros((100, 100), np.uint8)), file_of(images[0])
    assert reasons(read([("a.zip", zipped({"photo.png": photo, "readme": b"hello"}))])) == [("a.zip", "kind")]
    assert reasons(read([("a.zip", zipped({"1.png": small})[:-9])])) == [("a.zip", "broken")]
    files = zips.files_of(zipped({"1.png": small + bytes(10_000_000)}))
    assert [len(content) for _, content in files] == [zips.PICTURE_BYTES]
    assert len(zips.files_of(zipped({f"{number}.png": small for number in range(300)}))) == reading.MOST
    folder = zipped({"mine/": b"", "mine/meant-3.png": small, "mine/photo.png": photo})
    assert [image.label for image in read([("a.zip", folder)]).images] == [3]


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


@given(damaged(idx_archive(*images_and_labels(2))) | damaged(png_archive(*images_and_labels(2), [1, 2])))
def test_a_damaged_zip_of_digits_is_read_or_refused(content):
    with within_bounds():
        brought = read([("a.zip", content)])
    assert brought.images or brought.refusals


def test_labels_of_other_images_are_not_taken():
    images, _ = images_and_labels()
    brought = read([("images", _idx(IMAGES_MAGIC, images)), ("labels", _idx(LABELS_MAGIC, np.arange(5)))])
    assert [image.label for image in brought.images] == [None] * 6
    assert reasons(brought) == [("labels", "labels_alone")]


def test_no_file_stops_the_others():
    images, labels = images_and_labels()
    white = file_of(np.full((200, 200), 255, np.uint8))
    files = [
        ("a", b""),
        ("b.txt.exe", b"MZ nothing"),
        ("c.png", white),
        ("d.csv", csv(images, labels)),
        ("e.csv", b"x"),
    ]
    brought = read(files)
    assert reasons(brought) == [("a", "empty"), ("b.txt.exe", "kind"), ("c.png", "no_ink"), ("e.csv", "no_images")]
    assert [image.file for image in brought.images] == ["d.csv"] * 6


def test_there_are_limits_and_they_are_said():
    images, labels = images_and_labels()
    small = file_of(images[0])
    brought = read([(f"{number}.png", small) for number in range(25)])
    assert (len(brought.images), reasons(brought)) == (20, [("", "files")])
    long = csv(np.repeat(images, 40, 0), np.repeat(labels, 40))
    brought = read([("one.csv", long), ("two.csv", long)])
    assert len(brought.images) == reading.MOST
    assert reasons(brought) == [("one.csv", "count"), ("two.csv", "count"), ("", "count")]
    assert reasons(read([("large.png", small + bytes(reading.MAX_FILE_BYTES))])) == [("large.png", "large")]


def test_progress_is_told_before_each_file():
    told = []
    read([("a", b"x"), ("b", b"y")], report=told.append)
    assert told == [0, 1]


def test_a_reason_that_nobody_knows_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="REASONS"):
        BroughtError("whatever")


def test_digits_in_the_shadow_are_as_dark_as_those_in_the_light():
    """On the paper they have a third of the others' contrast."""
    ink, labels = page(3, 4)
    found = read([("page.jpg", file_of(photograph(ink), "JPEG", quality=85))], has_many=True)
    assert len(found.images) == len(labels)
    assert min(int(brought.image.max()) for brought in found.images) > 220
