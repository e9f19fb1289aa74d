"""MNIST from a folder: every layout is read, every broken file is refused with a sentence that names it."""

from __future__ import annotations

import gzip
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import ConfigError
from nnlab.data import DataError, has_mnist, load_digits, mnist_dir
from nnlab.sources.builtin import cache
from nnlab.sources.idx import read_images, read_labels
from nnlab.sources.mnist import problem, resolve_source
from tests.nnlab.small_mnist import TEST_COUNT, TRAIN_COUNT, call_genuine, idx_bytes, packed, small_files, write_files

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = small_files()


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch):
    """Nobody has named a folder, and the small files pass for the MNIST that everybody has."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    call_genuine(monkeypatch, small_files())


@pytest.mark.parametrize("place", ["", "MNIST/raw"])
@pytest.mark.parametrize("pack", [packed, dict], ids=["gz", "raw"])
def test_each_layout_gives_the_same_digits(tmp_path, place, pack):
    write_files(tmp_path / place, pack(small_files()))
    data = load_digits("mnist", root=tmp_path)
    content = small_files()[TRAIN_IMAGES]
    assert data.train_images.shape == (TRAIN_COUNT, 28, 28)
    assert data.train_images.numpy().tobytes() == content[16:]
    assert data.test_images.shape == (TEST_COUNT, 28, 28)
    assert data.train_images.dtype == data.test_images.dtype == torch.uint8
    assert data.train_labels.tolist() == [index % 10 for index in range(TRAIN_COUNT)]
    assert data.test_labels.dtype == torch.int64
    assert (data.source, data.origin) == ("mnist", str(tmp_path))
    assert repr(data) == f"DigitData(mnist: 40 training and 20 test images from {tmp_path})"


def test_a_label_file_worked_by_hand(tmp_path):
    """Magic 00 00 08 01 (unsigned bytes, one dimension), 00 00 00 03 (three values), then 7, 2, 1."""
    path = tmp_path / "labels"
    path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    assert read_labels(path).tolist() == [7, 2, 1]


def test_the_folder_is_the_argument_else_the_variable_else_the_cache(tmp_path, monkeypatch, isolated_home):
    assert mnist_dir() == isolated_home / "cache"
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "variable"))
    assert mnist_dir() == tmp_path / "variable"
    assert mnist_dir(tmp_path / "argument") == tmp_path / "argument"


def test_has_mnist_wants_all_four_files(tmp_path):
    assert not has_mnist(tmp_path)
    write_files(tmp_path, packed(small_files()))
    assert has_mnist(tmp_path)
    (tmp_path / f"{TEST_LABELS}.gz").unlink()
    assert not has_mnist(tmp_path)


def test_auto_takes_what_is_there(tmp_path):
    write_files(tmp_path, packed(small_files()))
    assert load_digits(root=tmp_path).source == "mnist"


@pytest.mark.parametrize(("source", "resolved"), [("auto", "builtin"), ("builtin", "builtin"), ("mnist", "mnist")])
def test_auto_means_the_built_in_digits_without_all_four_files(source, resolved, tmp_path, monkeypatch):
    write_files(tmp_path, packed(small_files()))
    (tmp_path / f"{TEST_LABELS}.gz").unlink()
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert resolve_source(source) == resolved


def test_who_names_a_folder_means_mnist(tmp_path):
    assert resolve_source("auto", tmp_path) == "mnist"


def test_built_in_digits_need_no_files(monkeypatch):
    monkeypatch.setattr(cache, "TRAIN_COUNT", 20)
    monkeypatch.setattr(cache, "TEST_COUNT", 10)
    for source in ("auto", "builtin"):
        digits = load_digits(source)
        assert digits.source == "builtin"
        assert (len(digits.train_images), len(digits.test_labels)) == (20, 10)
        assert "built" in digits.origin
    with pytest.raises(DataError, match="There is no MNIST"):
        load_digits("mnist")


def test_broken_mnist_is_said_not_replaced(tmp_path):
    """Whoever has the files means them: a sentence about the broken one, instead of other digits unasked."""
    write_files(tmp_path, packed(small_files()))
    (tmp_path / f"{TEST_LABELS}.gz").write_bytes(b"broken")
    with pytest.raises(DataError, match=TEST_LABELS):
        load_digits("auto", tmp_path)


def test_an_unknown_source_is_refused():
    with pytest.raises(ConfigError, match="source is 'cifar'; allowed: one of auto, mnist, builtin, other"):
        load_digits("cifar")


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


@pytest.mark.parametrize("kind", ["images", "labels"])
def test_swapped_training_and_test_files(tmp_path, kind):
    files = small_files()
    train, test = (name for name in files if kind in name)
    files[train], files[test] = files[test], files[train]
    with pytest.raises(DataError, match=f"{train} holds 20 digits, fewer than {test} with 40") as caught:
        load_digits(root=write_files(tmp_path, files))
    assert caught.value.reason == "swapped"


def test_nothing_there(isolated_home):
    with pytest.raises(DataError, match=r"There is no MNIST in the folder .*cache\. Download it .* or copy") as caught:
        load_digits("mnist")
    assert (caught.value.reason, caught.value.file) == ("missing", f"{TRAIN_IMAGES}.gz")
    assert not isolated_home.exists()


def test_two_files_missing_are_both_named(tmp_path):
    files = packed(small_files())
    del files[f"{TRAIN_LABELS}.gz"], files[f"{TEST_IMAGES}.gz"]
    with pytest.raises(DataError, match=f"{TRAIN_LABELS}.gz and {TEST_IMAGES}.gz are missing") as caught:
        load_digits(root=write_files(tmp_path, files))
    assert caught.value.reason == "missing"


def test_a_wrong_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="NNLAB_DATA_DIR names .*nowhere, which does not exist") as caught:
        load_digits("mnist")
    assert caught.value.reason == "folder"
    assert str(problem()) == str(caught.value)  # "auto" means the built-in digits, but not without a word
    (tmp_path / "nowhere").write_text("a file")
    with pytest.raises(DataError, match="nowhere, which is a file, not a folder"):
        load_digits("mnist")
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match="There is no MNIST in the folder .*, which NNLAB_DATA_DIR names"):
        load_digits("mnist")


def test_a_file_that_vanishes_or_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match="is missing") as caught:
        read_images(tmp_path / "gone")
    assert caught.value.reason == "missing"
    with pytest.raises(DataError, match="cannot be read: Is a directory") as caught:
        read_images(tmp_path)
    assert caught.value.reason == "disk"


def test_an_error_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(DataError("A sentence.", "truncated", "a-file")))
    assert (str(error), error.reason, error.file) == ("A sentence.", "truncated", "a-file")


def test_a_page_can_look_for_the_data_without_torch_and_read_them_without_torchvision():
    program = (
        "import sys, nnlab.sources.mnist, nnlab.sources.idx, nnlab.sources.download, nnlab.cli;"
        "assert 'torch' not in sys.modules;"
        "import nnlab.data; assert 'torchvision' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


@pytest.mark.mnist
def test_the_genuine_mnist(mnist):
    assert mnist.train_images.shape == (60_000, 28, 28)
    assert mnist.test_images.shape == (10_000, 28, 28)
    # Published: mean 0.1307 and deviation 0.3081 of the training pixels; 5,923 zeros among the training labels.
    pixels = mnist.train_images.double() / 255
    assert float(pixels.mean()) == pytest.approx(0.1307, abs=5e-5)
    assert float(pixels.std()) == pytest.approx(0.3081, abs=5e-5)
    assert int((mnist.train_labels == 0).sum()) == 5923


@pytest.mark.mnist
def test_torchvision_reads_the_same(mnist, tmp_path):
    from torchvision.datasets import MNIST

    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed_file in Path(mnist.origin).rglob("*ubyte.gz"):
        (raw / packed_file.stem).write_bytes(gzip.decompress(packed_file.read_bytes()))
    theirs = MNIST(tmp_path, train=False)
    ours = load_digits(root=tmp_path)
    assert torch.equal(ours.test_images, theirs.data)
    assert torch.equal(ours.test_labels, theirs.targets)
    assert torch.equal(ours.train_images, mnist.train_images)
