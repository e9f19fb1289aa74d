"""The figures of the Inspect page."""

from nnlab.ui.charts import checked
from nnlab.ui.inspect import charts


def test_bars_start_at_0_and_one_is_marked():
    (bars,) = checked(charts.signed_bars([-1.0, 2.0, 0.5], "x", "y", 1, 200)).data
    assert list(bars.x) == [-1, 2, 0.5]
    assert len({bars.marker.color[0], bars.marker.color[2]}) == 1
    assert bars.marker.color[1] != bars.marker.color[0]


def test_before_and_after_stand_side_by_side():
    before, after = checked(charts.before_and_after([0.25, 0.75], [0.5, 0.5], ("old", "new"), "x", "y", 200)).data
    assert (before.name, list(before.x), after.name, list(after.x)) == ("old", [0.25, 0.75], "new", [0.5, 0.5])
