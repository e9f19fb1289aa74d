"""Half precision: the same gradient up to the rounding of 16 bits, and the same learning."""

from __future__ import annotations

import pytest
import torch

from nnlab.backprop import Backpropagation
from nnlab.cli import main
from nnlab.config import ModelConfig, TrainConfig
from nnlab.model import MLP
from nnlab.workshop import half_precision
from nnlab.workshop.distillation import TaughtHalfPrecisionBackpropagation, TaughtRun
from nnlab.workshop.half_precision import HalfPrecisionBackpropagation

MODEL = ModelConfig((64, 32), "tanh", dropout=0.2)
READER = ModelConfig((64, 32), "relu", input_normalization="standard")
TRAIN = TrainConfig("adamw", 0.005, batch_size=50, epochs=6, training_images=400)
ROUNDING = 2**-8  # of a bfloat16, relative


def gradients(kind: type[Backpropagation], *rest: object) -> list[torch.Tensor]:
    """Of two images of noise of one class, by one way of multiplying, with the same units dropped."""
    images, labels = torch.rand(2, 28, 28, generator=torch.Generator().manual_seed(2)), torch.tensor([3, 3])
    model = MLP(MODEL, seed=1)
    passes = kind(model, 2, *rest)
    with torch.inference_mode():
        passes.forward(images, torch.Generator().manual_seed(3))
        passes.loss_gradient(labels)
        passes.backward()
    return [parameter.grad for parameter in model.parameters()]


def test_the_gradient_is_the_same_up_to_rounding():
    whole, half = gradients(Backpropagation), gradients(HalfPrecisionBackpropagation)
    for one, other in zip(whole, half, strict=True):
        difference = float((one - other).norm() / one.norm())
        assert 0 < difference < 4 * ROUNDING  # it is rounded, and not by more


def test_with_teachers_the_gradient_is_that_of_the_mixed_target_up_to_rounding():
    teacher = MLP(ModelConfig((8,)), seed=5)
    taught, plain = gradients(TaughtHalfPrecisionBackpropagation, [teacher]), gradients(HalfPrecisionBackpropagation)
    assert any(float((one - other).norm() / one.norm()) > 0.1 for one, other in zip(taught, plain, strict=True))


def test_it_learns_as_well(tiny_digits, one_thread):
    found = []
    for is_half_precision in (False, True):
        run = TaughtRun(READER, TRAIN, tiny_digits, is_half_precision=is_half_precision)
        run.advance(run.total_steps)
        assert all(parameter.dtype == torch.float32 for parameter in run.model.parameters())
        found.append(run.evaluate())
    whole, half = found
    assert whole.test_loss != half.test_loss
    assert half.test_accuracy > 0.9
    assert half.test_loss < 1.2 * whole.test_loss


@pytest.mark.parametrize("command", ["pretrain", "record"])
@pytest.mark.parametrize(("factor", "told"), [(0.025, "takes 40.0 times as long for products in 16 bits"), (2.0, "")])
def test_a_processor_that_is_slower_with_it_is_told_of(monkeypatch, capsys, command, factor, told):
    """The command itself is refused, so that nothing is trained."""
    monkeypatch.setattr(half_precision, "speedup", lambda: factor)
    assert main([command, "--half-precision", "--epochs", "none"]) == 2
    said = capsys.readouterr().err
    assert "--epochs" in said
    assert told in said
    assert ("leave it out" in said) == bool(told)


def test_how_much_faster_this_processor_is_with_it_is_measured():
    assert half_precision.speedup() > 0
