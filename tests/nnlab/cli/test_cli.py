"""The command line, on small files; and the run in the study notes, on the genuine ones."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab import checkpoint
from nnlab.cli import COMMANDS, main
from nnlab.config import PRESETS, Setup, from_dict, to_dict
from nnlab.sources.mnist import FILES
from tests.nnlab.mnist_server import serve
from tests.nnlab.small_mnist import call_genuine, idx_bytes, packed, small_files, write_files

ROOT = Path(__file__).parents[3]
NOTES_LOSSES = (1.0511, 0.3863, 0.3266, 0.2935, 0.2671, 0.2445, 0.2241, 0.2052, 0.1883, 0.1745)  # from DESIGN.md
QUICK = ["--images", "40", "--batch", "8", "--hidden", "6"]  # a run on the small files, in milliseconds

VALUES = {  # a value other than the default for each field, as typed
    "hidden_sizes": "7,5", "activation": "tanh", "initialization": "xavier", "dropout": "0.25",
    "input_normalization": "standard", "optimizer": "adam", "learning_rate": "0.002", "schedule": "cosine",
    "batch_size": "9", "epochs": "2", "l1": "0.001", "l2": "0.01", "gradient_clip": "1.5", "augmentation": "1",
    "training_images": "30", "seed": "5", "source": "mnist",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_data(tmp_path, monkeypatch, one_thread):
    """NNLAB_DATA_DIR holds the small files, which pass for the MNIST that everybody has."""
    call_genuine(monkeypatch, small_files())
    monkeypatch.setenv("NNLAB_DATA_DIR", str(write_files(tmp_path / "small", packed(small_files()))))
    return tmp_path / "small"


def train_to_json(tmp_path: Path, *options: str) -> dict:
    file = tmp_path / "results" / "run.json"
    assert main(["train", *QUICK, *options, "--json", str(file)]) == 0
    return json.loads(file.read_text(), parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))


def only_line(capsys) -> str:
    """What was said on standard error: one line."""
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_train_writes_what_was_promised(tmp_path, capsys):
    result = train_to_json(tmp_path, "--epochs", "3")
    assert [sorted(epoch) for epoch in result["epochs"]] == [
        ["seconds", "test_accuracy", "test_loss", "train_loss"]
    ] * 3
    assert all(0 <= epoch["test_accuracy"] <= 1 and epoch["seconds"] > 0 for epoch in result["epochs"])
    assert result["test_accuracy"] == result["epochs"][-1]["test_accuracy"]
    assert result["seconds"] == pytest.approx(sum(epoch["seconds"] for epoch in result["epochs"]))
    assert (result["preset"], result["failure"]) == (None, None)
    assert result["samples"] == {"train": 40, "test": 20}
    assert sorted(result["versions"]) == ["python", "torch"]
    assert from_dict({part: result[part] for part in ("model", "train", "data")}).train.epochs == 3
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("DigitData(mnist: 40 training and 20 test images")


@pytest.mark.parametrize("batch", [8, 39])  # five full batches; a full one and one of a single image
def test_the_training_loss_is_the_mean_over_the_epochs_images(tmp_path, batch):
    from nnlab.data import load_digits
    from nnlab.training import TrainingRun

    result = train_to_json(tmp_path, "--epochs", "2", "--batch", str(batch))
    setup = from_dict({part: result[part] for part in ("model", "train")})
    run = TrainingRun(setup.model, setup.train, load_digits())
    for epoch in result["epochs"]:
        records = run.advance(run.steps_per_epoch)
        assert epoch["train_loss"] == pytest.approx(sum(each.loss * each.images for each in records) / 40, rel=1e-6)
        assert epoch["test_loss"] == pytest.approx(run.evaluate().test_loss, rel=1e-6)


def test_every_field_of_the_configuration_is_an_option(tmp_path):
    words = [word for name, text in VALUES.items() for word in (f"--{name.replace('_', '-')}", text)]
    result = train_to_json(tmp_path, *words)
    for part in fields(Setup):
        for setting in fields(part.default):
            expected = setting.metadata["rule"].parse(VALUES[setting.name])
            assert expected != setting.default
            assert result[part.name][setting.name] in (
                expected,
                list(expected) if isinstance(expected, tuple) else None,
            )


def test_a_preset_is_a_start_that_options_change(tmp_path):
    result = train_to_json(tmp_path, "--preset", "vanishing", "--epochs", "1")
    expected = to_dict(PRESETS["vanishing"].setup)
    assert result["preset"] == "vanishing"
    assert result["model"] == {**expected["model"], "hidden_sizes": [6]}
    assert result["train"] == {**expected["train"], "epochs": 1, "batch_size": 8, "training_images": 40}


def test_no_hidden_layer(tmp_path):
    assert train_to_json(tmp_path, "--hidden", "", "--epochs", "1")["model"]["hidden_sizes"] == []


@pytest.mark.parametrize(
    ("words", "is_on"),
    [(["--augment"], True), (["--augment", "1"], True), (["--augment", "0"], False), (["--augmentation=1"], True)],
    ids=str,
)
def test_a_switch_is_on_without_a_value(tmp_path, words, is_on):
    assert train_to_json(tmp_path, *words, "--epochs", "1")["train"]["augmentation"] is is_on


def test_the_last_of_two_values_counts(tmp_path):
    assert train_to_json(tmp_path, "--epochs=2", "--seed", "1", "--epochs", "1")["train"]["epochs"] == 1


def test_a_diverged_run_is_valid_json(tmp_path, capsys):
    result = train_to_json(tmp_path, "--act", "identity", "--lr", "100", "--epochs", "50", "--hidden", "64,64")
    assert result["failure"] == "diverged"
    assert result["epochs"][-1]["train_loss"] is None
    assert "The loss stopped being a number at step" in capsys.readouterr().out


def test_a_diverged_run_is_not_saved(tmp_path, capsys):
    file = tmp_path / "model.safetensors"
    options = ["--act", "identity", "--lr", "100", "--epochs", "50", "--hidden", "64,64", "--save", str(file)]
    assert main(["train", "--images", "40", *options]) == 2
    assert "was not written" in only_line(capsys)
    assert not file.exists()


def test_a_saved_network_is_evaluated(tmp_path, capsys):
    model, file = tmp_path / "new" / "model.safetensors", tmp_path / "evaluation.json"
    trained = train_to_json(tmp_path, "--epochs", "2", "--save", str(model))
    assert checkpoint.read_header(model)["facts"]["test_accuracy"] == trained["test_accuracy"]
    assert main(["evaluate", "--model", str(model), "--json", str(file)]) == 0
    result = json.loads(file.read_text())
    assert result["test_accuracy"] == trained["test_accuracy"]
    assert result["test_loss"] == pytest.approx(trained["epochs"][-1]["test_loss"], rel=1e-6)
    assert sum(map(sum, result["confusion"])) == result["test_samples"] == 20
    right = [row[digit] for digit, row in enumerate(result["confusion"])]
    assert result["accuracy_per_digit"] == pytest.approx([count / 2 for count in right])  # two images of each digit
    assert sum(right) / 20 == result["test_accuracy"]
    assert "Rows: the true digit" in capsys.readouterr().out


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
    (["train", "--images", "40", "--save", "."], "is a folder; name a file"),
    (["evaluate", "--model", "nowhere.safetensors"], "nowhere.safetensors: No such file or directory"),
    (["evaluate", "--model", __file__], f"{__file__}: The file is not in the safetensors format"),
    (["data", "--dir", "nowhere"], "There is no MNIST in the folder nowhere"),
    (["train", "--preset", "nope"], "preset is 'nope'; allowed: one of notes, quick"),
    (["train", "--act", "step"], "activation is 'step'; allowed: one of relu, sigmoid"),
    (["train", "--augment", "yes"], "augmentation is 'yes'; allowed: on (1) or off (0)"),
    (["train", "--device", "tpu"], "device is 'tpu'; allowed: one of cpu, cuda, mps"),
    (["train", "--save", "--json", "x.json"], "'--save': --json is an option; allowed: a path"),
    (["evaluate", "--source", "noise"], "source is 'noise'; allowed: one of auto, mnist, builtin, other"),
    (["bench", "--repetitions", "many"], "'--repetitions': 'many' is not a valid integer"),
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
    (["fly"], "python -m nnlab: command is 'fly'; allowed: one of train, evaluate, data, bench, pretrain, drawings\n"),
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


@pytest.fixture
def zero_labels(small_data):
    """The small files again, but all training labels are 0: four well-formed files that are not what they seem."""
    (small_data / f"{FILES[1]}.gz").unlink()
    (small_data / FILES[1]).write_bytes(idx_bytes(np.zeros(40)))
    return small_data


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


ANSWERED_AT_ONCE = [  # words, exit status, what is printed
    (["--help"], 0, "Measure how well drawings are read."),
    (["train", "--help"], 0, "--learning-rate, --lr VALUE"),
    (["train", "-h"], 0, "--learning-rate, --lr VALUE"),
    (["evaluate", "--help"], 0, "--model FILE"),
    (["data", "--help"], 0, "--dir, --data-dir FOLDER"),
    (["train", "--lr", "7x"], 2, "learning_rate is '7x'"),
    (["fly"], 2, "command is 'fly'"),
]


def test_help_and_a_wrong_option_come_without_torch():
    program = "import sys; from nnlab.cli import main; print(main(sys.argv[1:]), 'torch' in sys.modules)"
    for words, status, printed in ANSWERED_AT_ONCE:
        command = [sys.executable, "-c", program, *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert printed in done.stdout + done.stderr
        assert done.stdout.endswith(f"{status} False\n")


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


@pytest.mark.mnist
def test_the_run_in_the_notes(mnist, tmp_path):
    """Ten losses within 6 % of the study notes', at least 94.3 % of the test set right."""
    file = tmp_path / "notes.json"
    assert main(["train", "--preset", "notes", "--data-dir", mnist.origin, "--json", str(file)]) == 0
    result = json.loads(file.read_text())
    assert [epoch["train_loss"] for epoch in result["epochs"]] == pytest.approx(NOTES_LOSSES, rel=0.06)
    assert result["test_accuracy"] >= 0.943


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused(device, monkeypatch, capsys):
    monkeypatch.setattr(getattr(torch, device), "is_available", lambda: False)
    assert main(["train", "--device", device]) == 2
    assert f"device is '{device}'; allowed: cpu" in capsys.readouterr().err


@pytest.mark.mnist
def test_an_image_left_over_is_no_second_half(mnist, tmp_path):
    """65 images in batches of 64 and 1: a mean of two means gave 2.4098. In one batch of 65 the loss is 2.4313."""
    losses = []
    for batch in ("64", "65"):
        options = ["--images", "65", "--batch", batch, "--epochs", "1", "--lr", "1e-6", "--seed", "3"]
        assert main(["train", *options, "--data-dir", mnist.origin, "--json", str(tmp_path / "run.json")]) == 0
        losses.append(json.loads((tmp_path / "run.json").read_text())["epochs"][0]["train_loss"])
    assert losses == pytest.approx([2.4313, 2.4313], abs=5e-5)
