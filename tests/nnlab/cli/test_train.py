"""``train``: every setting an option, what it writes, and the run in the study notes."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from nnlab import checkpoint
from nnlab.cli import main
from nnlab.config import PRESETS, Setup, from_dict, to_dict
from tests.nnlab.cli.running import QUICK, only_line, train_to_json
from tests.nnlab.full_disk import full_disk

NOTES_LOSSES = (1.0511, 0.3863, 0.3266, 0.2935, 0.2671, 0.2445, 0.2241, 0.2052, 0.1883, 0.1745)  # from DESIGN.md
VALUES = {  # a value other than the default for each field, as typed
    "hidden_sizes": "7,5", "activation": "tanh", "initialization": "xavier", "dropout": "0.25",
    "input_normalization": "standard", "optimizer": "adam", "learning_rate": "0.002", "schedule": "cosine",
    "batch_size": "9", "epochs": "2", "l1": "0.001", "l2": "0.01", "gradient_clip": "1.5", "augmentation": "1",
    "training_images": "30", "seed": "5", "source": "mnist",
}  # fmt: skip


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
    assert f"The loss stopped being a number at step {result['steps']:,}:" in capsys.readouterr().out


def test_a_diverged_run_is_not_saved(tmp_path, capsys):
    file = tmp_path / "model.safetensors"
    options = ["--act", "identity", "--lr", "100", "--epochs", "50", "--hidden", "64,64", "--save", str(file)]
    assert main(["train", "--images", "40", *options]) == 2
    assert "was not written" in only_line(capsys)
    assert not file.exists()


@pytest.mark.parametrize(
    ("room", "missing"), [(8_000, "network.safetensors"), (500, "run.json")], ids=["the network", "neither"]
)
def test_a_disk_that_has_become_full_is_said_in_a_line(tmp_path, capsys, room, missing):
    """What finds room is written, what does not leaves the old file as it was, and the screen has the result."""
    network, file = tmp_path / "network.safetensors", tmp_path / "run.json"
    for path in (network, file):
        path.write_text("of last week")
    with full_disk(room):
        assert main(["train", *QUICK, "--json", str(file), "--save", str(network)]) == 2
    printed = capsys.readouterr()
    assert "test accuracy" in printed.out
    assert printed.err == f"python -m nnlab train: {network}: File too large\n"
    assert (tmp_path / missing).read_text() == network.read_text() == "of last week"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [network.name, file.name]
    assert (file.read_text() == "of last week") == (room == 500)


def test_a_network_is_saved_where_its_figures_find_no_room(tmp_path, capsys, monkeypatch):
    def full(path, result):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("nnlab.cli.train.write_json", full)
    network = tmp_path / "network.safetensors"
    assert main(["train", *QUICK, "--json", "run.json", "--save", str(network)]) == 2
    assert only_line(capsys) == "python -m nnlab train: run.json: No space left on device\n"
    assert checkpoint.load(network).config.hidden_sizes == (6,)


def test_a_saved_network_is_evaluated(tmp_path, capsys):
    model, file = tmp_path / "new" / "model.safetensors", tmp_path / "evaluation.json"
    trained = train_to_json(tmp_path, "--epochs", "2", "--save", str(model))
    assert checkpoint.read_header(model)["facts"]["test_accuracy"] == trained["test_accuracy"]
    assert checkpoint.read_header(model)["facts"]["data"] == trained["data_source"]
    assert main(["evaluate", "--model", str(model), "--json", str(file)]) == 0
    result = json.loads(file.read_text())
    assert result["test_accuracy"] == trained["test_accuracy"]
    assert result["test_loss"] == pytest.approx(trained["epochs"][-1]["test_loss"], rel=1e-6)
    assert sum(map(sum, result["confusion"])) == result["test_samples"] == 20
    right = [row[digit] for digit, row in enumerate(result["confusion"])]
    assert result["accuracy_per_digit"] == pytest.approx([count / 2 for count in right])  # two images of each digit
    assert sum(right) / 20 == result["test_accuracy"]
    assert "Rows: the true digit" in capsys.readouterr().out


@pytest.mark.mnist
def test_the_run_in_the_notes(mnist, tmp_path):
    """Ten losses within 6 % of the study notes', at least 94.3 % of the test set right."""
    file = tmp_path / "notes.json"
    assert main(["train", "--preset", "notes", "--data-dir", mnist.origin, "--json", str(file)]) == 0
    result = json.loads(file.read_text())
    assert [epoch["train_loss"] for epoch in result["epochs"]] == pytest.approx(NOTES_LOSSES, rel=0.06)
    assert result["test_accuracy"] >= 0.943


@pytest.mark.mnist
def test_an_image_left_over_is_no_second_half(mnist, tmp_path):
    """65 images in batches of 64 and 1: a mean of two means gave 2.4098. In one batch of 65 the loss is 2.4313."""
    losses = []
    for batch in ("64", "65"):
        options = ["--images", "65", "--batch", batch, "--epochs", "1", "--lr", "1e-6", "--seed", "3"]
        assert main(["train", *options, "--data-dir", mnist.origin, "--json", str(tmp_path / "run.json")]) == 0
        losses.append(json.loads((tmp_path / "run.json").read_text())["epochs"][0]["train_loss"])
    assert losses == pytest.approx([2.4313, 2.4313], abs=5e-5)
