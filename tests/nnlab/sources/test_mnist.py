"""MNIST under the names that browsers, 7-Zip, Kaggle and other systems give its files; and what only looks like it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from nnlab.data import load_as_named, load_digits
from nnlab.sources import mnist as mnist_files
from nnlab.sources.errors import DataError
from nnlab.sources.mnist import FILES, are_others, find_file, find_files, is_genuine, problem, resolve_source
from tests.nnlab.small_mnist import call_genuine, idx_bytes, packed, small_files, write_files


@pytest.fixture(autouse=True)
def genuine(monkeypatch):
    """The small files pass for the MNIST that everybody has, and nobody has named a folder."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    call_genuine(monkeypatch, small_files())


RENAMED = {  # as they come -> name without .gz to path
    "Kaggle, 7-Zip": lambda name: name.replace("-idx", ".idx"),
    "upper case": str.upper,
    "in folders of their own": lambda name: f"{name}/{name}",
    "7-Zip, in folders": lambda name: f"{name}/{name.replace('-idx', '.idx')}",
    "above raw": lambda name: f"raw/{name}",
    "a second download": lambda name: f"{name} (1)",
    "a third one": lambda name: f"{name}(2)",
    "a copy on a Mac": lambda name: f"{name} 2",
    "Safari": lambda name: f"{name}-1",
    "in torchvision's folder": lambda name: f"MNIST/raw/{name} (1)",
}


@pytest.mark.parametrize("rename", RENAMED.values(), ids=RENAMED)
@pytest.mark.parametrize("suffix", ["", ".gz", ".GZ", ".gz (1)"])
def test_other_names_are_found(rename, suffix, tmp_path):
    for name, content in small_files().items():
        path = tmp_path / f"{rename(name)}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if suffix else content)
    data = load_as_named("mnist", tmp_path)
    assert (data.source, len(data.train_labels), len(data.test_labels)) == ("mnist", 40, 20)


def test_the_usual_name_comes_first(tmp_path):
    write_files(tmp_path, packed(small_files()) | {f"{FILES[0]} (1).gz": b"something else"})
    assert find_file(FILES[0], tmp_path) == tmp_path / f"{FILES[0]}.gz"


def test_several_that_are_alike_are_one(tmp_path):
    """Kaggle's archive has each file twice."""
    name, content = FILES[0], small_files()[FILES[0]]
    write_files(tmp_path, {name.replace("-idx", ".idx"): content})
    write_files(tmp_path / name, {name: content})
    assert find_file(name, tmp_path).read_bytes() == content


def test_several_that_differ_are_named(tmp_path, monkeypatch):
    files = packed(small_files())
    first = files.pop(f"{FILES[0]}.gz")
    write_files(tmp_path, files | {f"{FILES[0]} (1).gz": first, f"{FILES[0]} (2).gz": b"broken off"})
    with pytest.raises(
        DataError, match=r"unclear which .*ubyte \(1\)\.gz, .*ubyte \(2\)\.gz\. Keep the right"
    ) as caught:
        find_files(tmp_path)
    assert caught.value.reason == "ambiguous"
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert resolve_source("auto") == "builtin"
    assert problem().reason == "ambiguous"


@pytest.mark.parametrize("place", ["archive", "downloads/mnist"])
def test_a_folder_too_high_is_told_where_they_are(place, tmp_path):
    write_files(tmp_path / place, packed(small_files()))
    with pytest.raises(DataError, match=f"no MNIST in .*, but there is in .*{place}. Name that folder") as caught:
        find_files(tmp_path)
    assert caught.value.reason == "missing"


@pytest.mark.parametrize(
    "name", ["train-images-idx3-ubyte.txt", "my-train-images-idx3-ubyte", "train-images-idx1-ubyte"]
)
def test_what_is_called_something_else_is_not_taken(name, tmp_path):
    write_files(tmp_path, {name: b"", "train-images-idx3-ubyte.gz.part": b""})
    assert find_file(FILES[0], tmp_path) is None


def zero_labels() -> dict[str, bytes]:
    return small_files() | {FILES[1]: idx_bytes(np.zeros(40))}


@pytest.mark.parametrize("pack", [packed, dict], ids=["gz", "raw"])
def test_another_data_set_under_the_same_names_is_not_mnist(pack, tmp_path, monkeypatch):
    write_files(tmp_path, pack(zero_labels()))
    data = load_digits("mnist", tmp_path)
    assert data.source == "other"
    assert repr(data).startswith("DigitData(other: 40 training")
    for source in ("mnist", "auto"):
        with pytest.raises(DataError, match="not the MNIST that everybody has") as caught:
            load_as_named(source, tmp_path)
        assert caught.value.reason == "other"
    assert load_as_named("other", tmp_path).source == "other"
    assert [resolve_source(source, tmp_path) for source in ("auto", "mnist", "other")] == ["other"] * 3
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert [resolve_source(source) for source in ("auto", "mnist", "other")] == ["builtin", "other", "other"]
    assert problem().reason == "other"


def test_mnist_asked_for_as_something_else_is_mnist(tmp_path):
    write_files(tmp_path, packed(small_files()))
    assert resolve_source("other", tmp_path) == load_as_named("other", tmp_path).source == "mnist"


def test_files_packed_another_way_are_the_same(tmp_path):
    (tmp_path / f"{FILES[0]}.gz").write_bytes(gzip.compress(small_files()[FILES[0]], 1))
    assert is_genuine(FILES[0], tmp_path / f"{FILES[0]}.gz")


def test_broken_files_are_not_called_another_data_set(tmp_path, monkeypatch):
    """Whoever has them hears what is broken."""
    write_files(tmp_path, small_files() | {FILES[3]: b"broken"})
    assert not are_others(find_files(tmp_path))
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert resolve_source("auto") == "mnist"


def test_files_are_read_again_only_when_they_have_changed(tmp_path, monkeypatch):
    read = []
    looked_at = mnist_files.is_genuine
    monkeypatch.setattr(mnist_files, "is_genuine", lambda name, path: (read.append(name), looked_at(name, path))[1])
    paths = find_files(write_files(tmp_path, small_files()))
    assert not are_others(paths)
    assert not are_others(paths)
    assert read == list(FILES)
    labels: Path = tmp_path / FILES[1]
    labels.write_bytes(zero_labels()[FILES[1]])
    os.utime(labels, (1, 1))
    assert are_others(paths)


def test_nothing_is_wrong_where_nobody_wanted_mnist(isolated_home):
    assert problem() is None


def test_a_named_folder_without_mnist_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert problem().reason == "missing"


@pytest.mark.mnist
def test_the_genuine_files_are_genuine_packed_and_unpacked(mnist, tmp_path):
    assert mnist.source == "mnist"
    for name in FILES:
        (path,) = Path(mnist.origin).rglob(f"{name}.gz")
        (tmp_path / name).write_bytes(gzip.decompress(path.read_bytes()))
        assert is_genuine(name, path)
        assert is_genuine(name, tmp_path / name)
