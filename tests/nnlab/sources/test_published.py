"""Data sets of MNIST's form: found in torchvision's folders, read upright, fetched whole with its checksums."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from nnlab.config import DATA_SOURCES, DataConfig, Setup, TrainConfig
from nnlab.data import DataError, download_published, load_as_named, load_digits
from nnlab.runs.run import Job
from nnlab.sources import published
from nnlab.sources.builtin import cache
from nnlab.sources.mnist import FILES, resolve_source
from nnlab.sources.published import DATA_SETS, class_keys, is_of_digits
from tests.nnlab.mnist_server import serve
from tests.nnlab.small_mnist import idx_bytes, packed, write_files

SOURCES = list(DATA_SETS)


def made_up(source: str, train: int = 12, test: int = 10) -> dict[str, bytes]:
    """Name without .gz -> content: an upright bar at the left of each image, as the files have it."""
    images = np.zeros((train + test, 28, 28), np.uint8)
    images[:, 4:24, 5] = np.arange(train + test)[:, None] + 100
    if source == "emnist":  # whose rows and columns are exchanged
        images = images.transpose(0, 2, 1)
    labels = np.arange(train + test) % 10
    halves = (images[:train], labels[:train], images[train:], labels[train:])
    return dict(zip(DATA_SETS[source].files, map(idx_bytes, map(np.ascontiguousarray, halves)), strict=True))


def put(source: str, folder, files: dict[str, bytes]) -> None:
    write_files(folder / DATA_SETS[source].folder, files)


def test_the_registry_is_the_one_of_the_configuration():
    assert {*DATA_SOURCES} == {"auto", "mnist", "builtin", "other", *DATA_SETS}


@pytest.mark.parametrize("source", SOURCES)
def test_torchvision_knows_each_and_how_many_classes_it_has(source):
    from torchvision import datasets

    known = getattr(datasets, DATA_SETS[source].dataset)
    assert len(class_keys(source)) == 10
    classes = known.classes_split_dict["digits"] if source == "emnist" else known.classes
    if source != "fashion":
        assert list(class_keys(source)) == list(classes)
    else:
        assert [name[:3].lower() for name in classes if name != "Ankle boot" and name != "T-shirt/top"] == [
            key[:3] for key in class_keys(source)[1:-1]
        ]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("is_packed", [True, False])
def test_files_in_torchvisions_folder_are_read_upright(tmp_path, source, is_packed):
    files = made_up(source)
    put(source, tmp_path, packed(files) if is_packed else files)
    data = load_as_named(source, tmp_path)
    assert data.source == source
    assert data.class_names == class_keys(source)
    assert (len(data.train_labels), len(data.test_labels)) == (12, 10)
    assert data.train_images[3, 4:24, 5].tolist() == [103] * 20
    assert data.test_images[0, 4:24, 5].tolist() == [112] * 20
    assert int((data.test_images[0] > 0).sum()) == 20
    assert data.test_labels.tolist() == [2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def test_of_more_images_than_mnist_has_the_first_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(published, "TRAIN_IMAGES", 5)
    monkeypatch.setattr(published, "TEST_IMAGES", 4)
    put("emnist", tmp_path, made_up("emnist"))
    data = load_digits("emnist", tmp_path)
    assert (len(data.train_labels), len(data.test_labels)) == (5, 4)
    assert data.train_images[4, 4, 5] == 104


def test_they_do_not_take_mnists_place(tmp_path, monkeypatch):
    """Nor does MNIST theirs: each has a folder of its own."""
    monkeypatch.setattr(cache, "TRAIN_COUNT", 20)
    monkeypatch.setattr(cache, "TEST_COUNT", 10)
    put("fashion", tmp_path, made_up("fashion"))
    for source in SOURCES:
        assert resolve_source(source, tmp_path) == source
    with pytest.raises(DataError, match="There is no MNIST"):
        load_digits("mnist", tmp_path)
    with pytest.raises(DataError, match="KMNIST is not in") as caught:
        load_digits("kmnist", tmp_path)
    assert (caught.value.reason, caught.value.file) == ("missing", "train-images-idx3-ubyte.gz")
    assert published.is_here("fashion", tmp_path)
    assert not published.is_here("kmnist", tmp_path)
    assert load_digits("builtin").class_names == tuple("0123456789")


def test_a_broken_file_is_told(tmp_path):
    put("fashion", tmp_path, {name: content[:-1] for name, content in made_up("fashion").items()})
    with pytest.raises(DataError, match="its header announces") as caught:
        load_digits("fashion", tmp_path)
    assert caught.value.reason == "truncated"
    assert "Download it again" in str(caught.value)  # and not MNIST


def test_a_run_goes_by_its_data_set(tmp_path):
    job = Job(Setup(train=TrainConfig(training_images=10), data=DataConfig("fashion")), data_root=str(tmp_path))
    assert job.data_source == "fashion"


def test_which_show_digits():
    assert [source for source in DATA_SOURCES if not is_of_digits(source)] == ["fashion", "kmnist"]


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.mark.parametrize("source", ["fashion", "kmnist"])
def test_a_download_is_held_against_torchvisions_checksums(tmp_path, monkeypatch, source):
    from torchvision import datasets

    files = packed(made_up(source))
    known = getattr(datasets, DATA_SETS[source].dataset)
    monkeypatch.setattr(known, "resources", [(name, md5(content)) for name, content in files.items()])
    with serve(files) as mirror:
        monkeypatch.setattr(known, "mirrors", [mirror.url])
        assert len(load_digits(source, tmp_path, download=True).train_labels) == 12
        load_digits(source, tmp_path, download=True)
        assert mirror.requested == list(files)
        broken = list(files)[2]
        (tmp_path / DATA_SETS[source].folder / broken).write_bytes(files[broken][:-20])
        assert len(load_digits(source, tmp_path, download=True).test_labels) > 0
        assert mirror.requested == [*files, broken]
    with serve(files | {next(iter(files)): b"another"}) as mirror, pytest.raises(DataError) as caught:
        download_published(source, tmp_path / "other", mirrors=[mirror.url])
    assert caught.value.reason == "corrupt"
    assert not (tmp_path / "other" / DATA_SETS[source].folder).exists()


@pytest.mark.parametrize("source", SOURCES)
def test_the_checksums_are_torchvisions(source):
    from torchvision import datasets

    known = getattr(datasets, DATA_SETS[source].dataset)
    if source == "emnist":  # published as one zip
        assert DATA_SETS[source].checksums == ()
    else:
        assert list(zip((f"{name}.gz" for name in FILES), DATA_SETS[source].checksums, strict=True)) == known.resources


def test_files_under_its_names_that_are_something_else_are_named(tmp_path, monkeypatch):
    files = packed(made_up("fashion"))
    checksums = tuple(map(md5, files.values()))
    monkeypatch.setitem(DATA_SETS, "fashion", replace(DATA_SETS["fashion"], checksums=checksums))
    assert published.others_than_published("fashion", tmp_path) == []  # none is there
    put("fashion", tmp_path, files)
    assert published.others_than_published("fashion", tmp_path) == []
    put("fashion", tmp_path, {FILES[2] + ".gz": gzip.compress(idx_bytes(np.ones((10, 28, 28), np.uint8)))})
    assert published.others_than_published("fashion", tmp_path) == [FILES[2] + ".gz"]
    put("emnist", tmp_path, packed(made_up("emnist")))
    assert published.others_than_published("emnist", tmp_path) == []


def test_of_unpacked_files_nobody_knows(tmp_path):
    put("kmnist", tmp_path, made_up("kmnist"))
    assert published.others_than_published("kmnist", tmp_path) == []


def emnist_zip(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, values in files.items():
            archive.writestr(f"gzip/{name}.gz", gzip.compress(values))
        archive.writestr("gzip/emnist-letters-train-images-idx3-ubyte.gz", b"not wanted")
    return content.getvalue()


def test_of_emnists_zip_only_the_digits_are_kept(tmp_path, monkeypatch):
    from torchvision.datasets import EMNIST

    whole = emnist_zip(made_up("emnist"))
    monkeypatch.setattr(EMNIST, "md5", md5(whole))
    with serve({"gzip.zip": whole}) as mirror:
        monkeypatch.setattr(EMNIST, "url", f"{mirror.url}gzip.zip")
        data = load_digits("emnist", tmp_path, download=True)
        load_digits("emnist", tmp_path, download=True)
        assert mirror.requested == ["gzip.zip"]
    assert data.train_images[3, 4, 5] == 103
    left = sorted(path.name for path in (tmp_path / "EMNIST").rglob("*") if path.is_file() and path.suffix == ".gz")
    assert left == sorted(f"{name}.gz" for name in DATA_SETS["emnist"].files)


def test_a_zip_without_the_digits_leaves_nothing(tmp_path, monkeypatch):
    from torchvision.datasets import EMNIST

    whole = emnist_zip({})
    monkeypatch.setattr(EMNIST, "md5", md5(whole))
    with serve({"gzip.zip": whole}) as mirror, pytest.raises(DataError) as caught:
        download_published("emnist", tmp_path, mirrors=[mirror.url])
    assert caught.value.reason == "corrupt"
    assert not published.is_here("emnist", tmp_path)
