"""What each preset is for, seen on the genuine MNIST: the successes succeed, and the failures fail as described."""

import math
from dataclasses import replace

import pytest
import torch

from nnlab.config import PRESETS, ModelConfig, TrainConfig, from_query, to_query
from nnlab.evaluation import to_float
from nnlab.training import TrainingRun


def run_preset(name: str, data, epochs: int | None = None) -> TrainingRun:
    """A preset's run, to its end or for fewer epochs."""
    preset = PRESETS[name]
    run = TrainingRun(preset.model, preset.train, data)
    run.advance(run.steps_per_epoch * epochs if epochs else run.total_steps)
    return run


def hidden_outputs(run: TrainingRun, images: torch.Tensor) -> list[torch.Tensor]:
    """The outputs of each hidden layer: (N, D) each."""
    outputs, layers = run.model.normalize(to_float(images)), []
    with torch.no_grad():
        for linear in run.model.linears[:-1]:
            outputs = run.model.activation.function(linear(outputs))
            layers.append(outputs)
    return layers


def test_quick_beats_the_notes_in_one_epoch(mnist):
    assert PRESETS["quick"].train.epochs == 1
    assert run_preset("quick", mnist).evaluate().test_accuracy > 0.9516


def test_accurate_passes_98_percent_in_three_epochs(mnist):
    assert PRESETS["accurate"].train.epochs <= 3
    assert run_preset("accurate", mnist).evaluate().test_accuracy > 0.98


def test_vanishing_gradients_starve_the_first_layers(mnist):
    run = run_preset("vanishing", mnist, epochs=1)
    lengths = [linear.weight.grad.norm().item() for linear in run.model.linears]
    assert len(lengths) == 9
    assert 0 < lengths[0] < lengths[-1] / 1000
    assert run.evaluate().test_accuracy < 0.12


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_dead_units_stay_silent_for_every_image_while_the_loss_is_finite(mnist, seed):
    preset = PRESETS["dead"]
    run = TrainingRun(preset.model, replace(preset.train, seed=seed), mnist)
    records = run.advance(run.steps_per_epoch // 2)
    (outputs,) = hidden_outputs(run, mnist.test_images)
    is_dead = (outputs == 0).all(dim=0)  # (D,)
    assert is_dead.float().mean() > 0.9
    assert run.failure is None
    assert max(record.loss for record in records) < 1000
    assert sum(record.loss for record in records[-100:]) / 100 == pytest.approx(math.log(10), abs=0.1)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_diverging_ends_in_no_number_within_the_first_epoch(mnist, seed):
    preset = PRESETS["diverging"]
    run = TrainingRun(preset.model, replace(preset.train, seed=seed), mnist)
    records = run.advance(100)
    assert run.failure == "diverged"
    assert 10 <= run.step <= 30
    assert records[0].loss < 5 < 1000 < records[-2].loss
    assert not math.isfinite(records[-1].loss)


def test_overfitting_knows_all_it_was_shown_and_gets_worse_at_the_rest(mnist):
    preset = PRESETS["overfitting"]
    run = TrainingRun(preset.model, preset.train, mnist)
    run.advance(10 * run.steps_per_epoch)
    early = run.evaluate()
    run.advance(run.total_steps)
    late = run.evaluate()
    assert run.train_config.training_images == late.train_samples == 500
    assert late.train_accuracy == 1
    assert late.train_loss < 0.01
    assert late.test_loss > early.test_loss + 0.03
    assert late.test_accuracy < 0.9


def test_zeros_keeps_all_units_of_a_layer_alike(mnist):
    run = run_preset("zeros", mnist, epochs=1)
    for outputs in hidden_outputs(run, mnist.test_images[:100]):
        assert torch.equal(outputs, outputs[:, :1].expand_as(outputs))
    assert not any(linear.weight.any() for linear in run.model.linears)
    assert run.model.linears[-1].bias.any()
    assert run.evaluate().test_accuracy < 0.12


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_valid_setup_that_fits_in_a_link(name):
    setup = PRESETS[name].setup
    assert from_query(to_query(setup)) == (setup, [])
    assert setup.train.epochs <= 60 or name == "record"  # the others are over within a lesson


def test_the_notes_preset_is_the_run_in_the_notes():
    notes = PRESETS["notes"]
    assert notes.model == ModelConfig((128, 64), "relu", "torch", 0.0, "symmetric")
    assert notes.train == TrainConfig("sgd", 0.01, "constant", batch_size=64, epochs=10)
