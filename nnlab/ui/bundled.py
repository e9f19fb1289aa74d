"""The network that comes with nnlab: one for the whole server, since nobody changes it.

Imports nothing of Streamlit: the warm-up thread loads it, and a component that is declared there is never served.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nnlab.model import MLP


@cache
def load() -> tuple[MLP, dict[str, Any]]:
    """The network, in eval mode, and the facts that its file tells of it."""
    from nnlab import checkpoint

    return checkpoint.load_bundled(), checkpoint.read_header(checkpoint.BUNDLED)["facts"]


def rehearse() -> None:
    """Read a drawing once: what is looked up and loaded only then, no visitor's first stroke has to wait for."""
    from nnlab.drawing import stages

    ink = np.zeros((280, 280), np.uint8)
    ink[70:210, 130:150] = 255  # a 1
    load()[0].predict_proba(stages(ink).result[None])
