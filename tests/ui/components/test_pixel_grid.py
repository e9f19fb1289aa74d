"""The digit whose pixels can be changed: what the browser says is changed, and what it cannot mean."""

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from nnlab.config import PIXELS
from nnlab.ui.components import pixel_grid
from tests.hostile import JSON, within_bounds


@pytest.fixture
def sent(monkeypatch):
    """A function that has the browser say something, and returns what counts since revision 3."""
    monkeypatch.setattr(streamlit, "session_state", {})

    def sent(flipped: object) -> frozenset[int] | None:
        streamlit.session_state["grid"] = {"flipped": flipped}
        return pixel_grid.sent("grid", 3)

    return sent


def test_the_changed_pixels_count_since_the_revision_that_was_sent(sent):
    assert pixel_grid.sent("grid", 3) is None, "it has said nothing yet"
    assert sent({"revision": 3, "pixels": [0, 5, 783]}) == {0, 5, 783}
    assert sent({"revision": 2, "pixels": [0]}) is None


@pytest.mark.parametrize(
    "flipped", [7, "7", [7], {"revision": 3}, {"revision": 3, "pixels": 7}, {"revision": 3, "pixels": {}}]
)
def test_nonsense_counts_as_little_as_silence(sent, flipped):
    assert sent(flipped) is None


def test_what_is_no_number_of_a_pixel_is_left_out(sent):
    assert sent({"revision": 3, "pixels": [True, 7, 7.0, "7", -1, PIXELS, None, [7], 10**400]}) == {7}


PIXEL_LISTS = st.lists(st.integers(-1, 800) | JSON) | JSON


@given(st.fixed_dictionaries({"revision": st.just(3) | JSON}, optional={"pixels": PIXEL_LISTS}) | JSON)
def test_whatever_a_browser_says_changes_pixels_or_nothing(sent, flipped):
    with within_bounds():
        pixels = sent(flipped)
    assert pixels is None or all(type(pixel) is int and 0 <= pixel < PIXELS for pixel in pixels)
