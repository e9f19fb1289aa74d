"""The activations page's figures show the true numbers, in colours that belong to the functions."""

import math

import numpy as np
import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.inspection.health import LayerHealth
from nnlab.ui.activations import charts
from nnlab.ui.charts import checked

NAMES = list(ACTIVATIONS)
LABELS = {name: name.upper() for name in NAMES}
TITLES = ("x", "f(x)", "slope")


def lines(figure, label):
    return [trace for trace in figure.data if trace.name == label]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("layout", ["beside", "above"])
def test_the_curves_are_those_of_the_registry(name, layout):
    figure = checked(charts.curves([name], LABELS, 0.5, (-5, 5), layout, TITLES))
    values, slopes = lines(figure, LABELS[name])
    grid = torch.tensor(values.x)
    assert np.allclose(values.y, ACTIVATIONS[name].function(grid))
    assert np.allclose(slopes.y, ACTIVATIONS[name].derivative(grid))
    assert (min(values.x), max(values.x)) == (-5, 5)


@pytest.mark.parametrize("name", NAMES)
def test_the_tangent_touches_the_curve_with_its_slope(name):
    x = -1.3
    value, slope = charts.values_at(name, x)
    figure = checked(charts.curves([name], LABELS, x, (-5, 5), "beside", TITLES))
    (tangent,) = [trace for trace in figure.data if trace.mode == "lines" and len(trace.x) == 2]
    assert (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0]) == pytest.approx(slope)
    assert (tangent.y[0] + tangent.y[1]) / 2 == pytest.approx(value)
    points = {(trace.x[0], trace.y[0]) for trace in figure.data if trace.mode == "markers"}
    assert points == {(x, value), (x, slope)}


def test_values_by_hand():
    """sigmoid(0) = 1/2 and its slope is 1/2 (1 - 1/2) = 1/4; relu(2) = 2 with slope 1."""
    assert charts.values_at("sigmoid", 0.0) == (0.5, 0.25)
    assert charts.values_at("relu", 2.0) == (2.0, 1.0)


def test_each_layout_gives_every_function_a_panel_of_its_own():
    figure = checked(charts.curves(NAMES, LABELS, 0.5, (-5, 5), "each", TITLES))
    assert {note.text for note in figure.layout.annotations} == set(LABELS.values())
    assert len({trace.xaxis for trace in figure.data}) == len(NAMES)


def test_a_line_s_style_is_its_own_whatever_else_is_shown():
    assert len({tuple(charts.line_of(name).values()) for name in NAMES}) == len(NAMES)
    few = checked(charts.curves(["tanh"], LABELS, 0, (-5, 5), "beside", TITLES))
    all_of_them = checked(charts.curves(NAMES, LABELS, 0, (-5, 5), "beside", TITLES))
    assert lines(few, "TANH")[0].line == lines(all_of_them, "TANH")[0].line


def test_depth_shows_the_numbers_given_and_leaves_out_zeros():
    sizes = {"relu": [1.0, 0.5, 0.0], "tanh": [1.0, 2.0, 4.0]}
    figure = checked(charts.through_depth(sizes, sizes, sizes, LABELS, TITLES))
    assert [list(trace.y) for trace in lines(figure, "RELU")] == [[1.0, 0.5, None]] * 3
    low, high = figure.layout.yaxis.range
    assert figure.layout.yaxis.type == "log"
    assert low < math.log10(0.5)
    assert high > math.log10(4)
    assert figure.layout.yaxis2.range == (low, high)
    assert figure.layout.yaxis2.showticklabels is False, "the same numbers once more would cover the left panel"


def test_health_draws_its_three_measures_over_the_scales():
    healths = [LayerHealth(0.0, 0.1, 0.2), LayerHealth(0.3, 0.4, 0.5)]
    labels = LayerHealth("dead", "units", "pairs")
    figure = checked(charts.layer_health([0.1, 1.0], healths, 1.0, labels, ("s", "share")))
    shown = {trace.name: list(trace.y) for trace in figure.data}
    assert shown == {"dead": [0.0, 0.3], "units": [0.1, 0.4], "pairs": [0.2, 0.5]}


def test_histograms_count_every_pair():
    inputs = np.random.default_rng(0).normal(size=(20, 30))
    figure = checked(charts.histograms(inputs, np.maximum(inputs, 0), "#0072B2", ("z", "f(z)", "pairs")))
    for trace in figure.data:
        assert sum(trace.y) == inputs.size
