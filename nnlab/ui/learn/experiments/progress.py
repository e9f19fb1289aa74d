"""What a visitor has done in each experiment: where they are, what they have said, which runs they have started.

It is kept for the visit. What the runs have measured is not in it: ``running`` finds that again as long as the server
knows the runs, and a run with the same seed measures the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from nnlab.config import MAX_SEED
from nnlab.ui import keys, state
from nnlab.ui.components.sketch import Drawing

BYTES = 2000  # of memory for one experiment
SEEDS = 10_000  # as many as a person can tell apart
SEED_PARAMETER = "seed"  # in the address: with it a whole class has the same run

Answer = str | float | tuple[tuple[float, float], ...]  # an option, a number, or the points of a curve


@dataclass(frozen=True)
class Progress:
    """One visitor's way through one experiment.

    Attributes:
        seed: of its runs.
        round: another number after each new beginning.
        step: the one that is open, 0 being the first; as many as there are steps is the end.
        answers: by the name of the question; what stands here has been committed to.
        drafts: the sketches that are being drawn, by the name of the question.
        fixed: the questions whose trials have been started once: their answers stand, with any seed.
        begun: the names of the ``Run`` steps that the visitor has started with this seed.
        runs: the ids of the runs, by the name of the trial.
        held: for each claim, by seed, whether it came out as it was said.
        is_done: whether the visitor has been at its end.
    """

    seed: int = field(default_factory=lambda: secrets.randbelow(SEEDS))
    round: int = field(default_factory=lambda: secrets.randbelow(2**31))
    step: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict)
    drafts: Mapping[str, Drawing] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    runs: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)
    is_done: bool = False


NEW = Progress(seed=0, round=0)  # what nobody has begun looks like


def of(experiment: str) -> Progress:
    """What has been done in an experiment; of a new one, nothing, which is remembered so that its seed stays."""
    known = of_all().get(experiment)
    if known is None:
        asked = st.query_params.get(SEED_PARAMETER, "")
        is_seed = asked.isdecimal() and len(asked) < 11 and int(asked) <= MAX_SEED
        known = Progress(seed=int(asked)) if is_seed else Progress()
        _keep(experiment, known)
    return known


def is_begun(experiment: str) -> bool:
    """Whether the visitor has said or done anything in it."""
    known = of_all().get(experiment)
    return known is not None and bool(known.step or known.answers or known.begun or known.is_done)


def change(experiment: str, **changes: Any) -> None:
    """Change some of ``Progress``; ``answers=`` and the other mappings are added to what is there."""
    known = of(experiment)
    merged = {
        name: {**getattr(known, name), **value} if isinstance(value, Mapping) else value
        for name, value in changes.items()
    }
    _keep(experiment, replace(known, **merged))


def take_back(experiment: str, question: str) -> None:
    """Let an answer be said anew."""
    known = of(experiment)
    _keep(experiment, replace(known, answers={name: said for name, said in known.answers.items() if name != question}))


def try_another_seed(experiment: str, step: int) -> None:
    """Go back to a step with another seed: the answers stay, the runs are to be done again."""
    known = of(experiment)
    seed = (known.seed + 1 + secrets.randbelow(SEEDS - 1)) % SEEDS
    _keep(experiment, replace(known, seed=seed, step=step, begun=frozenset(), runs={}))


def forget_run(experiment: str, trial: str) -> None:
    """Let a run that came to nothing be started again."""
    known = of(experiment)
    _keep(experiment, replace(known, runs={name: run for name, run in known.runs.items() if name != trial}))


def reset(experiment: str) -> None:
    """Forget all of it."""
    _store({name: known for name, known in of_all().items() if name != experiment})


def of_all() -> dict[str, Progress]:
    """What has been done in those that were opened, by experiment."""
    return st.session_state.get(keys.Learn.EXPERIMENTS) or {}


def _keep(experiment: str, known: Progress) -> None:
    _store({**of_all(), experiment: known})


def _store(all_known: dict[str, Progress]) -> None:
    state.keep(keys.Learn.EXPERIMENTS, all_known, size=BYTES * len(all_known))
