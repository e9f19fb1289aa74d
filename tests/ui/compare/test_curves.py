"""The chart of the curves: one for each run, those of one set-up alike, and what is said of their common start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab.compare.grid import DEPTH, Axis, Grid
from nnlab.config import Setup
from nnlab.ui.charts import checked
from nnlab.ui.compare import curves, figures
from nnlab.ui.compare.chosen import Chosen
from tests.ui.compare.made import entry

TWO = (Axis("activation", ("relu", "sigmoid")),)


def chosen(*axes: Axis, seeds: int = 1, **about) -> Chosen:
    return Chosen([entry(setup, **about) for setup in Grid(Setup(), axes, seeds).setups], None)


def test_up_to_eight_runs_have_a_colour_and_a_word_each():
    shown = curves.curves_of(chosen(*TWO, seeds=4), "test_accuracy", "epochs")
    assert [curve.look for curve in shown] == list(range(8))
    assert all(curve.is_named for curve in shown)
    figure = figures.curves(shown, "x", "y", True, 300)
    looks = {(trace["line"]["color"], trace["line"]["dash"]) for trace in figure["data"]}
    assert len(looks) == 8
    checked(figure)


def test_of_more_runs_those_of_one_set_up_look_alike_and_are_named_once():
    shown = curves.curves_of(chosen(*TWO, seeds=5), "test_accuracy", "seconds")
    assert [curve.look for curve in shown] == [0, 1] * 5
    assert [curve.name for curve in shown if curve.is_named] == ["ReLU", "Sigmoid"]
    assert shown[0].x.tolist() == [0.0, 2.0]


@pytest.mark.parametrize(("seeds", "rows"), [(1, 0), (4, 5), (5, 0)])
def test_each_further_name_in_the_legend_has_room(seeds, rows):
    shown = curves.curves_of(chosen(*TWO, seeds=seeds), "test_accuracy", "epochs")
    assert curves.height_of(shown) == curves.HEIGHT + rows * curves.NAME_HEIGHT


def test_shares_that_lie_close_together_are_told_apart_on_their_axis():
    shown = curves.curves_of(chosen(*TWO), "test_accuracy", "epochs")
    assert figures.curves(shown, "x", "y", True, 300)["layout"]["yaxis"]["tickformat"] == ".4~p"


def test_a_loss_that_is_no_number_is_a_gap():
    broken = figures.Curve("a", 0, np.array([0.0, 1.0]), np.array([2.3, np.nan]))
    assert figures.curves([broken], "x", "y", False, 300)["data"][0]["y"] == [2.3, None]


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (TWO[0], "the same images in the same order and the same batches; and every layer starts from the same random"),
        (Axis("batch_size", (8, 64)), "the same images, but in other batches; and every layer"),
        (Axis("training_images", (100, 500)), "not the same images;"),
        (Axis(DEPTH, (1, 2)), "in the first layers (up to layer 1)"),
        (Axis("hidden_sizes", ((8,), (9,))), "and different starting weights, since already the first layer"),
    ],
)
def test_what_runs_have_in_common_is_said_as_it_is(axis, said):
    words = curves.in_common(chosen(axis))
    assert words.startswith("With the same seed:")
    assert said in words


def test_another_scale_is_said_only_where_there_is_one():
    assert "scaled to suit each network" in curves.in_common(chosen(*TWO))
    assert "scaled" not in curves.in_common(chosen(Axis("optimizer", ("sgd", "adam"))))


def test_runs_that_their_settings_do_not_decide_promise_nothing():
    mixed = chosen(*TWO)
    mixed.entries[0] = replace(mixed.entries[0], is_plain=False)
    assert "do not differ in the settings alone" in curves.in_common(mixed)
    assert "Only the seed differs" in curves.in_common(chosen(seeds=2))
    elsewhere = chosen(*TWO)
    elsewhere.entries[0] = replace(elsewhere.entries[0], data_source="mnist")
    assert "not the same images" in curves.in_common(elsewhere)


def test_before_there_is_anything_to_draw_no_accuracy_is_above_all_or_below_none():
    nothing = [
        curve._replace(x=np.array([]), y=np.array([]))
        for curve in curves.curves_of(chosen(*TWO), "test_accuracy", "epochs")
    ]
    layout = figures.curves(nothing, "x", "y", True, 300)["layout"]
    assert layout["yaxis"]["range"] == [0, 1]
    assert layout["xaxis"]["range"] == [0, 1]
