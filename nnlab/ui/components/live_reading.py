"""What a network reads in a drawing, shown while the pen is still moving.

The answer is an element of its own whose script, ``static/live_reading.js``, finds the canvas and, during a stroke,
takes the steps of ``drawing`` and ``model`` in the browser: ``static/drawing.js`` and ``static/network.js`` are ports
of the two, and a test holds them together. When the pen is lifted Python reads the drawing, and its answer counts.
The network's file goes to the browser once. Without the canvas's markup everything works as before, after each stroke.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components import v1, v2

from nnlab.config import CLASSES, INPUT_NORMALIZATION
from nnlab.ui.charts import RIVAL_COLOR, TEST_COLOR, TRAIN_COLOR
from nnlab.ui.components import scripts
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

MAX_PARAMETERS = 2_000_000  # 8 MB to send, and still well over 30 images a second in a laptop's browser
UNSURE_BELOW = 0.8  # a less probable answer is followed by the second guess
SENT = "live_reading.sent"  # session key: ids of the networks that this browser has been sent
ASSETS = Path(__file__).parents[2] / "assets"
BUNDLED_FILE = "bundled.safetensors"
MODULES = ("live_reading.js", "drawing.js", "network.js")

_ASSETS = v1.declare_component("assets", path=str(ASSETS))  # served over HTTP under component/<name>/

# Streamlit pales what waits for the script; this one is up to date before the script is.
_STYLE = """[data-stale]:has(.nnlab-reading), [data-stale]:has(.nnlab-sight) { opacity: 1 !important; }
.nnlab-reading { min-height: 25rem; }
.nnlab-reading p { margin: 0; }
.nnlab-reading .invitation { display: none; padding: 1rem; border-radius: 0.5rem; word-break: keep-all;
  background: rgba(0, 114, 178, 0.12); }
.nnlab-reading.empty .invitation:not(:empty) { display: block; }
.nnlab-reading.empty > :not(.invitation) { display: none; }
.nnlab-answer { display: flex; align-items: center; gap: 1.1rem; min-height: 5.4rem; }
.nnlab-answer b { font-size: 5rem; line-height: 5rem; font-weight: 650; min-width: 3rem; text-align: center; }
.nnlab-answer span { font-variant-numeric: tabular-nums; font-size: 1.5rem; line-height: 1.9rem; }
.nnlab-answer i { font-style: normal; }
.nnlab-answer small { font-size: 1.05rem; line-height: 1.5rem; opacity: 0.75; display: block; min-height: 1.5rem; }
.nnlab-reading.doubtful .nnlab-answer b, .nnlab-reading.doubtful .bar { opacity: 0.4; }
.nnlab-reading .spoken { position: absolute; clip-path: inset(50%); }
.nnlab-reading .title { opacity: 0.7; font-size: 0.875rem; margin-bottom: 0.2rem; }
.nnlab-reading .chart > div { display: grid; grid-template-columns: 1.2rem 1fr 3.6rem; align-items: center;
  gap: 0.5rem; height: 1.75rem; border-radius: 4px; outline-offset: -2px; }
.nnlab-reading .chart b { font-weight: 500; text-align: center; }
.nnlab-reading .track { height: 1.2rem; background: rgba(128, 128, 128, 0.15); border-radius: 3px; overflow: hidden; }
.nnlab-reading .bar { display: block; height: 100%; transform-origin: left; transition: transform 60ms linear; }
.nnlab-reading .number { font-variant-numeric: tabular-nums; text-align: right; padding-right: 0.3rem; }
@media (prefers-reduced-motion: reduce) { .nnlab-reading .bar { transition: none; } }
@media (forced-colors: active) {
  .nnlab-reading .track { outline: 1px solid CanvasText; }
  .nnlab-reading .bar { forced-color-adjust: none; background: CanvasText !important; }
  .nnlab-reading .invitation { outline: 1px solid CanvasText; }
}"""


_answer = v2.component(
    "nnlab_reading",
    html='<div class="nnlab-reading empty"></div>',
    css=_STYLE,
    js=scripts.loader(MODULES, "answer"),
    isolate_styles=False,
)
_sight = v2.component(
    "nnlab_sight",
    html='<canvas class="nnlab-sight" width="28" height="28" role="img"></canvas>',
    css=".nnlab-sight { image-rendering: pixelated; background: #000; border-radius: 8px; display: block; }",
    js=scripts.loader(MODULES, "sight"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class BrowserNetwork:
    """A network for the browser to read with.

    Attributes:
        id: of its weights: others have another id.
        address: of its file, below the server's component folder; "" if it has to be sent.
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
    version = sha256((ASSETS / BUNDLED_FILE).read_bytes()).hexdigest()[:8]
    return BrowserNetwork(f"bundled-{version}", f"{_ASSETS.name}/{BUNDLED_FILE}?{version}")


def show_answer(
    place: str, result: Result | None, network: BrowserNetwork | None, canvas_class: str = "", invitation: str = ""
) -> None:
    """The digit, its probability and ten bars; during a stroke on the canvas the browser's, else ``result``.

    Args:
        place: the page's name, which connects this with its ``show_sight``.
        result: None while there is nothing to read: then the invitation stands here.
        network: what the browser reads with during a stroke; None to wait for the stroke's end.
        canvas_class: ``Canvas.css_class``; "" where nobody draws.
    """
    blanks = {"digit": "{digit}", "probability": "{probability}"}  # for the browser to fill in
    words = {
        "digits": [t(f"draw.digit_{digit}") for digit in range(CLASSES)],
        "title": t("draw.bars_title"),
        "alt": t("draw.answer_alt", **blanks),
        "rival": t("draw.rival", **blanks),
        "no_digit": t("draw.no_digit"),
        "invitation": invitation,
    }
    sent: dict[str, Any] = {
        "place": place,
        "canvas": canvas_class,
        "words": words,
        "colors": {"first": TRAIN_COLOR, "other": RIVAL_COLOR, "truth": TEST_COLOR},
        "unsure_below": UNSURE_BELOW,
        "normalizations": INPUT_NORMALIZATION,
        "network": network and _to_send(network),
        "result": result
        and {"probabilities": result.probabilities, "isDoubtful": result.is_doubtful, "truth": result.truth},
    }
    _answer(key=f"{place}.reading", data=sent, on_missing_change=forget)


def show_sight(place: str, pixels: np.ndarray | None, side: int, label: str) -> None:
    """What the network sees, ``side`` screen pixels large: (28, 28) uint8, 255 = ink; None for empty paper."""
    text = "" if pixels is None else base64.b64encode(pixels.tobytes()).decode()
    _sight(key=f"{place}.sight", data={"place": place, "pixels": text, "side": side, "label": label})


def _to_send(network: BrowserNetwork) -> dict[str, str]:
    """A network's name, and its file unless the browser has been sent it."""
    if network.address:
        return {"id": network.id, "address": network.address}
    sent = st.session_state.setdefault(SENT, set())
    if network.id in sent:
        return {"id": network.id}
    sent.add(network.id)
    return {"id": network.id, "weights": base64.b64encode(network.to_bytes()).decode()}


def forget() -> None:
    """Send the network again: the browser does not have it."""
    st.session_state.pop(SENT, None)
