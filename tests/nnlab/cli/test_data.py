"""``data`` and the digits of the other commands: which are here, fetched, broken or something else."""

from __future__ import annotations

import json

import pytest

from nnlab.cli import main
from nnlab.sources.mnist import FILES
from tests.nnlab.cli.running import QUICK, only_line, train_to_json
from tests.nnlab.mnist_server import serve
from tests.nnlab.small_mnist import packed, small_files


def test_data_says_what_is_here(small_data, tmp_path, capsys):
    file = tmp_path / "data.json"
    (small_data / f"{FILES[3]}.gz").unlink()
    (small_data / FILES[3]).write_bytes(small_files()[FILES[3]])
    assert main(["data", "--json", str(file)]) == 0
    result = json.loads(file.read_text())
    assert (result["usable"], result["train_images"], result["test_images"]) == (True, 40, 20)
    assert result["folder"] == str(small_data)
    assert [entry["md5_matches"] for entry in result["files"]] == [True] * 4  # packed or not
    output = capsys.readouterr().out
    assert f"MNIST in {small_data}: 40 training and 20 test images" in output
    assert output.count("as published, by its MD5") == 4


def test_data_says_that_something_else_is_not_mnist(zero_labels, tmp_path, capsys):
    file = tmp_path / "data.json"
    assert main(["data", "--json", str(file)]) == 2
    result = json.loads(file.read_text())
    assert (result["usable"], result["error"]["reason"]) == (False, "other")
    assert [entry["md5_matches"] for entry in result["files"]] == [True, False, True, True]
    said = capsys.readouterr()
    assert "MD5 is not MNIST's" in said.out
    assert "not the MNIST that everybody has" in said.err


def test_nobody_trains_on_something_else_without_knowing(zero_labels, tmp_path, capsys):
    assert main(["train", *QUICK, "--source", "mnist"]) == 2
    assert "not the MNIST that everybody has" in only_line(capsys)
    assert main(["train", *QUICK, "--data-dir", str(zero_labels)]) == 2
    assert "`other`" in only_line(capsys)
    assert main(["evaluate"]) == 2
    result = train_to_json(tmp_path, "--epochs", "1", "--source", "other")
    assert result["data_source"] == "other"
    assert "DigitData(other: 40 training" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["missing folder", "other data"])
def test_built_in_digits_in_the_place_of_others_are_said(what, zero_labels, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("nnlab.sources.builtin.cache.TRAIN_COUNT", 40)
    monkeypatch.setattr("nnlab.sources.builtin.cache.TEST_COUNT", 20)
    if what == "missing folder":
        monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "nowhere"))
    assert train_to_json(tmp_path, "--epochs", "1")["data_source"] == "builtin"
    words = {"missing folder": "which does not exist", "other data": "not the MNIST that everybody has"}[what]
    line = only_line(capsys)
    assert line.startswith("These are the built-in digits. ")
    assert words in line


def test_only_where_the_app_has_no_mnist_does_data_say_that_it_trains_without(
    small_data, tmp_path, monkeypatch, capsys
):
    words = "the app trains on its built-in digits"
    assert main(["data", "--dir", str(tmp_path / "another")]) == 2
    assert words not in capsys.readouterr().out
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "nowhere"))
    assert main(["data"]) == 2
    assert words in capsys.readouterr().out


def test_data_says_what_is_broken(small_data, tmp_path, capsys):
    file = tmp_path / "data.json"
    (small_data / f"{FILES[1]}.gz").write_bytes(b"")
    assert main(["data", "--json", str(file)]) == 2
    result = json.loads(file.read_text())
    assert result["usable"] is False
    assert result["error"]["reason"] == "truncated"
    assert result["error"]["sentence"] in only_line(capsys)


def test_data_downloads(small_data, tmp_path, monkeypatch):
    folder, small = tmp_path / "fetched", packed(small_files())
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(
        "nnlab.sources.download.md5_of", lambda path: "d" if path.read_bytes() == small[path.name] else ""
    )
    monkeypatch.setattr("torchvision.datasets.MNIST.resources", [(name, "d") for name in small])
    with serve(small) as mirror:
        monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", [mirror.url])
        assert main(["data", "--download", "--dir", str(folder)]) == 0
        assert main(["data", "--download", "--dir", str(folder)]) == 0
        assert mirror.requested == list(small)
    assert main(["data", "--dir", str(folder)]) == 0
