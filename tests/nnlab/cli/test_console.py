"""A console, a log or a file name that lacks letters ends no command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from nnlab.ui.text import writable
from tests.nnlab.small_mnist import packed, small_files, write_files

ROOT = Path(__file__).parents[3]
NARROW = {"PYTHONIOENCODING": "ascii"}
NO_LETTERS = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}  # file names are ASCII, too
HANGUL = "손글씨 숫자"
BYTES = os.fsdecode(b"digits-\xff")  # a folder from a disk with other letters
QUICK = ["--images", "40", "--batch", "8", "--hidden", "6", "--epochs", "1"]
COMMANDS = ["train", "evaluate", "data", "bench", "drawings", "pretrain", "record"]
END = rb"\n=== the exit status was (\d+)\n"

# One process for several commands, since each imports torch, which takes seconds. Every command finds the streams as
# Python made them, and an error that leaves ``main`` is printed as Python prints it.
PROGRAM = """
import json, os, sys, traceback
from nnlab.cli import main

streams = sys.stdout, sys.stderr
as_python_made_them = [stream.errors for stream in streams]
for words in json.loads(os.environ["COMMANDS"]):
    for stream, errors in zip(streams, as_python_made_them):
        stream.reconfigure(errors=errors)
    try:
        status = main([os.fsdecode(word.encode("latin-1")) for word in words])
    except Exception:
        traceback.print_exc()
        status = 1
    for stream in streams:
        stream.flush()
        stream.buffer.write(f"\\n=== the exit status was {status}\\n".encode())
        stream.flush()
"""


class Answer(NamedTuple):
    """What one command printed, as bytes, and its exit status."""

    status: int
    stdout: bytes
    stderr: bytes


def run(folder: Path, home: Path, environment: dict[str, str], *commands: Sequence[object]) -> list[Answer]:
    """Run commands one after another in one process of such an environment."""
    words = json.dumps([[os.fsencode(str(word)).decode("latin-1") for word in command] for command in commands])
    ours = {"NNLAB_DATA_DIR": str(folder), "NNLAB_HOME": str(home), "COMMANDS": words}
    environment = {**os.environ, **ours, **environment}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, timeout=240)
    assert done.returncode == 0, done.stderr
    *printed, at_the_end = re.split(
        END, done.stdout
    )  # what one command printed, its status, what the next printed, ...
    *told, told_at_the_end = re.split(END, done.stderr)
    assert (at_the_end, told_at_the_end) == (b"", b"")
    return [Answer(int(status), *both) for status, *both in zip(printed[1::2], printed[::2], told[::2], strict=True)]


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes, and the locale C")
@pytest.mark.parametrize(
    ("name", "environment"),
    [(HANGUL, NARROW), (HANGUL, NO_LETTERS), (BYTES, {})],
    ids=["ascii", "locale C", "bytes"],
)
def test_train_and_data_print_whatever_the_folder_is_called(name, environment, tmp_path, isolated_home):
    folder = write_files(tmp_path / name, packed(small_files()))
    saved, file = tmp_path / name / "net.safetensors", tmp_path / name / "run.json"
    trained, evaluated, shown = run(
        folder,
        isolated_home,
        environment,
        ["train", "--source", "other", *QUICK, "--save", saved, "--json", file],
        ["evaluate", "--source", "other", "--model", saved],
        ["data"],
    )
    assert (trained.status, trained.stderr) == (0, b"")
    assert b"epoch 1 of 1" in trained.stdout
    assert json.loads(file.read_text("utf-8"))["samples"] == {"train": 40, "test": 20}
    assert (evaluated.status, evaluated.stderr) == (0, b"")
    assert b"Traceback" not in shown.stderr
    assert b"\\u" in shown.stdout + shown.stderr  # the letters that are not there


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, Answer]:
    """What each command answers on a narrow console where the folder for its digits, named in Hangul, is missing."""
    folder, home = tmp_path_factory.mktemp("narrow"), tmp_path_factory.mktemp("home")
    asked = []
    for command in COMMANDS:
        source = ["--source", "mnist"] if command in ("train", "evaluate") else []
        option = "--dir" if command == "data" else "--data-dir"
        asked.append([command, *source, option, folder / HANGUL])
    return dict(zip(COMMANDS, run(folder, home, NARROW, *asked), strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_ends_in_a_traceback_about_letters(command, answers):
    done = answers[command]
    assert done.status == 2
    assert b"\\uc190\\uae00" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_page_can_send_every_file_name():
    assert writable(f"in {HANGUL}") == f"in {HANGUL}"
    assert writable(BYTES) == "digits-\\udcff"
