"""The figures of the Inspect page."""

import numpy as np

from nnlab.ui.charts import TEST_COLOR, checked
from nnlab.ui.inspect import charts


def test_a_layers_picture_has_a_square_for_each_unit_and_outlines_the_chosen_one():
    outputs = np.array([0.0, 3.0, -1.0] + [0.0] * 27)
    figure = charts.layer_picture(outputs, 2 * outputs, [f"neuron {n}" for n in range(30)], 1, "%{text}")
    (squares,) = checked(figure).data
    columns = charts.columns_of(30)
    assert len({*zip(squares.x, squares.y, strict=True)}) == 30
    assert (squares.x[columns], squares.y[columns]) == (0, 1)
    assert (squares.marker.cmin, squares.marker.cmax) == (-3, 3)
    assert [unit for unit, color in enumerate(squares.marker.line.color) if color == TEST_COLOR] == [1]


def test_the_ten_outputs_stand_in_one_row():
    assert charts.columns_of(10) == 10
    assert 2 <= charts.columns_of(1024) / (1024 / charts.columns_of(1024)) <= 3


def test_a_silent_layer_has_a_scale_all_the_same():
    (squares,) = checked(charts.layer_picture(np.zeros(3), np.zeros(3), ["a", "b", "c"], 0, "%{text}")).data
    assert squares.marker.cmin < 0 < squares.marker.cmax


def test_bars_start_at_0_and_one_is_marked():
    (bars,) = checked(charts.signed_bars([-1.0, 2.0, 0.5], "x", "y", 1, 200)).data
    assert list(bars.x) == [-1, 2, 0.5]
    assert len({bars.marker.color[0], bars.marker.color[2]}) == 1
    assert bars.marker.color[1] != bars.marker.color[0]


def test_before_and_after_stand_side_by_side():
    before, after = checked(charts.before_and_after([0.25, 0.75], [0.5, 0.5], ("old", "new"), "x", "y", 200)).data
    assert (before.name, list(before.x), after.name, list(after.x)) == ("old", [0.25, 0.75], "new", [0.5, 0.5])
