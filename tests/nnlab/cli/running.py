"""Commands on the small files, and what they print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnlab.cli import main

QUICK = ["--images", "40", "--batch", "8", "--hidden", "6"]  # a run on the small files, in milliseconds


def train_to_json(tmp_path: Path, *options: str) -> dict:
    file = tmp_path / "results" / "run.json"
    assert main(["train", *QUICK, *options, "--json", str(file)]) == 0
    return json.loads(file.read_text(), parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))


def only_line(capsys) -> str:
    """What was said on standard error: one line."""
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error
