"""From a run that is watched to its replay, on another page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnlab.ui import readers, restrictions, shell
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job


def can_replay(job: Job | None) -> bool:
    """Whether there is a run to play back, a browser can compute it, and no teacher's link hides the place."""
    if job is None or len(job.state_steps()) < 2 or readers.is_too_large(job.setup.model):
        return False
    return not restrictions.is_hidden("runs.replay")


def to_replay(job: Job | None) -> None:
    """A link to where a run is played back, if it can be."""
    if job is not None and can_replay(job):
        shell.link("runs", t("runs.replay"), section="replay", run=job.id)
