"""From which step of its run a network is looked at: the newest weights, or some of those that were kept on its way.

Every section looks at the chosen ones. The slider is beside the image, and above the map where that is open, since
there one goes to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import keys, readers
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job
    from nnlab.runs.snapshot import Snapshot

NEWEST = -1  # in place of a step: it stays chosen while the run goes on


@dataclass(frozen=True, eq=False)
class Past:
    """The weights of a run to choose from.

    Attributes:
        steps: after which they were taken, at least two, in order; the last are the newest.
        chosen: None for the newest.
    """

    job: Job
    steps: tuple[int, ...]
    chosen: Snapshot | None

    @cached_property
    def axes(self) -> Snapshot:
        """Those whose axes a map of any of them is drawn on: the last that were kept, which stay while it trains."""
        return (self.job.trail.states or self.job.states())[-1]


def of(network: str) -> Past | None:
    """What can be looked at of a network; None where there is nothing to choose.

    Weights that are on the disk are read only where earlier ones are asked for.
    """
    job = readers.job_of(network)
    steps = tuple(sorted(job.state_steps())) if job else ()
    if len(steps) < 2:
        return None
    asked = st.session_state.get(keys.Inspect.STATE, NEWEST)
    is_newest = asked == NEWEST or asked >= steps[-1]
    earlier = () if is_newest else job.states()[:-1]
    return Past(job, steps, min(earlier, key=lambda state: abs(state.step - asked), default=None))


def choose(past: Past | None) -> None:
    """The slider; what it says holds from the next run of the page on, which begins at once."""
    if past is None:
        return
    # The states may be others than last time: of another run, or thinned out.
    st.session_state[keys.Inspect.STATE] = past.chosen.step if past.chosen else NEWEST
    *earlier, newest = past.steps
    labels = {step: t("past.step", step=f"{step:,}") for step in earlier}
    labels[NEWEST] = t("past.newest", step=f"{newest:,}")
    st.select_slider(
        t("past.state"),
        list(labels),
        format_func=labels.__getitem__,
        key=keys.Inspect.STATE,
        help=t("past.help"),
        persist_state="session",
    )


def words(network: str, step: int | None) -> str:
    """ "Step 1,000 (epoch 1.07)" of a run; nothing of a network that has no steps."""
    job = readers.job_of(network)
    if job is None or step is None:
        return ""
    return t("past.at", step=f"{step:,}", epoch=f"{step / job.setup.train.steps_per_epoch:.2f}")
