"""``python -m tools.*``: help does nothing else, and a wrong word is a sentence and not a traceback."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from nnlab.checkpoint import TWIN

TOOLS = ("ablation", "claims", "kept", "measure", "record_trials", "screenshots")
WRONG = [  # a tool, its options, words of the sentence
    ("ablation", ["nothing"], "there is no nothing; there are all, mnist, styles"),
    ("ablation", ["taught"], "taught needs --teacher"),
    ("ablation", ["--passes", "0"], "argument --passes: it is '0'; allowed: a whole number from 1 to 1,000"),
    ("ablation", ["--teacher", __file__], f"{__file__}: The file is not in the safetensors format"),
    ("ablation", ["--teacher", "nowhere"], "nowhere"),
    ("ablation", ["taught", "--teacher", str(TWIN)], "There is no MNIST in the folder"),
    ("claims", ["nothing"], "there is no nothing; there are one_neuron"),
    ("claims", ["--seeds", "0"], "argument --seeds: it is '0'; allowed: a whole number from 1"),
    ("claims", ["zeros"], "There is no MNIST in the folder"),
    ("kept", ["--turns", "0"], "argument --turns: it is '0'; allowed: a whole number from 1"),
    ("measure", ["--output", "."], ". is a folder; name a file"),
    ("measure", ["--output", "nowhere/responses.md"], "there is no folder nowhere to write responses.md into"),
    ("record_trials", ["--passes", "many"], "argument --passes: it is 'many'; allowed: a whole number from 1"),
    ("record_trials", ["--seed", "-1"], "argument --seed: it is '-1'; allowed: a whole number from 0"),
    ("record_trials", [], "There is no MNIST in the folder"),
    ("screenshots", ["now"], "unrecognized arguments: now"),
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder without MNIST, where nothing that is written does harm."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NNLAB_HOME", str(tmp_path))


def status_of(tool: str, words: list[str], monkeypatch) -> object:
    if tool in ("kept", "measure", "screenshots"):
        pytest.importorskip("playwright", reason="needs playwright")
    module = import_module(f"tools.{tool}")
    monkeypatch.setattr(sys, "argv", [f"tools/{tool}.py", *words])
    with pytest.raises(SystemExit) as ended:
        module.main()
    return ended.value.code


@pytest.mark.parametrize("tool", TOOLS)
def test_help_says_what_a_tool_does(tool, monkeypatch, capsys):
    assert status_of(tool, ["-h"], monkeypatch) == 0
    assert f"usage: python -m tools.{tool}" in capsys.readouterr().out


@pytest.mark.parametrize(("tool", "words", "sentence"), WRONG, ids=[" ".join([w[0], *w[1]])[:40] for w in WRONG])
def test_a_mistake_is_a_sentence_and_status_2(tool, words, sentence, monkeypatch, capsys):
    assert status_of(tool, words, monkeypatch) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())
