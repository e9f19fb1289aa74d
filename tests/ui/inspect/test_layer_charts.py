"""The figures of whole layers show the numbers that they are given, each at its place."""

import numpy as np
import pytest

from nnlab.ui import charts
from nnlab.ui.inspect import layer_charts
from nnlab.ui.inspect.layer_charts import Values, count_values

HIDDEN = Values("hidden", np.array([0.5, -2.0, 0.0]))
CLASSES = Values("classes", np.arange(-4.0, 6.0), first=0)


def test_bars_are_coloured_by_their_sign_and_classes_begin_with_0():
    figure = layer_charts.unit_bars([HIDDEN, CLASSES], "%{x}")
    charts.checked(figure)
    first, second = figure["data"]
    assert first["x"] == [1, 2, 3]
    assert second["x"] == list(range(10))
    assert first["marker"]["color"] == [charts.POSITIVE_COLOR, charts.NEGATIVE_COLOR, charts.POSITIVE_COLOR]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["hidden", "classes"]
    reach = figure["layout"]["margin"]["l"] + figure["layout"]["annotations"][0]["xshift"]
    assert 0 <= reach <= 8, "a title begins at the figure's left end, above the numbers of the axis"


def test_panels_stand_one_below_the_other_and_do_not_overlap():
    figure = layer_charts.unit_bars([HIDDEN, CLASSES, HIDDEN], "")
    domains = [figure["layout"][f"yaxis{number}"]["domain"] for number in ("", "2", "3")]
    assert 1 > domains[0][1] > domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1] > domains[2][0] >= 0
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2", "y3"]


def test_squares_hold_all_units_row_by_row_with_white_at_0():
    values = Values("many", np.arange(200.0) - 50)
    figure = layer_charts.unit_squares([values, Values("none", np.zeros(4))], "", " ±{span}")
    charts.checked(figure)
    squares = figure["data"][0]
    grid = squares["z"].flatten()
    assert grid[:200].tolist() == values.numbers.tolist()
    assert np.isnan(grid[200:]).all()
    assert squares["customdata"].flatten()[:200].tolist() == list(range(1, 201))
    assert (squares["zmin"], squares["zmax"]) == (-149, 149)
    assert figure["layout"]["annotations"][0]["text"] == "many ±149"


def test_only_a_share_of_exactly_0_has_the_colour_of_the_dead():
    figure = layer_charts.share_squares([Values("layer", np.array([0, 1e-4, 1]))], "")
    charts.checked(figure)
    (dead, color), (next_share, _), *_ = figure["data"][0]["colorscale"]
    assert (dead, color) == (0, charts.TEST_COLOR)
    assert 0 < next_share < 1e-4


def test_a_histogram_counts_every_value_once():
    values = np.array([0.0, 0.1, 0.1, 1.0])
    histogram = count_values("z", values)
    assert histogram.counts.sum() == 4
    assert histogram.counts[[0, 6, -1]].tolist() == [1, 2, 1]
    assert histogram.centres[0] == pytest.approx(1 / 120)
    figure = layer_charts.histogram_bars([histogram, count_values("f(z)", values * 2)], "pairs")
    charts.checked(figure)
    assert [axis["title"]["text"] for axis in charts.axes_of(figure, "x")] == ["z", "f(z)"]


def test_two_histograms_of_weights_share_their_bins_and_leave_out_empty_ones():
    now, start = (count_values(name, values, (0, 60)) for name, values in (("now", [0, 0, 59]), ("start", [30])))
    figure = layer_charts.histogram_lines(now, start, "weight", "count")
    charts.checked(figure)
    grey, blue = figure["data"]
    assert (grey["name"], blue["name"]) == ("start", "now")
    assert blue["y"] == [2, *[None] * 58, 1]
    assert grey["x"].tolist() == blue["x"].tolist()
    assert len(layer_charts.histogram_lines(now, None, "", "")["data"]) == 1


def test_sizes_of_all_layers_are_drawn_but_for_what_a_log_scale_cannot_show():
    figure = layer_charts.sizes(["1", "2", "output"], [0, 0.1, 0.2], [0, 5, 6], ("mean", "norm", "size"))
    charts.checked(figure)
    assert figure["layout"]["xaxis"]["type"] == "category"
    assert [trace["y"] for trace in figure["data"]] == [[None, 0.1, 0.2], [None, 5, 6]]
