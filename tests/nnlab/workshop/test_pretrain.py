"""The bundled network: that it can be made again, and that what its file says of it is true."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.augment import Augmentation
from nnlab.checkpoint import BUNDLED, load, load_bundled, read_header
from nnlab.cli import main
from nnlab.config import ModelConfig, TrainConfig
from nnlab.evaluation import score
from nnlab.paths import md5_of
from nnlab.training import TrainingRun
from nnlab.workshop import pretrain
from nnlab.workshop.pieces import Pieces

MAX_FILE_BYTES = 4_000_000
MIN_ACCURACY = 0.99


@pytest.fixture
def small_run(monkeypatch, tiny_digits, one_thread):
    """``pretrain`` with a small network and 400 made-up digits, in a second."""
    monkeypatch.setattr(pretrain, "MODEL", ModelConfig((32,), input_normalization="standard"))
    monkeypatch.setattr(pretrain, "TRAIN", TrainConfig("adamw", 0.01, batch_size=50, training_images=400))
    monkeypatch.setattr(pretrain, "DRAWINGS", 50)  # each of five hands draws every digit
    monkeypatch.setattr(pretrain, "load_as_named", lambda source, root: tiny_digits)


def test_the_command_writes_a_file_that_says_what_is_true(small_run, tmp_path, tiny_digits, capsys):
    path = tmp_path / "made.safetensors"
    assert main(["pretrain", "--epochs", "6", "--seed", "4", "--output", str(path)]) == 0
    header = read_header(path)
    facts = header["facts"]
    assert (header["train"]["epochs"], header["train"]["seed"], facts["seed"]) == (6, 4, 4)
    assert facts["command"] == "python -m nnlab pretrain --epochs 6 --seed 4"
    loss, accuracy = score(load(path), tiny_digits.test_images, tiny_digits.test_labels)
    assert (facts["test_loss"], facts["test_accuracy"]) == (loss, accuracy)
    assert accuracy > 0.9  # ten different bands of brightness are easily told apart
    assert facts["test_samples"] == 200
    assert f"{accuracy:.2%} of 200 test images" in capsys.readouterr().out


def test_an_interrupted_command_goes_on_with_resume_and_ends_with_the_same_weights(
    small_run, tmp_path, monkeypatch, capsys
):
    whole, made = tmp_path / "whole", tmp_path / "made"
    options = ["pretrain", "--epochs", "3"]
    assert main([*options, "--output", str(whole)]) == 0
    keep = Pieces.keep

    def keep_and_fail(self: Pieces) -> None:
        keep(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pieces, "keep", keep_and_fail)
        assert main([*options, "--output", str(made)]) == 130
    assert not made.exists()
    assert main(["pretrain", "--epochs", "4", "--resume", "--output", str(made)]) == 2
    assert "of another training" in capsys.readouterr().err
    assert main([*options, "--resume", "--output", str(made)]) == 0
    out = capsys.readouterr().out
    assert "Going on after 1 of 3 passes." in out
    assert "This will take about" in out
    one, two = load(whole).state_dict(), load(made).state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["made", "whole"]


def test_a_network_starts_from_another_learns_from_a_third_and_says_so(small_run, tmp_path):
    start, made = tmp_path / "start", tmp_path / "made"
    assert main(["pretrain", "--epochs", "2", "--output", str(start)]) == 0
    assert (
        main(["pretrain", "--epochs", "1", "--start", str(start), "--teacher", str(start), "--output", str(made)]) == 0
    )
    facts = read_header(made)["facts"]
    assert facts["command"] == "python -m nnlab pretrain --epochs 1 --seed 0 --start start --teacher start"
    assert facts["started_from"]["command"] == "python -m nnlab pretrain --epochs 2 --seed 0"
    assert facts["started_from"]["md5"] == facts["teachers"][0]["md5"] == md5_of(start)
    assert read_header(made)["train"]["learning_rate"] == pretrain.REFINING_RATE


def test_the_mean_of_two_networks_is_stored_and_the_same_training_serves_both(small_run, tmp_path):
    start, trained, mean = (tmp_path / name for name in ("start", "trained", "mean"))
    assert main(["pretrain", "--epochs", "1", "--output", str(start)]) == 0
    words = ["pretrain", "--epochs", "1", "--start", str(start), "--rate", "0.002"]
    assert main([*words, "--output", str(trained)]) == 0
    assert main([*words, "--average", "--output", str(mean)]) == 0
    states = [load(file).state_dict() for file in (start, trained, mean)]
    for name, found in states[2].items():
        torch.testing.assert_close(found, (states[0][name] + states[1][name]) / 2, rtol=1e-3, atol=1e-4)
    facts = read_header(mean)["facts"]
    assert facts["command"] == "python -m nnlab pretrain --epochs 1 --seed 0 --start start --rate 0.002 --average"
    assert read_header(mean)["train"]["learning_rate"] == 0.002
    assert main(["pretrain", "--average", "--output", str(mean)]) == 2


def test_further_networks_are_in_the_mean(small_run, tmp_path, capsys):
    start, other, trained, mean = (tmp_path / name for name in ("start", "other", "trained", "mean"))
    assert main(["pretrain", "--epochs", "1", "--output", str(start)]) == 0
    assert main(["pretrain", "--epochs", "1", "--seed", "5", "--output", str(other)]) == 0
    words = ["pretrain", "--epochs", "1", "--start", str(start)]
    assert main([*words, "--output", str(trained)]) == 0
    assert main([*words, "--average", "--average-with", str(other), "--output", str(mean)]) == 0
    states = [load(file).state_dict() for file in (start, other, trained, mean)]
    for name, found in states[3].items():
        torch.testing.assert_close(found, sum(state[name] for state in states[:3]) / 3, rtol=1e-3, atol=1e-4)
    facts = read_header(mean)["facts"]
    assert facts["command"].endswith("--start start --average --average-with other")
    assert [each["md5"] for each in facts["averaged_with"]] == [md5_of(other)]
    assert main([*words, "--average-with", str(other), "--output", str(mean)]) == 2
    assert "needs --average" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--resume"], ["--start", "x"], ["--teacher", "x"]], ids=" ".join)
@pytest.mark.parametrize("other", ["--builtin", "--twin"])
def test_what_is_of_the_bundled_network_is_refused_for_others(option, other, capsys):
    assert main(["pretrain", other, *option]) == 2
    assert "are of the bundled network" in capsys.readouterr().err


def test_the_bundled_file_says_how_it_reads_drawings_and_when_to_doubt_it():
    facts = read_header(BUNDLED)["facts"]
    assert facts["drawings"]["accuracy"] >= 0.975
    assert min(facts["drawings"]["by_digit"]) >= 0.95
    assert 0.3 < facts["temperature"] < 3
    assert facts["doubted"]["digits"] < 0.06 < 0.8 < min(facts["doubted"]["shapes"], facts["doubted"]["scribbles"])


def test_the_same_command_gives_the_same_weights(small_run, tmp_path):
    for name in ("one", "two"):
        main(["pretrain", "--epochs", "1", "--output", str(tmp_path / name)])
    one, two = load(tmp_path / "one").state_dict(), load(tmp_path / "two").state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_run_that_diverges_writes_nothing(small_run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pretrain, "TRAIN", TrainConfig("sgd", 100.0, batch_size=50, training_images=400))
    monkeypatch.setattr(pretrain, "MODEL", ModelConfig((32, 32), "identity"))
    assert main(["pretrain", "--output", str(tmp_path / "made")]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert list(tmp_path.glob("made*")) == []


def test_the_bundled_file_is_small_and_from_this_recipe():
    header = read_header(BUNDLED)
    facts = header["facts"]
    assert BUNDLED.stat().st_size <= MAX_FILE_BYTES
    assert ModelConfig(**header["model"]) == pretrain.MODEL
    assert TrainConfig(**header["train"]) == replace(pretrain.TRAIN, epochs=90, learning_rate=0.0008, seed=72)
    assert Augmentation(**facts["augmentation"]) == Augmentation()
    assert facts["command"] == (
        "python -m nnlab pretrain --epochs 90 --seed 72 --start n150.safetensors --rate 0.0008"
        " --half-precision --average --average-with bundled.safetensors"
    )
    assert facts["threads"] == pretrain.THREADS
    assert set(facts["versions"]) == {"python", "torch"}


def test_the_bundled_network_is_ready_to_answer_and_each_call_gives_a_new_one():
    network = load_bundled()
    assert not network.training
    assert all(value.dtype == torch.float32 for value in network.parameters())
    probabilities = network.predict_proba(torch.zeros(2, 28, 28))
    torch.testing.assert_close(probabilities.sum(1), torch.ones(2))
    assert load_bundled() is not network


@pytest.mark.mnist
def test_the_bundled_network_reads_mnist_as_well_as_its_file_says(mnist):
    facts = read_header(BUNDLED)["facts"]
    loss, accuracy = score(load_bundled(), mnist.test_images, mnist.test_labels)
    assert accuracy >= MIN_ACCURACY
    assert accuracy == pytest.approx(facts["test_accuracy"], abs=1e-4)  # another machine may round one image otherwise
    assert loss == pytest.approx(facts["test_loss"], abs=1e-4)
    assert facts["test_samples"] == len(mnist.test_labels) == 10_000


@pytest.mark.mnist
def test_the_bundled_network_learned_from_the_genuine_mnist(mnist):
    recorded = read_header(BUNDLED)["facts"]["data"]
    assert recorded == {"source": "mnist", "md5": mnist.checksums()}


@pytest.mark.mnist
def test_the_recipe_learns(mnist):
    """The first 40 of its 14,100 steps, at a small rate, take the loss from ln 10 = 2.3 below 1.8."""
    run = TrainingRun(pretrain.MODEL, pretrain.TRAIN, mnist)
    records = run.advance(40)
    assert records[0].loss > 2
    assert sum(record.loss for record in records[-5:]) / 5 < 1.8
