"""The sketch: what the browser says is drawn, what it cannot mean, and what is sent of a measured curve."""

import math

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from nnlab.ui.components import sketch
from tests.hostile import JSON, within_bounds

LOSS = sketch.Axis((0, 2.5), "loss")


@pytest.fixture
def sent(monkeypatch):
    """A function that has the browser say something, and returns what counts since revision 3, of three columns."""
    monkeypatch.setattr(streamlit, "session_state", {})

    def sent(drawn: object) -> sketch.Drawing | None:
        streamlit.session_state["chart"] = {"drawn": drawn}
        return sketch.sent("chart", 3, LOSS, columns=3)

    return sent


def test_what_was_drawn_counts_since_the_revision_that_was_sent(sent):
    assert sketch.sent("chart", 3, LOSS, columns=3) is None, "it has said nothing yet"
    assert sent({"revision": 3, "values": [2, None, 0.5]}) == (2, None, 0.5)
    assert sent({"revision": 2, "values": [2, None, 0.5]}) is None


@pytest.mark.parametrize("values", [7, "777", {}, [1, 2], [1, 2, 3, 4], None])
def test_what_is_not_a_value_for_each_column_counts_as_little_as_silence(sent, values):
    assert sent({"revision": 3, "values": values}) is None


def test_a_point_beyond_the_axis_lies_at_its_end_and_what_is_no_number_is_a_gap(sent):
    assert sent({"revision": 3, "values": [10**400, -1, math.nan]}) == (2.5, 0, None)
    assert sent({"revision": 3, "values": [True, "1", [1]]}) == (None, None, None)


@given(
    st.fixed_dictionaries({"revision": st.just(3) | JSON}, optional={"values": st.lists(JSON, min_size=3, max_size=3)})
    | JSON
)
def test_whatever_a_browser_says_is_a_drawing_or_nothing(sent, drawn):
    with within_bounds():
        drawing = sent(drawn)
    assert drawing is None or all(value is None or 0 <= value <= 2.5 for value in drawing)


def test_gaps_are_closed_by_a_line_and_the_ends_go_on_level():
    assert sketch.completed((None, 1.0, None, 2.0, None)) == (1, 1, 1.5, 2, 2)
    with pytest.raises(ValueError, match="nothing is drawn"):
        sketch.completed(sketch.nothing_drawn())


def test_four_fifths_of_the_columns_are_enough():
    assert sketch.is_enough((None, 1, 1, 1, 1))
    assert not sketch.is_enough((None, None, 1, 1, 1))


def test_the_columns_lie_evenly_along_the_axis_as_its_scale_has_it():
    assert sketch.places(sketch.Axis((0, 3), ""), 4) == [0, 1, 2, 3]
    assert sketch.places(sketch.Axis((0.01, 1), "", "log"), 3) == pytest.approx([0.01, 0.1, 1])


def test_a_long_curve_is_sent_with_its_ends_and_no_more_points_than_are_seen():
    x, y = sketch.thinned(range(100_000), [math.nan, *range(1, 99_999), 123_456])
    assert len(x) <= sketch.MOST_POINTS
    assert (x[0], y[0]) == (0, None)
    assert (x[-1], y[-1]) == (99_999, 123_500)
    assert sketch.thinned([0.5, 1], [2, 3]) == ([0.5, 1], [2, 3])
    assert sketch.thinned([], []) == ([], [])
