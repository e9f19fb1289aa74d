"""The chart of the explanations: its mark."""

import pytest

from nnlab.ui.charts import checked
from nnlab.ui.draw import why_charts
from nnlab.ui.draw.why_changes import KNOBS


def test_the_present_position_is_marked_although_a_slider_rounds():
    positions = KNOBS["thickness"].positions()
    answers = {"7": [place / 100 for place in range(len(positions))]}
    drawn = checked(why_charts.answer_along(positions, answers, -1 + 0.1 * 13, "now", "x", "y"))
    mark = drawn.data[-1]
    assert mark.x[0] == pytest.approx(0.3)
    assert mark.y[0] == 0.13
