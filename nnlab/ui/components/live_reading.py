"""What a network reads in a drawing, shown while the pen is still moving.

The answer is an element of its own whose script, ``static/live_reading.js``, finds the canvas and, during a stroke,
takes the steps of ``drawing`` and ``model`` in the browser: ``static/drawing.js`` and ``static/network.js`` are ports
of the two, and a test holds them together. When the pen is lifted Python reads the drawing, and its answer counts.
The network's file goes to the browser once. If the canvas ever has another markup, drawings are read after each stroke
alone.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components import v2

from nnlab.config import CLASSES, INPUT_NORMALIZATION
from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, files, keys
from nnlab.ui.charts import RIVAL_COLOR, TEST_COLOR, TRAIN_COLOR
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

MAX_PARAMETERS = 2_000_000  # 8 MB to send, and still well over 30 images a second in a laptop's browser
UNSURE_BELOW = 0.8  # a less probable answer is followed by the second guess
BUNDLED_FILE = "bundled.safetensors"
ASSETS = files.Folder("assets", Path(__file__).parents[2] / "assets", (BUNDLED_FILE,))

# Streamlit pales the page's elements while the page's script runs. The style keeps this one from paling: it shows what
# the browser has read already.
_answer = v2.component(
    "nnlab_reading",
    html='<div class="nnlab-reading empty"></div>',
    css=files.style(__file__),
    js=files.loader("live_reading.js", "answer"),
    isolate_styles=False,
)
_sight = v2.component(
    "nnlab_sight",
    html='<canvas class="nnlab-sight" width="28" height="28" role="img"></canvas>',
    css=files.read(Path(__file__).with_name("live_sight.css")),
    js=files.loader("live_reading.js", "sight"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class BrowserNetwork:
    """A network for the browser to read with.

    Attributes:
        id: of its weights: others have another id.
        address: of its file, below ``files.ROOT``; "" if it has to be sent.
        to_bytes: makes that file, as ``checkpoint.to_bytes``; None where there is an address.
    """

    id: str
    address: str = ""
    to_bytes: Callable[[], bytes] | None = None


@dataclass(frozen=True)
class Result:
    """What was read: ten probabilities, whether it looks like no digit, the true class if it is known."""

    probabilities: list[float]
    is_doubtful: bool = False
    truth: int | None = None


@cache
def bundled_network() -> BrowserNetwork:
    """The network that comes with nnlab; its file is served as it is."""
    return BrowserNetwork(f"bundled-{ASSETS.version}", ASSETS.address(BUNDLED_FILE))


def show_answer(
    place: str,
    result: Result | None,
    network: BrowserNetwork | None,
    canvas_class: str,
    is_inviting: bool,
    has_bars: bool = True,
    source: str = "mnist",
) -> None:
    """The digit, its probability and ten bars; during a stroke on the canvas the browser's, else ``result``.

    Args:
        place: the page's name, which connects this with its ``show_sight``.
        result: None while there is no answer.
        network: what the browser reads with during a stroke; None to wait for the stroke's end.
        canvas_class: ``Canvas.css_class``; "" where the browser does not read.
        is_inviting: whether an invitation to draw stands in the answer's place.
        source: the data set that the network has learned, which names the classes.
        has_bars: False where ``living_network`` has them; where the browser cannot compute the network they are shown.
    """
    blanks = {"digit": "{digit}", "probability": "{probability}"}  # for the browser to fill in
    words = {
        **_named(source),
        "title": t("draw.bars_title"),
        "alt": t(classes.key("common.answer_alt", source), **blanks),
        "rival": t("draw.rival", **blanks),
        "no_digit": t("draw.no_digit"),
        "invitation": t("draw.invitation") if is_inviting else "",
        "invitation_each_stroke": t("draw.invitation_each_stroke") if is_inviting else "",
    }
    sent: dict[str, Any] = {
        "place": place,
        "canvas": canvas_class,
        "words": words,
        "colors": {"first": TRAIN_COLOR, "other": RIVAL_COLOR, "truth": TEST_COLOR},
        "unsure_below": UNSURE_BELOW,
        "normalizations": INPUT_NORMALIZATION,
        "hasBars": has_bars,
        "network": network and to_send(network),
        "result": result
        and {"probabilities": result.probabilities, "isDoubtful": result.is_doubtful, "truth": result.truth},
    }
    _answer(key=f"{place}.reading", data=sent, on_missing_change=forget)


def _named(source: str) -> dict[str, Any]:
    """What the script calls each class: in large type, beside it, and at its bar."""
    if is_of_digits(source):
        numbers = classes.names(source)
        return {"signs": numbers, "digits": [t(f"common.digit_{digit}") for digit in range(CLASSES)],
                "classes": numbers, "isNamed": False}  # fmt: skip
    names, signs = classes.names(source), classes.signs(source)
    large = ["" if sign.isdigit() else sign for sign in signs]  # a number would not say what is meant
    return {"signs": large, "digits": names, "classes": names, "isNamed": True}


def show_sight(place: str, pixels: np.ndarray | None, side: int, label: str) -> None:
    """What the network sees, ``side`` screen pixels large: (28, 28) uint8, 255 = ink; None for empty paper."""
    text = "" if pixels is None else base64.b64encode(pixels.tobytes()).decode()
    _sight(key=f"{place}.sight", data={"place": place, "pixels": text, "side": side, "label": label})


def to_send(network: BrowserNetwork) -> dict[str, str]:
    """A network's name, and its file unless the browser has been sent it."""
    if network.address:
        return {"id": network.id, "address": network.address}
    sent = st.session_state.setdefault(keys.SENT_NETWORKS, set())
    if network.id in sent:
        return {"id": network.id}
    sent.add(network.id)
    return {"id": network.id, "weights": base64.b64encode(network.to_bytes()).decode()}


def forget() -> None:
    """Send the network again: the browser does not have it."""
    st.session_state.pop(keys.SENT_NETWORKS, None)
