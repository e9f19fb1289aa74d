"""The tables of the activations page hold what its charts show."""

import numpy as np
import pytest

from nnlab.ui.activations import charts, tables

TITLES = ("x", "f", "slope")


def test_the_curves_of_all_functions_stand_over_one_x():
    table = tables.curve_table(["relu", "tanh"], {"relu": "RELU", "tanh": "TANH"}, (-2.0, 2.0), TITLES)
    assert list(table) == ["x", "RELU: f", "RELU: slope", "TANH: f", "TANH: slope"]
    assert table["RELU: f"] == pytest.approx(np.maximum(table["x"], 0))
    assert table["TANH: slope"] == pytest.approx(1 - np.tanh(table["x"]) ** 2)


def test_the_histograms_table_has_the_bars_that_are_drawn():
    sums = np.random.default_rng(0).normal(size=(20, 30))
    outputs = np.maximum(sums, 0)
    table = tables.histogram_table(sums, outputs, ("z", "f(z)", "pairs"))
    drawn = charts.histograms(sums, outputs, "#0072B2", ("z", "f(z)", "pairs"))["data"]
    for trace, name in zip(drawn, ("z", "f(z)"), strict=True):
        assert table[name] == list(trace["x"])
        assert table[f"{name}: pairs"] == list(trace["y"])
        assert sum(table[f"{name}: pairs"]) == 600
