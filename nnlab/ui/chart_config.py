"""How plotly.js behaves around its charts: its tools in the visitor's language, and none that sends a chart away."""

from __future__ import annotations

from typing import Any

from nnlab.ui import state
from nnlab.ui.text import t

SAVED_SCALE = 2  # pixels of a saved picture for each one on screen
# What plotly.js says, in its own words, and the names of ours.
WORDS = {
    "Zoom": "zoom",
    "Pan": "pan",
    "Zoom in": "zoom_in",
    "Zoom out": "zoom_out",
    "Autoscale": "autoscale",
    "Reset axes": "reset",
    "Download plot as a PNG": "save",  # holds "PNG": see static/values.js
    "Preparing image - this may take a few seconds": "saving",
    "Image download succeeded": "saved",
    "Sorry, there was a problem downloading your image!": "not_saved",
    "Double-click to zoom back out": "zoom_back",
    "Double-click on legend to isolate one trace": "isolate",
}


def chart_config(saved_as: str) -> dict[str, Any]:
    """The ``config`` of a chart; ``saved_as`` is the name of its picture's file, without the ending.

    By itself plotly.js offers to upload the chart to a company's server (``showSendToCloud``).
    """
    language = state.language()
    dictionary = {words: t(f"common.chart_{name}") for words, name in WORDS.items()}
    return {
        "displaylogo": False,
        "responsive": True,
        "showSendToCloud": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d"],
        "toImageButtonOptions": {"filename": saved_as, "scale": SAVED_SCALE},
        "locale": language,
        "locales": {language: {"dictionary": dictionary}},
    }
