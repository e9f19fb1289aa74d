"""The charts of the explanations: scale and mark."""

import numpy as np
import pytest

from nnlab.ui.charts import checked
from nnlab.ui.draw import why_charts
from nnlab.ui.draw.why_changes import KNOBS


def test_the_scale_of_the_map_is_the_same_both_ways():
    evidence = np.zeros((28, 28))
    evidence[3, 4], evidence[5, 6] = -2.5, 1.0
    (heat,) = checked(why_charts.evidence_map(evidence, np.zeros((28, 28)), "score", "%{z}")).data
    assert (heat.zmin, heat.zmid, heat.zmax) == (-2.5, 0, 2.5)
    assert heat.zsmooth is False
    (blank,) = checked(why_charts.evidence_map(0 * evidence, np.zeros((28, 28)), "score", "%{z}")).data
    assert blank.zmin < 0 < blank.zmax


def test_the_present_position_is_marked_although_a_slider_rounds():
    positions = KNOBS["thickness"].positions()
    answers = {"7": [place / 100 for place in range(len(positions))]}
    drawn = checked(why_charts.answer_along(positions, answers, -1 + 0.1 * 13, "now", "x", "y"))
    mark = drawn.data[-1]
    assert mark.x[0] == pytest.approx(0.3)
    assert mark.y[0] == 0.13
