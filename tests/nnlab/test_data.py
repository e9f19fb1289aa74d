"""MNIST from a folder: every layout is read, every broken file is refused with a sentence that names it."""

from __future__ import annotations

import gzip
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nnlab.config import ConfigError
from nnlab.data import DataError, has_mnist, load_digits, mnist_dir
from nnlab.sources.builtin import cache
from nnlab.sources.mnist import problem, resolve_source
from tests.nnlab.small_mnist import TEST_COUNT, TRAIN_COUNT, call_genuine, packed, small_files, write_files

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
    with pytest.raises(ConfigError, match="source is 'cifar'; allowed: one of auto, mnist, builtin, fashion"):
        load_digits("cifar")


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


def test_an_error_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(DataError("A sentence.", "truncated", "a-file")))
    assert (str(error), error.reason, error.file) == ("A sentence.", "truncated", "a-file")


def test_a_page_can_look_for_the_data_without_torch_and_read_them_without_torchvision():
    program = (
        "import sys, nnlab.sources.mnist, nnlab.sources.idx, nnlab.sources.download, nnlab.cli;"
        "print('torch' in sys.modules);"
        "import nnlab.data; print('torchvision' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert found.stdout.split() == ["False", "False"], found.stderr


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
