"""The figures of what goes wrong: Plotly takes them, and their axes hold what they show."""

from __future__ import annotations

import pytest

from nnlab.ui.charts import checked
from nnlab.ui.inspect import failure_charts


def test_empty_bins_have_no_bar():
    titles = {"confidence": "c", "accuracy": "a", "count": "n", "ideal": "i"}
    figure = failure_charts.reliability_diagram([0, 3, 0, 9], [0, 0.5, 0, 1], titles, list("abcd"), 300)
    accuracy, count, ideal = checked(figure).data
    assert (list(accuracy.x), list(accuracy.y)) == ([0.375, 0.875], [0.5, 1])
    assert (list(count.y), count.yaxis) == ([3, 9], "y2")
    assert list(accuracy.hovertext) == ["b", "d"]
    assert list(ideal.x) == list(ideal.y) == [0, 1]


@pytest.mark.parametrize(("accuracies", "now"), [([1, 0.99], (0.5, 1.0)), ([1, 0.2], (0.9, 0.1)), ([1, 1], (0.0, 1.0))])
def test_the_axis_of_a_trade_off_holds_the_curve_and_the_present_point(accuracies, now):
    figure = checked(failure_charts.trade_off([0.5, 1], accuracies, now, ("x", "y", "now"), 300))
    low, high = figure.layout.yaxis.range
    assert low < min(*accuracies, now[1]) <= 1 < high


def test_the_axis_of_the_digits_holds_the_worst_and_the_best():
    accuracies = [0.985] * 9 + [0.4]
    figure = checked(failure_charts.class_accuracies(accuracies, "x", "y", ["words"] * 10, 300))
    low, high = figure.layout.xaxis.range
    assert low < 0.4
    assert high > 0.985
    assert list(figure.data[0].x) == accuracies


def test_two_networks_along_a_damage_differ_by_more_than_colour():
    lines = {"one": [1, 0.5], "other": [0.9, 0.8]}
    first, second = checked(failure_charts.accuracy_along([0, 1], lines, 1, "x", "y", 300)).data
    assert first.line.dash != second.line.dash
    assert first.marker.symbol != second.marker.symbol
    assert [list(first.y), list(second.y)] == list(lines.values())


def test_the_open_layer_is_bold_and_both_bars_differ_by_more_than_colour():
    series = {"all": [0.8, 0.9], "map": [0.4, 0.7]}
    figure = failure_charts.apartness(["pixels", "logits"], series, "y", open_place=1, height=300)
    first, second = checked(figure).data
    assert list(first.y) == ["pixels", "<b>logits</b>"]
    assert second.marker.pattern.shape == "/"
    assert [list(first.x), list(second.x)] == list(series.values())
