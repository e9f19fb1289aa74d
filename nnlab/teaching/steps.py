"""What a guided experiment is made of: questions to be answered first, trials, things to look at, claims.

None of them holds an answer. A question knows how to find its own in the results of the visitor's trials: that is its
``outcome``; ``judge`` compares what the visitor said with it.

Read next: ``experiments``, which are made of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nnlab.config import MAX_SEED, Setup
from nnlab.teaching.curves import Likeness, clipped, shaped_like
from nnlab.teaching.results import Results
from nnlab.teaching.tasks import PLANE_TASKS

FLAT_SHARE = 0.05  # of a chart's height: a curve that changes by less is drawn as a flat line
UNITS = ("percent", "nats", "times", "neurons")
SERIES = ("train_loss", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class Trial:
    """One thing to try: a run, or a network so small that it is trained at once.

    Attributes:
        name: by which the experiment's results are asked for.
        setup: the run; its seed is replaced by the visitor's. None: nothing is trained in the app; ``trials.measure``
            computes it within about two seconds.
        probes: what to measure of the finished network; keys of ``probes.PROBES``, or of ``tasks.TASKS`` or
            ``tasks.PLANE_TASKS`` for a trial without a set-up.
        seed_offset: added to the visitor's seed; trials with the same one start from the same random numbers.
    """

    name: str
    setup: Setup | None
    probes: tuple[str, ...] = ()
    seed_offset: int = 0

    @property
    def is_of_points(self) -> bool:
        """Whether it is about points of a plane, so that no digits matter to it."""
        return bool(self.probes) and set(self.probes) <= set(PLANE_TASKS)

    def seed(self, seed: int) -> int:
        return (seed + self.seed_offset) % (MAX_SEED + 1)

    def seeded(self, seed: int) -> Setup:
        """The run with the visitor's seed.

        Raises:
            ValueError: if this trial trains nothing in the app.
        """
        if self.setup is None:
            raise ValueError(f"trial {self.name} has no set-up")
        return replace(self.setup, train=replace(self.setup.train, seed=self.seed(seed)))


@dataclass(frozen=True)
class Judgement:
    """What a visitor said, compared with what came out.

    Attributes:
        right: whether it counts as right.
        degree: how nearly, from 0 to 1; 1 or 0 for a choice.
        differs: of a sketch that is not right, the part that differs most; see ``curves.PARTS``.
    """

    right: bool
    degree: float
    differs: str | None = None


@dataclass(frozen=True)
class Choice:
    """A question with a few possible answers."""

    name: str
    options: tuple[str, ...]
    outcome: Callable[[Results], str]  # the option that came true

    def judge(self, answer: str, results: Results) -> Judgement:
        right = answer == self.outcome(results)
        return Judgement(right, float(right))


@dataclass(frozen=True)
class Guess:
    """A question whose answer is a number.

    Attributes:
        unit: one of ``UNITS``; percent are from 0 to 100.
        low, high, step: what can be said, in that unit.
        tolerance: a guess no further away than this counts as right.
        outcome: the number that was measured, in that unit.
    """

    name: str
    unit: str
    low: float
    high: float
    step: float
    tolerance: float
    outcome: Callable[[Results], float]

    def judge(self, answer: float, results: Results) -> Judgement:
        distance = abs(answer - self.outcome(results))
        # What is measured may lie just outside of what can be said; float arithmetic may add a last digit.
        return Judgement(distance <= self.tolerance + 1e-9, max(0.0, 1 - distance / (self.high - self.low)))


@dataclass(frozen=True)
class Sketch:
    """A curve to be drawn by hand, on the chart's own axes, before it is measured.

    Attributes:
        trial: whose curve.
        series: which one, of ``SERIES``.
        epochs: the chart's width, from 0.
        low, high: the chart's lower and upper edge, in nats, or as a fraction for an accuracy.
    """

    name: str
    trial: str
    series: str
    epochs: float
    low: float
    high: float

    def outcome(self, results: Results) -> tuple[np.ndarray, np.ndarray]:
        """The curve that was measured: epochs, and values within the chart."""
        x, y = getattr(results[self.trial], self.series)
        return x, clipped(y, self.low, self.high)

    def likeness(self, points: Sequence[tuple[float, float]], results: Results) -> Likeness:
        """How much a drawn curve, two points or more from left to right, is shaped like the measured one."""
        drawn_x, drawn_y = zip(*points, strict=True)
        drawn = clipped(drawn_y, self.low, self.high)
        return shaped_like(*self.outcome(results), drawn_x, drawn, flat=FLAT_SHARE * (self.high - self.low))

    def judge(self, points: Sequence[tuple[float, float]], results: Results) -> Judgement:
        found = self.likeness(points, results)
        return Judgement(found.is_alike, found.degree, found.differs)


Ask = Choice | Guess | Sketch


@dataclass(frozen=True)
class Run:
    """Trials to run now, one after another; from here on the questions before it can be answered."""

    name: str
    trials: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """Something to look at or to change on a page, by a link.

    Attributes:
        page: its file's name, as in ``pages/``.
        query: what stands behind the "?" of its address.
        trial: whose network the page is to show, if it shows one; None: any.
    """

    name: str
    page: str
    query: str = ""
    trial: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a claim held in these results, and the numbers that say so, to be quoted in the explanation."""

    holds: bool
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What an experiment says of its trials; it may be wrong for a seed, and then says so."""

    name: str
    judge: Callable[[Results], Verdict]


@dataclass(frozen=True)
class Explain:
    """The explanation of what came out: a claim, with the visitor's own numbers, whether it held or not."""

    claim: Claim

    @property
    def name(self) -> str:
        return self.claim.name


Step = Ask | Run | Look | Explain


@dataclass(frozen=True)
class Experiment:
    """A question or two, the trials that answer them, and the explanation, in 5 to 7 steps of one idea each.

    Attributes:
        name: in addresses, in the texts' file names and in ``shares.json``.
        minutes: that a class needs for it.
    """

    name: str
    minutes: int
    trials: tuple[Trial, ...]
    steps: tuple[Step, ...]

    def trial(self, name: str) -> Trial:
        return next(trial for trial in self.trials if trial.name == name)

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(step.claim for step in self.steps if isinstance(step, Explain))

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(step for step in self.steps if isinstance(step, (Choice, Guess, Sketch)))
