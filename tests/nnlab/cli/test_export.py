"""``export``: what is written where, and the sentences about files that it cannot take."""

from __future__ import annotations

import csv
import io
import zipfile

import nbformat
import onnx
import pytest
from safetensors.torch import load_file

from nnlab import checkpoint
from nnlab.cli import main
from nnlab.config import PRESETS
from nnlab.model import MLP
from tests.nnlab.cli.running import QUICK, only_line

ALWAYS = {"weights.safetensors", "model.py", "model.onnx", "notebook.ipynb", "report.html"}


@pytest.fixture
def trained(tmp_path, capsys):
    """A network that ``train`` saved, and what it wrote of the run."""
    file, history = tmp_path / "run.safetensors", tmp_path / "run.json"
    assert main(["train", *QUICK, "--epochs", "2", "--save", str(file), "--json", str(history)]) == 0
    capsys.readouterr()
    return file, history


def export(tmp_path, *words: str) -> int:
    return main(["export", *words, "--to", str(tmp_path / "out")])


def test_all_files_are_written(trained, tmp_path, capsys):
    file, history = trained
    assert export(tmp_path, str(file), "--history", str(history)) == 0
    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == ALWAYS | {"history.csv"}
    printed = capsys.readouterr()
    assert printed.err == ""
    assert [line.rpartition("/")[2] for line in printed.out.splitlines()][-1] == "history.csv"
    rows = list(csv.DictReader(io.StringIO((folder / "history.csv").read_text("utf-8-sig"))))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert "20 test images of MNIST" in (folder / "report.html").read_text("utf-8")
    assert "<svg" in (folder / "report.html").read_text("utf-8")
    assert "--train" in (folder / "model.py").read_text("utf-8")
    onnx.checker.check_model(onnx.load(str(folder / "model.onnx")))
    nbformat.validate(nbformat.read(folder / "notebook.ipynb", 4))
    original = checkpoint.load(file).state_dict()
    assert all(original[name].equal(values) for name, values in load_file(folder / "weights.safetensors").items())


def test_a_run_that_was_taken_away_whole_is_exported_from_its_archive(trained, tmp_path, capsys):
    file, _ = trained
    assert export(tmp_path, str(file)) == 0
    archive = tmp_path / "nnlab-run.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in (tmp_path / "out").iterdir():
            packed.write(path, f"nnlab-run/{path.name}")
    assert main(["export", str(archive), "--to", str(tmp_path / "again")]) == 0
    for name in ("weights.safetensors", "model.py"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    capsys.readouterr()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("other.txt", "nothing")
    assert main(["export", str(archive), "--to", str(tmp_path / "none")]) != 0
    assert "nnlab-run.zip" in capsys.readouterr().err


def test_the_bundled_network_is_exported_and_what_it_learned_from_is_said(tmp_path, capsys):
    assert export(tmp_path, str(checkpoint.BUNDLED), "--language", "ko") == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == ALWAYS | {"images.py"}
    assert "digits that nnlab had drawn" in capsys.readouterr().out
    assert '<html lang="ko">' in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_without_a_training_in_its_header_a_network_is_exported_too(tmp_path, capsys):
    checkpoint.save(tmp_path / "net.safetensors", MLP(PRESETS["notes"].model))
    assert export(tmp_path, str(tmp_path / "net.safetensors")) == 0
    assert "does not say how the network was trained" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == ALWAYS
    assert "--train" not in (tmp_path / "out" / "model.py").read_text("utf-8")


def test_without_data_the_report_says_that_there_was_no_test(trained, tmp_path, capsys, zero_labels):
    file, _ = trained
    for labels in zero_labels.glob("t10k-labels*"):
        labels.write_bytes(b"broken")
    assert export(tmp_path, str(file)) == 0
    error = capsys.readouterr().err
    assert error.startswith("The report has no test: ")
    assert "not tested" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert export(tmp_path, str(file), "--source", "mnist") == 2  # asked for by its name, it has to be there


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.safetensors"], "missing.safetensors: No such file or directory"),
        (["plain.txt"], "plain.txt: The file is not in the safetensors format"),
        (["run.safetensors", "--history", "plain.txt"], "plain.txt: The history cannot be read"),
        (["run.safetensors", "--history", "other.json"], "It is the history of another run"),
        (["run.safetensors", "--history", "bytes.bin"], "bytes.bin: The history cannot be read (UnicodeDecodeError"),
        (["run.safetensors", "--history", "/dev/zero"], "/dev/zero: It has more than 10,000 bytes"),
        (["run.safetensors", "--language", "xx"], "language is 'xx'; allowed: one of en, ko"),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_line(trained, tmp_path, capsys, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnlab.cli.export.LARGEST_HISTORY", 10_000)
    (tmp_path / "plain.txt").write_text("A text, and nothing else.")
    (tmp_path / "bytes.bin").write_bytes(b'{"train": "\xff\xd0"}')
    (tmp_path / "other.json").write_text((tmp_path / "run.json").read_text().replace('"epochs": 2', '"epochs": 3'))
    assert export(tmp_path, *words) == 2
    assert sentence in only_line(capsys)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_folders_place_stays(trained, tmp_path, capsys):
    (tmp_path / "out").write_text("A text, and nothing else.")
    assert export(tmp_path, str(trained[0])) == 2
    assert f"{tmp_path / 'out'} is a file; name a folder" in only_line(capsys)
    assert (tmp_path / "out").read_text() == "A text, and nothing else."


def test_a_folder_has_to_be_named(trained, capsys):
    assert main(["export", str(trained[0])]) == 2
    assert "--to" in only_line(capsys)
