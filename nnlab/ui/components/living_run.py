"""The living network of a run, which changes while the run learns: ``living_network`` with weights from a route.

The script, ``static/living_run.js``, asks ``routes`` for the weights about four times a second, but only while it is on
the screen; so a fold that is closed costs nothing. What the route sends is made by ``halves``.
"""

from __future__ import annotations

import numpy as np
from streamlit.components import v2

from nnlab.ui import files
from nnlab.ui.components import living_network
from nnlab.ui.text import t

_run = v2.component(
    "nnlab_living_run",
    html='<div class="nnlab-living-run"></div>',
    css=files.read(living_network.STYLE),
    js=files.loader("living_run.js", "watch"),
    isolate_styles=False,
)


def show(run: str, image: np.ndarray | None, truth: int | None, source: str = "mnist") -> None:
    """The network of a run as it is by now, with what became of its neurons.

    Args:
        run: its id.
        image: (28, 28) uint8, 255 = ink, which passes through it; None for the weights alone.
        truth: which digit the image is.
        source: the data set, which names the classes.
    """
    sent = living_network.sent(None if image is None else image.astype(np.float32) / 255, truth, source=source)
    told = {"run": run, "knowsHealth": True, "after": t("train.inside_step", step="{step}")}
    _run(key="train.living", data={**sent, **told})
