"""A run while it trains: its state, its numbers and its curve, which ask the server themselves how the run goes on.

A page's script costs the server ten times as much as a plain answer over HTTP, and Streamlit's browser side draws anew
what it sends. So the script is only run when the shape of the page changes: the run pauses or ends, say. In between the
three elements move by themselves. Their scripts, ``static/live_run.js`` and ``static/curve.js``, share one
``static/run_feed.js``, which asks ``routes`` again and again while somebody looks.

The curve is a Plotly chart that keeps its DOM node and its zoom, which ``st.plotly_chart`` would not. plotly.js itself
comes once over HTTP, out of the plotly package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly
from streamlit.components import v2

from nnlab.config import NOTES_ACCURACY, NOTES_LOSSES
from nnlab.ui import files
from nnlab.ui.chart_config import chart_config
from nnlab.ui.charts import AXIS_NUMBERS, GRID_COLOR, NOTES_COLOR, TEST_COLOR, TRAIN_COLOR

PLOTLY_FILE = "plotly.min.js"
PLOTLY = files.Folder("plotly", Path(plotly.__file__).parent / "package_data", (PLOTLY_FILE,))


def _component(name: str, function: str, html: str) -> Any:
    script = files.loader("live_run.js", function)
    return v2.component(f"nnlab_run_{name}", html=html, css=files.style(__file__), js=script, isolate_styles=False)


_state = _component(
    "state",
    "showState",
    '<div class="nnlab-run-state"><p>&nbsp;</p><div class="bar" role="progressbar"><i></i></div></div>',
)
_numbers = _component("numbers", "showNumbers", '<div class="nnlab-run-numbers"></div>')
_curve = _component("curve", "showCurve", '<div class="nnlab-curve"></div>')


def show_state(source: dict[str, Any], state: dict[str, Any], unheard: str) -> None:
    """One line on what is happening, and a bar for how much of the run is done.

    Args:
        source: what tells how it goes on: {"run": the run's id, "" for none, "language", "shape": of the run as it is
            drawn here}.
        state: what is shown until the server is asked, ``progress.tell(...)["state"]``.
        unheard: the words in its place while the server does not answer, those between two ``**`` in bold.
    """
    _state(key="train.state", data={**source, "state": state, "unheard": unheard})


def show_numbers(source: dict[str, Any], numbers: list[dict[str, str]]) -> None:
    """Some of the run's numbers side by side, as many as are given; ``source`` as for ``show_state``.

    Args:
        numbers: the first of ``progress.tell(...)["numbers"]``.
    """
    _numbers(key="train.figures", data={**source, "numbers": numbers})


def show_curve(
    source: dict[str, Any],
    is_behind: bool,
    epochs: int,
    words: dict[str, str],
    height: int,
    font_size: float,
    with_notes: bool = True,
) -> None:
    """The learning curve; empty but for the notes' run where there is none. ``source`` as for ``show_state``.

    It has the fragment run that it stands in when the run's shape is no longer the one that is drawn here.

    Args:
        is_behind: whether more than this fragment has to be drawn anew, which is asked for at once.
        epochs: the length of the run, for the axis.
        words: the chart's texts by the names that ``curve.js`` uses.
        with_notes: whether the notes' run is drawn behind it.
    """
    look = {"train": TRAIN_COLOR, "test": TEST_COLOR, "notes": NOTES_COLOR, "grid": GRID_COLOR, "font": font_size}
    look |= {"notes_losses": NOTES_LOSSES[:epochs] if with_notes else (), "height": height, "numbers": AXIS_NUMBERS}
    look["notes_accuracy"] = NOTES_ACCURACY if with_notes else None
    look |= {"plotly": PLOTLY.address(PLOTLY_FILE), "config": chart_config("learning-curve")}
    told = {"isBehind": is_behind, "epochs": epochs, "words": words, "look": look}
    _curve(key="train.live_curve", data={**source, **told}, on_look_change=lambda: None)
