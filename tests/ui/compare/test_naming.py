"""What runs are called: only what differs is said, and no two are called alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nnlab.compare.grid import DEPTH, RULES, Axis, Grid, value_of
from nnlab.config import Setup
from nnlab.ui.compare import naming
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.text import speaking
from tests.ui.compare.made import entry

BASE = Setup()


def named(*axes: Axis, seeds: int = 1) -> list[str]:
    return naming.labels([entry(setup) for setup in Grid(BASE, axes, seeds).setups])


def test_only_what_differs_is_said():
    assert named(Axis("activation", ("relu", "sigmoid"))) == ["ReLU", "Sigmoid"]
    assert named(Axis("learning_rate", (0.1, 1))) == ["Learning rate 0.1", "Learning rate 1"]
    assert named(Axis("activation", ("relu", "tanh")), seeds=2) == [
        "ReLU · Seed 0", "tanh · Seed 0", "ReLU · Seed 1", "tanh · Seed 1"
    ]  # fmt: skip
    assert named(Axis(DEPTH, (0, 2))) == ["no hidden layer", "128-128"]
    assert named(Axis("augmentation", (True, False)))[0].endswith(" on")


def test_korean_names_are_korean():
    with speaking("ko"):
        assert named(Axis("activation", ("relu", "sigmoid"))) == ["ReLU", "시그모이드"]


def test_a_name_that_the_owner_gave_comes_first_and_twins_are_numbered():
    runs = [entry(BASE, name="mine"), entry(BASE), entry(BASE)]
    assert naming.labels(runs) == ["mine", "The same settings (1)", "The same settings (2)"]


def test_own_digits_are_a_difference():
    runs = [entry(BASE), entry(BASE, own_digits=12), entry(BASE, own_digits=None)]
    assert naming.labels(runs) == ["no own digits", "12 own digits", "– own digits"]
    assert naming.labels(runs[1:2] * 2) == ["The same settings (1)", "The same settings (2)"]


def test_runs_are_grouped_by_all_but_their_seed():
    chosen = Chosen([entry(setup) for setup in Grid(BASE, (Axis("optimizer", ("sgd", "adam")),), 3).setups], None)
    assert chosen.group_labels == ["SGD", "Adam"]
    assert [len(runs) for runs in chosen.groups.values()] == [3, 3]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("field", [*RULES, "seed", "source"])
def test_every_setting_and_value_has_a_name(field, language):
    with speaking(language):
        assert naming.field_name(field)
        assert naming.value_name(field, 3 if field == DEPTH else value_of(BASE, field))
        other = replace(BASE, train=replace(BASE.train, seed=4))
        assert naming.setup_labels([BASE, other]) == [naming.t("compare.alike")] * 2
