"""A console, a log or a file name that lacks letters ends no command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.ui.text import writable
from tests.nnlab.small_mnist import packed, small_files, write_files

ROOT = Path(__file__).parents[3]
NARROW = {"PYTHONIOENCODING": "ascii"}
NO_LETTERS = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}  # file names are ASCII, too
HANGUL = "손글씨 숫자"
BYTES = os.fsdecode(b"digits-\xff")  # a folder from a disk with other letters
QUICK = ["--images", "40", "--batch", "8", "--hidden", "6", "--epochs", "1"]


def run(folder: Path, environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess:
    environment = {**os.environ, "NNLAB_DATA_DIR": str(folder), **environment}
    command = [sys.executable, "-m", "nnlab", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=240)


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes, and the locale C")
@pytest.mark.parametrize(
    ("name", "environment"),
    [(HANGUL, NARROW), (HANGUL, NO_LETTERS), (BYTES, {})],
    ids=["ascii", "locale C", "bytes"],
)
def test_train_and_data_print_whatever_the_folder_is_called(name, environment, tmp_path):
    folder = write_files(tmp_path / name, packed(small_files()))
    saved, file = tmp_path / name / "net.safetensors", tmp_path / name / "run.json"
    trained = run(folder, environment, "train", "--source", "other", *QUICK, "--save", saved, "--json", file)
    assert (trained.returncode, trained.stderr) == (0, b"")
    assert b"epoch 1 of 1" in trained.stdout
    assert json.loads(file.read_text("utf-8"))["samples"] == {"train": 40, "test": 20}
    evaluated = run(folder, environment, "evaluate", "--source", "other", "--model", saved)
    assert (evaluated.returncode, evaluated.stderr) == (0, b"")
    shown = run(folder, environment, "data")
    assert b"Traceback" not in shown.stderr
    assert b"\\u" in shown.stdout + shown.stderr  # the letters that are not there


@pytest.mark.parametrize("command", ["train", "evaluate", "data", "bench", "drawings", "pretrain"])
def test_no_command_ends_in_a_traceback_about_letters(command, tmp_path):
    folder = tmp_path / HANGUL
    source = ["--source", "mnist"] if command in ("train", "evaluate") else []
    option = "--dir" if command == "data" else "--data-dir"
    done = run(tmp_path, NARROW, command, *source, option, folder)
    assert done.returncode == 2
    assert b"\\uc190\\uae00" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_page_can_send_every_file_name():
    assert writable(f"in {HANGUL}") == f"in {HANGUL}"
    assert writable(BYTES) == "digits-\\udcff"
