"""A digit to draw on, and the bundled network at work on it: the first thing of the app.

All of it happens in the browser, by ``static/greeting.js``: the server is asked for the network's file, which a browser
keeps, and for nothing after that. So it works before torch is loaded, and costs a class of thirty no time.
"""

from __future__ import annotations

from streamlit.components import v2

from nnlab.config import CLASSES
from nnlab.ui import files
from nnlab.ui.components import keyboard_pen, live_reading, living_network
from nnlab.ui.text import t

_greeting = v2.component(
    "nnlab_greeting",
    html='<div class="nnlab-greeting"></div>',
    css=files.style(__file__, living_network.STYLE),
    js=files.loader("greeting.js", "greet"),
    isolate_styles=False,
)


def show() -> None:
    """The paper, what the network reads on it, and the network."""
    network = live_reading.bundled_network()
    say = {
        "invitation": t("home.greeting"),
        "waiting": t("home.greeting_waiting"),
        "answer": t("home.greeting_answer", name="{name}", probability="{probability}"),
        "no_digit": t("draw.no_digit"),
        "digits": [t(f"common.digit_{digit}") for digit in range(CLASSES)],
        "canvas": t("common.canvas_alt"),
        "clear": t("common.clear"),
        "pen": keyboard_pen.words(),
    }
    _greeting(
        key="home.greeting",
        data={
            **living_network.sent(None, None),
            "network": {"id": network.id, "address": network.address},
            "say": say,
        },
    )
