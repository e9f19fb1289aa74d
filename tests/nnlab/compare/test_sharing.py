"""What is said of the common start and order of runs, against the networks and the batches themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
import torch

from nnlab.compare.grid import DEPTH, changed
from nnlab.compare.sharing import DRAWN, common
from nnlab.config import INITIALIZATION_NAMES, ModelConfig, Setup, TrainConfig
from nnlab.model import MLP
from nnlab.training import TrainingRun

BASE = Setup(ModelConfig((12, 6), "relu", "kaiming"), TrainConfig(batch_size=50, epochs=1, training_images=200))


def ratio(one: torch.Tensor, two: torch.Tensor) -> float | None:
    """By which factor two starts differ: 1 if they are the same; None if one is no multiple of the other."""
    if one.shape != two.shape:
        return None
    factor = (one.flatten() @ two.flatten()) / (two.flatten() @ two.flatten())
    return float(factor) if torch.allclose(one, factor * two, rtol=1e-5, atol=1e-7) else None


def factors(one: Setup, two: Setup) -> list[float | None]:
    models = [MLP(setup.model, setup.train.seed) for setup in (one, two)]
    return [
        ratio(a.weight.detach(), b.weight.detach()) for a, b in zip(*(model.linears for model in models), strict=False)
    ]


def equal_layers(one: Setup, two: Setup) -> int:
    found = factors(one, two)
    return next((place for place, factor in enumerate(found) if factor is None), len(found))


@pytest.mark.parametrize(
    ("field", "value", "layers", "is_all", "is_scaled"),
    [
        ("activation", "tanh", 3, True, True),
        ("learning_rate", 0.5, 3, True, False),
        ("optimizer", "adam", 3, True, False),
        (DEPTH, 1, 1, False, False),
        ("hidden_sizes", (12, 6, 6), 2, False, False),
        ("hidden_sizes", (12, 7), 1, False, False),
        ("hidden_sizes", (13, 6), 0, False, False),
        ("initialization", "xavier", 3, True, True),
        ("initialization", "torch", 0, False, True),
        ("dropout", 0.5, 3, True, False),
    ],
)
def test_so_many_layers_begin_with_the_same_random_numbers(field, value, layers, is_all, is_scaled):
    other = changed(BASE, field, value)
    found = common([BASE, other])
    assert (found.layers, found.has_all_layers, found.is_scaled) == (layers, is_all, is_scaled)
    assert equal_layers(BASE, other) == layers
    if layers and not is_scaled:
        assert factors(BASE, other)[:layers] == pytest.approx([1.0] * layers)


@pytest.mark.parametrize(("one", "two"), [*combinations([name for name in INITIALIZATION_NAMES if name != "zeros"], 2)])
def test_initialisations_of_one_kind_scale_the_same_numbers(one, two):
    setups = [changed(BASE, "initialization", name) for name in (one, two)]
    assert equal_layers(*setups) == (3 if DRAWN[one] == DRAWN[two] else 0) == common(setups).layers


def test_a_scale_of_the_activation_function_counts_only_where_the_initialisation_asks_for_it():
    base = changed(BASE, "initialization", "xavier")
    assert not common([base, changed(base, "activation", "tanh")]).is_scaled
    assert factors(base, changed(base, "activation", "tanh")) == pytest.approx([1.0] * 3)


@pytest.mark.parametrize(
    ("field", "value", "has_images", "has_order"),
    [
        ("activation", "tanh", True, True),
        ("hidden_sizes", (5,), True, True),
        ("epochs", 3, True, True),
        ("batch_size", 40, True, False),
        ("training_images", 150, False, False),
    ],
)
def test_the_order_of_the_images_is_that_of_the_run(tiny_digits, field, value, has_images, has_order):
    other = changed(BASE, field, value)
    found = common([BASE, other])
    assert (found.has_images, found.has_order) == (has_images, has_order)
    runs = [TrainingRun(setup.model, setup.train, tiny_digits) for setup in (BASE, other)]
    firsts = [[run.batch(step)[1].tolist() for step in range(3)] for run in runs]
    assert (firsts[0] == firsts[1]) == has_order


def test_another_data_set_has_other_images():
    other = replace(BASE, data=replace(BASE.data, source="builtin"))
    assert not common([BASE, other]).has_images
