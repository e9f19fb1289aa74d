"""Which runs a grid is made of, and how it is written into an address."""

from __future__ import annotations

import pytest

from nnlab.compare import grid
from nnlab.compare.grid import DEPTH, Axes, Axis, Grid
from nnlab.config import ModelConfig, Setup, TrainConfig

BASE = Setup(ModelConfig((16, 8)), TrainConfig(epochs=2, seed=5))


def test_every_combination_is_trained_with_every_seed_and_pairs_end_together():
    made = Grid(BASE, (Axis("activation", ("relu", "tanh")), Axis("learning_rate", (0.1, 1.0))), seeds=2).setups
    told = [(each.model.activation, each.train.learning_rate, each.train.seed) for each in made]
    assert told == [
        ("relu", 0.1, 5), ("relu", 1.0, 5), ("tanh", 0.1, 5), ("tanh", 1.0, 5),
        ("relu", 0.1, 6), ("relu", 1.0, 6), ("tanh", 0.1, 6), ("tanh", 1.0, 6),
    ]  # fmt: skip
    assert {each.model.hidden_sizes for each in made} == {(16, 8)}
    assert grid.differing(made) == ["activation", "learning_rate", "seed"]
    assert grid.differing(made, is_seed_told=False) == ["activation", "learning_rate"]


def test_depth_is_so_many_layers_as_wide_as_the_first():
    made = Grid(BASE, (Axis(DEPTH, (0, 1, 3)),)).variants
    assert [each.model.hidden_sizes for each in made] == [(), (16,), (16, 16, 16)]
    flat = Setup(ModelConfig(()), TrainConfig())
    assert grid.changed(flat, DEPTH, 2).model.hidden_sizes == (64, 64)


def test_set_ups_that_come_out_alike_are_trained_once():
    assert len(Grid(BASE, (Axis(DEPTH, (0,)), Axis("activation", ("relu", "relu")))).variants) == 1
    both = Grid(BASE, (Axis("hidden_sizes", ((16, 16), (8,))), Axis(DEPTH, (1, 2)))).variants
    assert [each.model.hidden_sizes for each in both] == [(16,), (16, 16), (8,), (8, 8)]


def test_without_an_axis_only_the_seed_differs():
    made = Grid(BASE, seeds=3).setups
    assert [each.train.seed for each in made] == [5, 6, 7]
    assert {grid.without_seed(each) for each in made} == {grid.without_seed(BASE)}


def test_a_seed_beyond_the_last_begins_again():
    last = Setup(train=TrainConfig(seed=2**31 - 1))
    assert [each.train.seed for each in Grid(last, seeds=2).setups] == [2**31 - 1, 0]


@pytest.mark.parametrize(
    ("axes", "seeds", "fault"),
    [
        ((), 1, "one_run"),
        ((), 2, None),
        ((Axis("epochs", (1, 2)),), 20, None),
        ((Axis("epochs", (1, 2, 3)),), 14, "too_many_runs"),
        ((), 21, "too_many_runs"),
        ((Axis("epochs", (1, 2, 3)), Axis("l2", (0.0, 0.1, 0.2))), 1, "too_many_variants"),
        ((Axis("epochs", (1, 2, 3, 4)), Axis("l2", (0.0, 0.1))), 5, None),
    ],
)
def test_a_grid_that_is_too_large_has_a_fault(axes, seeds, fault):
    assert Grid(BASE, axes, seeds).fault == fault


def test_an_axis_holds_what_its_rule_allows():
    assert Axis("learning_rate", (1, 0.5, 1.0)).values == (1.0, 0.5)
    wrong = {"activation": ("rely",), "learning_rate": (-1,), DEPTH: (9,), "seed": (1, 2), "l2": ()}
    for field, values in wrong.items():
        with pytest.raises(ValueError, match="."):
            Axis(field, values)
    with pytest.raises(ValueError, match="9 values"):
        Axis("epochs", tuple(range(1, 10)))


@pytest.mark.parametrize("field", grid.RULES)
def test_what_is_written_is_read_as_the_same(field):
    value = 3 if field == DEPTH else grid.value_of(Setup(), field)
    other = Axis("l1", (0.0, 0.5)) if field == "hidden_sizes" else Axis("hidden_sizes", ((4, 2), ()))
    axes = (Axis(field, (value,)), other)
    assert Axes().parse(Axes().write(axes)) == axes


def test_an_address_reads_as_people_write_it():
    assert Axes().write((Axis("activation", ("relu", "tanh")), Axis("hidden_sizes", ((64, 8), (4,))))) == (
        "act:relu~tanh;hidden:64,8~4"
    )
    assert Axes().parse("activation:relu~tanh") == Axes().parse("act:relu~tanh")


@pytest.mark.parametrize(
    "text",
    ["", "act", "act:", "act:rely", "seed:1~2", "data:mnist", "act:relu;act:tanh", "lr:0.1~0.2;epochs:1;l2:0",
     "depth:9", "epochs:" + "~".join(map(str, range(1, 12))), "act:relu;", ";" * 1000],
)  # fmt: skip
def test_whatever_else_an_address_says_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="up to two settings"):
        Axes().parse(text)


def test_more_seeds_fill_the_gaps_first():
    made = grid.with_more_seeds(Grid(BASE, (Axis("epochs", (1, 2)),)).variants, [5, 7], 2)
    assert [(each.train.seed, each.train.epochs) for each in made] == [
        (5, 1), (5, 2), (7, 1), (7, 2), (6, 1), (6, 2), (8, 1), (8, 2)
    ]  # fmt: skip
