"""The canvas: what it says is drawn, and its undo and clear, without a browser."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnlab.ui.visits import VISITS

STROKES = [{"type": "path", "path": [["M", 1, 1]]}, {"type": "path", "path": [["M", 9, 9]]}]
OTHER_STROKE = {"type": "path", "path": [["M", 5, 5]]}


def page():
    import streamlit as st

    from nnlab.ui import state
    from nnlab.ui.components.canvas import Canvas

    if "identity" in st.session_state:
        state.adopt({"visit": st.session_state.pop("identity"), "owner": "o" * 22})
    canvas = Canvas("draw")
    pixels = canvas.show(40, 4, "the canvas")
    st.session_state["shape"] = None if pixels is None else pixels.shape
    st.session_state["strokes"] = canvas.strokes()
    st.button("undo", key="undo", on_click=canvas.undo)
    st.button("clear", key="clear", on_click=canvas.clear)


def sent(strokes: list) -> dict:
    """What the browser sends: the strokes, and the picture as PNG."""
    png = io.BytesIO()
    Image.fromarray(np.full((40, 40, 4), 255, np.uint8)).save(png, format="PNG")
    picture = "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
    return {"drawing": {"raw": {"objects": strokes}, "data": picture}}


@pytest.fixture
def app():
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return app


def test_an_untouched_canvas_holds_nothing(app):
    assert app.session_state["shape"] is None


def test_a_drawing_comes_as_pixels(app):
    app.session_state["draw.canvas"] = sent(STROKES)
    assert app.run().session_state["shape"] == (40, 40, 4)


def test_a_canvas_without_strokes_holds_nothing_though_it_has_pixels(app):
    app.session_state["draw.canvas"] = sent([])
    assert app.run().session_state["shape"] is None


def test_undo_starts_the_canvas_from_all_strokes_but_the_last(app):
    app.session_state["draw.canvas"] = sent(STROKES)
    app.run().button(key="undo").click().run()
    assert app.session_state["draw.start"].objects == STROKES[:1]


def test_clear_is_a_new_start_each_time(app):
    """The canvas only loads what differs from the last time; a second clear must reach it too."""
    revisions = []
    for _ in range(2):
        app.session_state["draw.canvas"] = sent(STROKES)
        app.run().button(key="clear").click().run()
        assert app.session_state["draw.start"].objects == []
        revisions.append(app.session_state["draw.start"].revision)
    assert revisions[0] != revisions[1]


@pytest.fixture
def visit_with_drawing():
    """The name of a visit in which the strokes were drawn and kept, in an earlier session."""
    name = "v" * 22
    VISITS.keep(name, "draw.drawing", {**sent(STROKES)["drawing"], "canvas": "draw"}, 100)
    yield name
    VISITS.forget(name, "draw.drawing")


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param([STROKES, [], "adopt"], id="wiped before it is known whose visit it is"),
        pytest.param([STROKES, "adopt", []], id="wiped after that"),
        pytest.param([None, STROKES, [], "adopt"], id="nothing heard at first"),
        pytest.param([None, [], "adopt"], id="wiped before anything else is heard"),
        pytest.param([None, "adopt", []], id="the late word of a wiped canvas"),
        pytest.param([None, "adopt", [], STROKES, []], id="loaded, and then the late word"),
    ],
)
def test_a_drawing_is_not_lost_with_the_wipe_that_a_new_session_asks_for(heard, visit_with_drawing):
    """A new session tells the browser to start from none before it knows of the drawing; the browser says that it has.

    What the browser says, and whose visit it is, is heard in any order.
    """
    app = AppTest.from_function(page, default_timeout=30)
    for word in heard:
        if word == "adopt":
            app.session_state["identity"] = visit_with_drawing
        elif word is not None:
            app.session_state["draw.canvas"] = sent(word)
        app.run()
        assert not app.exception
    assert app.session_state["shape"] == (40, 40, 4)
    assert app.session_state["draw.start"].objects == app.session_state["strokes"] == STROKES
    app.button(key="clear").click().run()
    assert app.session_state["strokes"] == []
    app.session_state["draw.canvas"] = sent([])
    assert app.run().session_state["strokes"] == []


def test_a_stroke_that_the_server_had_not_heard_of_before_the_session_is_kept(visit_with_drawing):
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["draw.canvas"] = sent([*STROKES, OTHER_STROKE])
    app.run()
    app.session_state["draw.canvas"] = sent([])
    app.run()
    app.session_state["identity"] = visit_with_drawing
    assert app.run().session_state["strokes"] == [*STROKES, OTHER_STROKE]


@pytest.mark.parametrize(("press", "left"), [("undo", STROKES[:1]), ("clear", [])])
def test_a_stroke_that_ends_before_the_browser_hears_of_a_press_is_kept(app, press, left):
    """Its word then holds what was taken back, and the new stroke; it is told to start from what was left, and that."""
    app.session_state["draw.canvas"] = sent(STROKES)
    app.run().button(key=press).click().run()
    app.session_state["draw.canvas"] = sent([*STROKES, OTHER_STROKE])
    app.run()
    told = app.session_state["draw.start"]
    assert told.objects == [*left, OTHER_STROKE]
    assert app.session_state["strokes"] == told.objects
    app.run()
    assert app.session_state["draw.start"] == told, "it is told once"


@pytest.mark.parametrize("press", ["undo", "clear"])
def test_what_the_browser_says_on_its_way_to_the_latest_start_does_not_count(app, press):
    """It is sent one start after another, and says after each of them what is on the canvas then."""
    app.session_state["draw.canvas"] = sent(STROKES[:1])
    app.run().button(key=press).click().run()
    app.session_state["draw.canvas"] = sent([STROKES[0], OTHER_STROKE])
    app.run()
    for said in ([], [OTHER_STROKE]):
        app.session_state["draw.canvas"] = sent(said)
        assert app.run().session_state["strokes"] == [OTHER_STROKE]


def test_undo_pressed_twice_before_the_browser_answers_takes_back_two_strokes(app):
    app.session_state["draw.canvas"] = sent([*STROKES, OTHER_STROKE])
    app.run().button(key="undo").click().run().button(key="undo").click().run()
    assert app.session_state["draw.start"].objects == STROKES[:1]


@pytest.mark.parametrize(("press", "left"), [("undo", STROKES[:1]), ("clear", [])])
def test_what_was_taken_back_may_be_drawn_once_more(app, press, left):
    """A dot in the same place, say: the very strokes that the browser had before it followed."""
    app.session_state["draw.canvas"] = sent(STROKES)
    app.run().button(key=press).click().run()
    for said in (left, STROKES):
        app.session_state["draw.canvas"] = sent(said)
        app.run()
        assert app.session_state["strokes"] == said
