"""The bundled network: that it can be made again, and that what its file says of it is true."""

from __future__ import annotations

import pytest
import torch

from nnlab.augment import Augmentation
from nnlab.checkpoint import BUNDLED, load, load_bundled, read_header
from nnlab.cli import main
from nnlab.config import ModelConfig, TrainConfig
from nnlab.evaluation import score
from nnlab.training import TrainingRun
from nnlab.workshop import pretrain

MAX_FILE_BYTES = 4_000_000
MIN_ACCURACY = 0.99


@pytest.fixture
def small_run(monkeypatch, tiny_digits, one_thread):
    """``pretrain`` with a small network and 400 made-up digits, in a second."""
    monkeypatch.setattr(pretrain, "MODEL", ModelConfig((32,), input_normalization="standard"))
    monkeypatch.setattr(pretrain, "TRAIN", TrainConfig("adamw", 0.01, batch_size=50, training_images=400))
    monkeypatch.setattr(pretrain, "DRAWINGS", 30)
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


def test_a_pass_mixes_mnist_with_drawings_and_the_next_one_changes_both(tiny_digits):
    course, again = pretrain.Course(tiny_digits, seed=1), pretrain.Course(tiny_digits, seed=1)
    course.fill(0)
    first, held = course.data.train_images.clone(), course.data.train_images
    again.fill(0)
    assert torch.equal(first, again.data.train_images)
    assert torch.equal(course.data.train_labels, again.data.train_labels)
    course.fill(1)
    assert course.data.train_images is held  # what a run holds is what changes
    changed = (held != first).flatten(1).any(1)
    drawn = round(pretrain.DRAWN_SHARE * len(first))
    assert int(changed[:drawn].sum()) == drawn // pretrain.RENEWED
    assert changed[drawn:].float().mean() > 0.9
    known = {image.numpy().tobytes() for image in tiny_digits.train_images}
    assert all(image.numpy().tobytes() in known for image in held[drawn:])


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
    assert TrainConfig(**header["train"]) == pretrain.TRAIN
    assert Augmentation(**facts["augmentation"]) == Augmentation()
    assert facts["command"] == f"python -m nnlab pretrain --epochs {pretrain.TRAIN.epochs} --seed {pretrain.TRAIN.seed}"
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
