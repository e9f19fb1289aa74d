"""How strongly each layer of a run is taught, while it trains: a line per layer, and the newest numbers in a table.

The script, ``static/live_pulse.js``, asks ``routes`` for what is new, but only while it is on the screen; so a fold
that is closed costs nothing. ``static/pulse_chart.js`` draws. What the route tells is made by ``runs.pulses``.
"""

from __future__ import annotations

from streamlit.components import v2

from nnlab.config import Setup
from nnlab.ui import files
from nnlab.ui.chart_config import chart_config
from nnlab.ui.charts import AXIS_NUMBERS, GRID_COLOR, PALETTE
from nnlab.ui.components import live_run
from nnlab.ui.text import t

WORDS = (
    "alt", "hidden", "output", "epochs", "gradient", "update", "lost", "expected", "images", "layer", "now",
    "before", "moved", "dead", "saturated", "of", "counted", "nothing", "unknown",
)  # fmt: skip
BLANKS = {name: f"{{{name}}}" for name in ("layer", "count", "size", "images", "step")}  # what the browser fills in
HEIGHT = 640  # pixels: three charts, one above the other
NEUTRAL_COLOR = PALETTE[7]
COLORS = (*PALETTE[:7], "#A05195", PALETTE[7])  # of at most eight hidden layers and the outputs: neighbours differ

_pulse = v2.component(
    "nnlab_pulse",
    html='<div class="nnlab-pulse"></div>',
    css=files.style(__file__),
    js=files.loader("live_pulse.js", "watch"),
    isolate_styles=False,
)


def show(key: str, run: str, setup: Setup, height: int, font_size: float) -> None:
    """The pulses of a run, up to now and from now on.

    Args:
        key: of the element.
        run: its id.
        setup: its network, whose layers are named, and the length of the run.
        height: of the charts together, in pixels.
        font_size: of their letters, in pixels.
    """
    look = {"colors": COLORS, "neutral": NEUTRAL_COLOR, "grid": GRID_COLOR, "numbers": AXIS_NUMBERS}
    look |= {"height": height, "font": font_size, "plotly": live_run.PLOTLY.address(live_run.PLOTLY_FILE)}
    look["config"] = chart_config("gradients-through-training")
    sent = {"run": run, "sizes": setup.model.layer_sizes[1:], "epochs": setup.train.epochs, "look": look}
    _pulse(key=key, data={**sent, "words": {name: t(f"pulse.{name}", **BLANKS) for name in WORDS}})
