"""Drawings as the browser sends them, and what a page answers."""

import base64
import io
import json

from PIL import Image, ImageDraw

SIDE = 336
SEVEN = [(90, 70), (240, 70), (150, 270)]
ONE = [(168, 60), (160, 280)]


def sent(*polylines, ink="#111111", paper="#ffffff") -> dict:
    """What the browser sends after strokes along these points."""
    picture = Image.new("RGBA", (SIDE, SIDE), paper)
    for points in polylines:
        ImageDraw.Draw(picture).line(points, fill=ink, width=20, joint="curve")
    png = io.BytesIO()
    picture.save(png, format="PNG")
    data = "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
    return {"drawing": {"raw": {"objects": [{"type": "path"} for _ in polylines]}, "data": data}}


def draw(page, *polylines, **colors):
    page.session_state["draw.canvas"] = sent(*polylines, **colors)
    page.run()
    assert not page.exception
    return page


def words(page) -> str:
    """All text on the page, but for what its own elements show."""
    kinds = ("markdown", "html", "info", "caption", "error", "success", "warning")
    return "\n".join(str(element.proto.body) for kind in kinds for element in page.get(kind))


def sent_to(page, component: str) -> dict:
    """What one of the page's own elements was told to show; nothing if it is not there."""
    return next(iter(all_sent_to(page, component)), {})


def all_sent_to(page, component: str) -> list[dict]:
    """The same for each of them, where a page has several."""
    elements = [element.proto for element in page.get("bidi_component") if element.proto.component_name == component]
    return [json.loads(element.json) for element in elements]


def probabilities(page) -> list[float] | None:
    """Of the ten digits; None while the page does not answer."""
    result = sent_to(page, "nnlab_reading").get("result")
    return result and result["probabilities"]


def answer(page) -> str | None:
    """The digit in large type; None while the page does not answer."""
    found = probabilities(page)
    return found and str(max(range(10), key=found.__getitem__))
