"""A run played back in the browser: one slider, and the curve, the network, its weights and mistakes move with it.

The script, ``static/replay.js``, asks ``routes`` for the run's curve, for each of its kept states once, and for the
confusion matrices while they are counted; then playing takes nothing of the server. Between two kept states the earlier
one is shown as it was: only the mark on the curve moves on, since the history has every step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from streamlit.components import v2

from nnlab.ui import classes, files, text
from nnlab.ui.components import living_network
from nnlab.ui.text import t

WORDS = (
    "play", "pause", "speed", "axis", "axis_step", "axis_epoch", "axis_time", "slider", "curve_alt", "train_loss",
    "test_loss", "now", "now_loss", "now_test", "state", "loading", "failed", "read", "weights", "weights_alt",
    "confusion",
)  # fmt: skip
# What the browser fills in.
BLANKS = {
    name: f"{{{name}}}"
    for name in (
        "step", "epoch", "seconds", "loss", "accuracy", "images", "done", "count", "digit", "probability", "shown",
        "most",
    )
}  # fmt: skip

_player = v2.component(
    "nnlab_replay",
    html='<div class="nnlab-replay" role="group"></div>',
    css=files.style(__file__, living_network.STYLE),
    js=files.loader("replay.js", "show"),
    isolate_styles=False,
)


def show(run: str, revision: str, image: np.ndarray | None, truth: int | None, source: str = "mnist") -> None:
    """The player of a run.

    Args:
        run: its id, for ``routes``.
        revision: changes when there is more of the run to play.
        image: (28, 28) uint8, 255 = ink, which passes through the network; None for the weights alone.
        truth: which class the image is of, if that is known.
        source: the data set that the run has learned, which names the classes.
    """
    living = living_network.sent(None if image is None else image.astype(np.float32) / 255, truth, source=source)
    told: dict[str, Any] = {"run": run, "revision": revision, "language": text.spoken(), "living": living}
    _player(key="runs.replay_player", data={**told, "words": words(source)})


def words(source: str = "mnist") -> dict[str, str]:
    """Its texts in the visitor's language, by the names that its scripts use."""
    said = {name: t(f"replay.{name}", **BLANKS) for name in WORDS}
    return said | {"confusion": t(classes.key("replay.confusion", source), **BLANKS)}
