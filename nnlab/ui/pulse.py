"""How strongly each layer of a run is taught, for Train and Inspect: what to look at, the lines, what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnlab.ui import shell, terms
from nnlab.ui.components import live_pulse

if TYPE_CHECKING:
    from nnlab.runs.run import Job

SATURATION_THRESHOLD = 0.01  # as in ``inspection.health``, which imports torch; a test holds them together


def show(job: Job, key: str) -> None:
    """The lines of a run, which go on while it trains; ``key`` is that of their element."""
    terms.tell("pulse.look")
    live_pulse.show(key, job.id, job.setup, round(shell.scaled(live_pulse.HEIGHT)), shell.chart_font_size())
    terms.note("pulse.note", threshold=f"{SATURATION_THRESHOLD:g}")
    terms.note("pulse.note_not_expected" if job.is_fine_tuning else "pulse.note_expected")
