"""The canvas: what it says is drawn, and its undo and clear, without a browser."""

import base64
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnlab.drawing import to_mnist
from nnlab.ui.components.canvas import MOST_PIXELS, PICTURE_BEGINS, Canvas, pixels_of
from nnlab.ui.visits import VISITS
from tests.hostile import JSON, TEXTS, damaged, nested, within_bounds

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
    return {"drawing": {"raw": {"objects": strokes}, "data": as_url(png.getvalue())}}


def as_url(png: bytes) -> str:
    return PICTURE_BEGINS + base64.b64encode(png).decode()


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


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def head(width: int, height: int) -> bytes:
    """The chunk that says how large a picture is: of RGBA, eight bits each."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


GREY_ROWS = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + b"\x80\x80\x80\xff" * 40 for _ in range(40))))
PICTURE = png_of(head(40, 40), GREY_ROWS)


def bomb(width: int, height: int) -> bytes:
    """A small file of a large black picture."""
    return png_of(head(width, height), chunk(b"IDAT", zlib.compress(bytes(4 * width * height + height), 9)))


def other_format(name: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40)).save(file, format=name)
    return file.getvalue()


NO_PICTURES = {
    "empty": "",
    "no data": PICTURE_BEGINS,
    "no picture": as_url(b"GIF89a, or so it says"),
    "not base64": PICTURE_BEGINS + "%%%",
    "another format": as_url(other_format("TIFF")).replace("image/tiff", "image/png"),
    "another kind of address": "data:text/html;base64," + base64.b64encode(PICTURE).decode(),
    "a place on the network": "http://169.254.169.254/picture.png",
    "a file of the server": "file:///etc/passwd",
    "cut short": as_url(PICTURE[: len(PICTURE) // 2]),
    "no pixels": as_url(png_of(head(40, 40))),
    "nothing wide": as_url(png_of(head(0, 40), GREY_ROWS)),
    "too wide": as_url(png_of(head(MOST_PIXELS + 1, 40), GREY_ROWS)),
    "a bomb": as_url(bomb(1500, 1500)),
    "a size that no memory has": as_url(png_of(head(2**31 - 1, 2**31 - 1), GREY_ROWS)),
    "a second size": as_url(png_of(head(40, 40), head(30_000, 30_000), GREY_ROWS)),
    "a text that unpacks to a huge one": as_url(
        png_of(head(40, 40), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(8_000_000))), GREY_ROWS)
    ),
    "too long": as_url(png_of(head(40, 40), chunk(b"prVt", bytes(5_000_000)), GREY_ROWS)),
}


@pytest.mark.parametrize("picture", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_that_a_canvas_can_hold_is_none(picture):
    assert pixels_of(picture) is None


def test_a_picture_is_read():
    pixels = pixels_of(as_url(PICTURE))
    assert pixels.shape == (40, 40, 4)
    assert (pixels == [128, 128, 128, 255]).all()
    assert not pixels.flags.writeable, "it is shared"


def test_a_picture_is_refused_before_its_pixels_take_memory():
    picture = as_url(bomb(2000, 2000))
    tracemalloc.start()
    try:
        assert pixels_of(picture) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


STROKE_LISTS = st.lists(st.sampled_from(STROKES) | st.dictionaries(TEXTS, JSON, max_size=2), max_size=3)
RAW = st.fixed_dictionaries({}, optional={"objects": STROKE_LISTS | JSON}) | JSON
SIDES = st.integers(0, 50) | st.integers(0, 2**32 - 1)
PICTURES = (
    damaged(PICTURE).map(as_url)
    | st.tuples(SIDES, SIDES).map(lambda size: as_url(png_of(head(*size), GREY_ROWS)))
    | st.sampled_from([as_url(PICTURE), *NO_PICTURES.values()])
    | TEXTS
    | JSON
)
DRAWINGS = st.fixed_dictionaries({}, optional={"raw": RAW, "data": PICTURES}) | JSON
WORDS = st.none() | st.fixed_dictionaries({}, optional={"drawing": DRAWINGS}) | st.dictionaries(TEXTS, JSON, max_size=3)


@pytest.fixture
def session(monkeypatch):
    """An empty session; each example empties it again."""
    monkeypatch.setattr(streamlit, "session_state", {})


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_whatever_a_browser_says_is_a_drawing_or_changes_nothing(session, words):
    streamlit.session_state.clear()
    canvas, strokes = Canvas("draw"), STROKES
    streamlit.session_state[canvas.key] = sent(STROKES)
    canvas._catch_up()
    for word in words:
        before = strokes
        streamlit.session_state[canvas.key] = word
        with within_bounds():
            canvas._catch_up()
            strokes, pixels = canvas.strokes(), pixels_of(canvas._drawing()["data"])
        if strokes != before:
            assert strokes == word["drawing"]["raw"]["objects"]
        assert to_mnist(pixels).shape == (28, 28)
    canvas.undo()
    canvas.clear()
    assert canvas.strokes() == []


def test_a_stroke_drawn_over_itself_is_kept_though_the_picture_is_the_same(app):
    """Found by the long run: what is left on the canvas was one stroke short after another page was visited."""
    again = [*STROKES, STROKES[-1]]
    for said in (sent(STROKES), sent(again), None):
        app.session_state["draw.canvas"] = said
        app.run()
    assert app.session_state["strokes"] == again


@pytest.mark.parametrize(
    "said",
    [
        5, "drawing", [], {}, {"data": 5, "raw": {"objects": STROKES}}, {"data": as_url(PICTURE), "raw": 7},
        {"data": as_url(PICTURE), "raw": {"objects": {"a": 1}}}, {"data": as_url(PICTURE), "raw": {"objects": [1, 2]}},
        {"data": as_url(PICTURE), "raw": {"objects": [{"path": nested(900)}]}},
        *({"data": picture, "raw": {"objects": [OTHER_STROKE]}} for picture in NO_PICTURES.values()),
    ],
)  # fmt: skip
def test_nonsense_leaves_the_drawing_as_it_was(app, said):
    app.session_state["draw.canvas"] = sent(STROKES)
    app.run()
    app.session_state["draw.canvas"] = {"drawing": said, "backgroundFit": said}
    app.run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 2, "the canvas is there, and its dress"
    assert app.session_state["strokes"] == STROKES
    assert app.session_state["shape"] == (40, 40, 4)


def test_nonsense_after_undo_is_no_drawing_and_no_error(app):
    """What the page tells the browser to start from is all that is left then, and there is no picture of it."""
    app.session_state["draw.canvas"] = sent([*STROKES, OTHER_STROKE])
    app.run().button(key="undo").click().run()
    app.session_state["draw.canvas"] = {"drawing": "nonsense"}
    app.run()
    assert not app.exception
    assert app.session_state["strokes"] == STROKES
    assert app.session_state["shape"] is None
