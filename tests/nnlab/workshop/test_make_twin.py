"""The twins of the lessons: one network before and after its training, and its file says what is true."""

import pytest
import torch

from nnlab import reader
from nnlab.checkpoint import TWIN, load, read_header
from nnlab.cli import main
from nnlab.config import ModelConfig, TrainConfig
from nnlab.evaluation import score
from nnlab.model import MLP
from nnlab.training import TrainingRun
from nnlab.workshop import make_twin


def test_the_twins_are_one_network_before_and_after_training():
    before, after = (network.model for network in reader.twins())
    assert before.config == after.config == make_twin.MODEL
    start = TrainingRun(make_twin.MODEL, make_twin.TRAIN, _nothing_to_learn()).model
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), start.parameters(), strict=True))
    assert not torch.equal(before.linears[0].weight, after.linears[0].weight)
    assert not before.training
    assert not after.training


def _nothing_to_learn():
    from nnlab.data import DigitData

    images, labels = torch.zeros(60_000, 1, 1, dtype=torch.uint8), torch.zeros(60_000, dtype=torch.int64)
    return DigitData(images, labels, images[:1], labels[:1], source="mnist", origin="empty paper")


def test_the_file_is_small_and_from_this_recipe():
    header = read_header(TWIN)
    assert TWIN.stat().st_size < 400_000
    assert ModelConfig(**header["model"]) == make_twin.MODEL
    assert TrainConfig(**header["train"]) == make_twin.TRAIN
    assert header["facts"]["command"] == "python -m nnlab pretrain --twin"


@pytest.mark.mnist
def test_the_trained_twin_reads_mnist_as_well_as_its_file_says(mnist):
    facts = reader.twin_facts()
    loss, accuracy = score(load(TWIN), mnist.test_images, mnist.test_labels)
    assert accuracy == pytest.approx(facts["test_accuracy"], abs=1e-4)  # another machine may round one image otherwise
    assert loss == pytest.approx(facts["test_loss"], abs=1e-4)
    assert accuracy > 0.98
    assert facts["test_samples"] == 10_000
    assert facts["data"] == {"source": "mnist", "md5": mnist.checksums()}


def test_the_command_makes_it_anew(monkeypatch, tmp_path, tiny_digits, one_thread, capsys):
    monkeypatch.setattr(make_twin, "MODEL", ModelConfig((16,)))
    monkeypatch.setattr(make_twin, "TRAIN", TrainConfig("adamw", 0.01, batch_size=50, epochs=6, training_images=400))
    monkeypatch.setattr(make_twin, "load_as_named", lambda source, root: tiny_digits)
    paths = [tmp_path / name for name in ("one", "two")]
    for path in paths:
        assert main(["pretrain", "--twin", "--output", str(path)]) == 0
    one, two = (load(path).state_dict() for path in paths)
    assert all(torch.equal(one[name], two[name]) for name in one)
    loss, accuracy = score(load(paths[0]), tiny_digits.test_images, tiny_digits.test_labels)
    facts = read_header(paths[0])["facts"]
    assert (facts["test_loss"], facts["test_accuracy"]) == (loss, accuracy)
    assert f"{accuracy:.2%} of 200 test images" in capsys.readouterr().out
    assert MLP(ModelConfig((16,))).config == load(paths[0]).config


@pytest.mark.parametrize("options", [["--epochs", "3"], ["--seed", "1"], ["--builtin"]])
def test_what_would_make_another_network_is_refused(tmp_path, options):
    assert main(["pretrain", "--twin", *options, "--output", str(tmp_path / "made")]) == 2
    assert list(tmp_path.iterdir()) == []
