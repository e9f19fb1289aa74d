"""The command line as a whole: help at once, and one line for whatever a user can get wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nnlab.checkpoint import BUNDLED, TWIN
from nnlab.cli import COMMANDS, main
from tests.nnlab.cli.running import QUICK, only_line

ROOT = Path(__file__).parents[3]


def test_the_bundled_network_is_evaluated_by_default(tmp_path):
    file = tmp_path / "evaluation.json"
    assert main(["evaluate", "--json", str(file)]) == 0
    assert json.loads(file.read_text())["model"] == "bundled"


WRONG = [  # options, words of the one line
    (["train", "--lr", "7x"], "learning_rate is '7x'; allowed: a number from 1e-06 to 100"),
    (["train", "--hidden", "0"], "hidden_sizes is '0'; allowed: 0 to 8 layers"),
    (["train", "--epochs", "9" * 5000], "epochs is '999"),
    (["train", "--threads", "0"], "threads is '0'; allowed: a whole number from 1 to 64"),
    (["train"], "training_images is 60000; allowed: at most 40, as many as there are"),
    (["train", "--data-dir", "nowhere"], "There is no MNIST in the folder nowhere"),
    (["train", "--images", "40", "--json", "/dev/null/x.json"], "/dev/null"),
    (["train", "--images", "40", "--json", "/sys/x.json"], "/sys/x.json: "),  # where not even root can write
    (["evaluate", "--json", "/sys/x.json"], "/sys/x.json: "),
    (["bench", "--markdown", "/sys/x.md"], "/sys/x.md: "),  # before minutes of work, not after
    (["pretrain", "--output", "/sys/x.safetensors"], "/sys/x.safetensors: "),
    (["drawings", "--output", "/sys/x.md"], "/sys/x.md: "),
    (["train", "--images", "40", "--save", "."], "is a folder; name a file"),
    (["evaluate", "--model", "nowhere.safetensors"], "nowhere.safetensors: No such file or directory"),
    (["evaluate", "--model", __file__], f"{__file__}: The file is not in the safetensors format"),
    (["data", "--dir", "nowhere"], "There is no MNIST in the folder nowhere"),
    (["data", "--dir", __file__], f"{__file__} is a file, not a folder"),
    (["train", "--preset", "nope"], "preset is 'nope'; allowed: one of notes, quick"),
    (["train", "--act", "step"], "activation is 'step'; allowed: one of relu, sigmoid"),
    (["train", "--augment", "yes"], "augmentation is 'yes'; allowed: on (1) or off (0)"),
    (["train", "--device", "tpu"], "device is 'tpu'; allowed: one of cpu, cuda, mps"),
    (["train", "--save", "--json", "x.json"], "'--save': --json is an option; allowed: a path"),
    (
        ["evaluate", "--source", "noise"],
        "source is 'noise'; allowed: one of auto, mnist, builtin, fashion",
    ),
    (["bench", "--repetitions", "many"], "repetitions is 'many'; allowed: a whole number from 1 to 1,000"),
    (["bench", "--repetitions", "0"], "repetitions is '0'; allowed: a whole number from 1 to 1,000"),
    (["bench", "--threads", "100000"], "threads is '100000'; allowed: a whole number from 1 to 64"),
    (["drawings", "--count", "0"], "count is '0'; allowed: a whole number from 60 to 100,000"),
    (["record", "--output", __file__], f"{__file__} is a file; name a folder"),
    (["record", "--seed", "2147483647", "--networks", "2"], "seed is 2147483648; allowed: a whole number from 0"),
    (["pretrain", "--start", __file__], f"{__file__}: The file is not in the safetensors format"),
    (["pretrain", "--start", str(TWIN)], f"{TWIN}: the weights are of a network with hidden_sizes (128, 64); this"),
    (["pretrain", "--start", str(BUNDLED), "--average", "--average-with", str(TWIN)], f"{TWIN}: the weights are of"),
    (["pretrain", "--teacher", __file__], f"{__file__}: The file is not in the safetensors format"),
    (["pretrain", "--builtin", "--rate", "0"], "are of the bundled network, not of --builtin"),
    (["pretrain", "--epochs", "0"], "epochs is 0; allowed: a whole number from 1"),
    (["pretrain", "--builtin", "--epochs", "3"], "epochs is 3; allowed: nothing, together with --builtin"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(arguments)[:40] for arguments, _ in WRONG])
def test_a_mistake_is_one_line_and_status_2(capsys, arguments, words):
    assert main(arguments) == 2
    line = only_line(capsys)
    assert line.startswith(f"python -m nnlab {arguments[0]}: ")
    assert words in line


UNKNOWN = [  # options, the beginning of the one line
    ([], "python -m nnlab: Missing command"),
    (["fly"], f"python -m nnlab: command is 'fly'; allowed: one of {', '.join(COMMANDS)}\n"),
    (["--loud"], "python -m nnlab: No such option"),
    (["train", "--layers", "3"], "python -m nnlab train: No such option"),
    (["train", "--epoch", "3"], "python -m nnlab train: No such option"),  # an abbreviation is no option
    (["train", "fast"], "python -m nnlab train: Got unexpected extra argument (fast)\n"),
    (["train", "--seed"], "python -m nnlab train: Option '--seed' requires an argument.\n"),
]


@pytest.mark.parametrize(("arguments", "beginning"), UNKNOWN, ids=[" ".join(words) for words, _ in UNKNOWN])
def test_an_unknown_word_is_one_line_and_status_2(capsys, arguments, beginning):
    assert main(arguments) == 2
    assert only_line(capsys).startswith(beginning)


def test_ctrl_c_ends_without_a_traceback(monkeypatch, capsys):
    def interrupt(run, steps):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnlab.training.TrainingRun.advance", interrupt)
    assert main(["train", *QUICK]) == 130
    assert only_line(capsys) == "Stopped.\n"


ANSWERED_AT_ONCE = [  # words, exit status, what is printed
    (["--help"], 0, "Measure how well drawings are read."),
    (["train", "--help"], 0, "--learning-rate, --lr VALUE"),
    (["train", "-h"], 0, "--learning-rate, --lr VALUE"),
    (["evaluate", "--help"], 0, "--model FILE"),
    (["data", "--help"], 0, "--dir, --data-dir FOLDER"),
    (["train", "--lr", "7x"], 2, "learning_rate is '7x'"),
    (["fly"], 2, "command is 'fly'"),
]


ASK = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from nnlab.cli import main

answers = []
for words in json.loads(sys.argv[1]):
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        status = main(words)
    answers.append([printed.getvalue(), status, "torch" in sys.modules])
print(json.dumps(answers))
"""


def test_help_and_a_wrong_option_come_without_torch():
    asked = json.dumps([words for words, *_ in ANSWERED_AT_ONCE])
    command = [sys.executable, "-c", ASK, asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for (words, status, printed), answer in zip(ANSWERED_AT_ONCE, json.loads(done.stdout), strict=True):
        assert printed in answer[0], words
        assert answer[1:] == [status, False], words


def test_the_overview_says_what_each_command_says_of_itself(capsys):
    for name, summary in COMMANDS.items():
        assert main([name, "--help"]) == 0
        assert f"\n\n  {summary}\n\n" in capsys.readouterr().out


def test_python_m_nnlab():
    done = subprocess.run(
        [sys.executable, "-m", "nnlab", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("train", "evaluate", "data", "pretrain"))


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused(device, monkeypatch, capsys):
    monkeypatch.setattr(getattr(torch, device), "is_available", lambda: False)
    assert main(["train", "--device", device]) == 2
    assert f"device is '{device}'; allowed: cpu" in capsys.readouterr().err
