"""What is known of one run, and what it can be told: pause, resume, one step, one epoch, a new learning rate, stop.

A run knows no process and no engine: what it is told goes to a function it was given, and what is reported about it
comes in as messages.

Read next: ``engine``, which gives runs to workers.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlab.config import Setup, TrainConfig
from nnlab.records import Evaluation, RateChange, StepRecord
from nnlab.runs.curve import Curve
from nnlab.runs.history import COLUMNS, STEP, History
from nnlab.runs.messages import (
    OVER,
    AboutRun,
    Command,
    Evaluated,
    Expected,
    Failed,
    RateChanged,
    Status,
    Steps,
    Watched,
    Weights,
)  # fmt: skip
from nnlab.runs.pace import Moment, Pace
from nnlab.runs.pulses import Pulses
from nnlab.runs.snapshot import Snapshot
from nnlab.runs.trail import Trail
from nnlab.sources.mnist import resolve_source
from nnlab.sources.own import OwnDigits, OwnScore

FAILURES = (
    "diverged",  # the loss stopped being a number
    "data",  # the data cannot be read
    "too_few",  # more training images are asked for than the data hold
    "weights",  # the file to start from holds another network, or none
    "device",  # the server was told to compute on a device that it does not have
    "too_many_runs",  # its owner has as many runs as one may have
    "server_full",  # the networks on the server fill its memory
    "out_of_memory",
    "killed",  # something outside ended its process, twice while it was on turn: often the system, short of memory
    "crashed",
)
# Of these the ones that are no fault of the run's: what is kept of it can go on another time.
HELD_UP = ("data", "device", "too_many_runs", "server_full")
ASIDE = ("learning_rate", "snapshot")  # commands after which a run trains, or rests, as before


class Reason(NamedTuple):
    """Why a run failed: ``code`` is one of ``FAILURES``, ``text`` says it in English, with the details."""

    code: str
    text: str


class Job:
    """One run, wherever it is: starting, training in a worker, paused, or over.

    Attributes:
        id: unguessable; whoever knows it may watch the run.
        steering_key: unguessable, too; whoever knows it as well may command the run like its owner.
        setup: what is trained and how.
        owner: who started it, as the page says.
        is_fine_tuning: whether it started from weights that had learned before, rather than from random ones.
        own_digits: a visitor's digits among its training images, or held out of them; None without any.
        own_scores: how many of those it read correctly, at each evaluation.
        data_source: which digits it learns from, "mnist", "other" or "builtin": "auto" has been decided.
        created: seconds on time.monotonic(), which nobody can set: later runs have later ones.
        status: "starting", "running", "paused", "finished", "stopped" or "failed".
        reason: why it failed, else None.
        recovered_from: None, or from which step it goes on since the process died that trained it.
        history: its steps and evaluations.
        curve: the same as a chart draws it.
        pulses: how strongly each layer was taught, and which neurons are left.
        step: steps taken; ``epoch`` and ``latest`` likewise are the newest known, and so is ``latest_evaluation`` of
            those on the whole test set; the history also has those on a sample.
        target: until which step it trains, as far as its worker has said.
        elapsed_seconds: spent in training steps; pauses, waits and evaluations do not count.
        threads: with how many it computes now.
        learning_rate: the schedule's highest rate, as it was last asked for.
        trail: the weights that it had along its way.

    Args:
        changed: guards it, and is notified when something about it changes.
        tell: what passes its commands on.
        history: of a run that was kept, see ``past``; default: none yet.
    """

    def __init__(
        self,
        setup: Setup,
        owner: str = "",
        data_root: str | os.PathLike[str] | None = None,
        start_from: bytes = b"",
        own_digits: OwnDigits | None = None,
        *,
        changed: threading.Condition | None = None,
        tell: Callable[[Job, Command], None] = lambda job, command: None,
        history: History | None = None,
    ):
        self.id, self.steering_key = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        self.setup, self.owner, self.created = setup, owner, time.monotonic()
        self.data_root = str(Path(data_root).absolute()) if data_root else None
        self.data_source = resolve_source(setup.data.source, self.data_root)
        self.is_fine_tuning = bool(start_from)
        self.start_from = start_from  # until its first state is here
        self.own_digits = own_digits
        self.own_scores: list[OwnScore] = []
        self.status = "starting"
        self.reason: Reason | None = None
        self.recovered_from: int | None = None
        self.history = history or History()
        self.curve = Curve(self.history, setup.train)
        self.pulses = Pulses(setup.model, setup.train.steps_per_epoch)
        self.latest: StepRecord | None = None
        self.latest_evaluation: Evaluation | None = None
        self.target = 0
        self.threads = 1
        self.learning_rate = setup.train.learning_rate
        self.changed = changed or threading.Condition()
        self._tell = tell
        self._snapshot: Snapshot | None = None
        self.trail = Trail(setup.train.steps_per_epoch)
        self.pace = Pace()
        self._number = 0  # of the last command given
        self._steered = 0  # of the last after which it is to train, or to rest

    def __repr__(self) -> str:
        return f"Job({self.id}: {self.status}, step {self.step} of {self.total_steps})"

    # What it does

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_held_up(self) -> bool:
        """Whether it has failed because the server cannot carry it, or lacks what it needs."""
        return self.status == "failed" and self.reason is not None and self.reason.code in HELD_UP

    @property
    def total_steps(self) -> int:
        return self.setup.train.total_steps

    @property
    def step(self) -> int:
        return self.latest.step if self.latest else 0

    @property
    def epoch(self) -> float:
        """Passes over the training images so far, as a fraction."""
        return self.latest.epoch if self.latest else 0.0

    @property
    def own_trained_count(self) -> int | None:
        """How many own digits are among its training images; None where that was not kept of it, but there were some.

        The digits themselves are not kept of a run that is over; its scores say how many there were.
        """
        if self.own_digits is not None:
            return self.own_digits.trained_count
        if not self.own_scores:
            return 0
        last = self.own_scores[-1]
        return last.trained if last.trained or last.held_out else None

    @property
    def elapsed_seconds(self) -> float:
        return self.pace.clock.training

    @property
    def images_per_second(self) -> float:
        """Of training, over the last few seconds, waiting for others' turns included; 0 before the first steps."""
        return self.pace.images_per_second

    @property
    def seconds_left(self) -> float | None:
        """Until the end at the present speed, evaluations included; None before the first steps."""
        return self.pace.seconds_until(self.total_steps)

    # What it is told

    def resume(self) -> None:
        """Train to the end."""
        self._command("resume")

    def step_once(self) -> None:
        """Take exactly one step, then pause."""
        self._command("step")

    def run_epoch(self) -> None:
        """Train to the end of the epoch (a whole one when the last has just ended), then pause."""
        self._command("epoch")

    def pause(self) -> None:
        """Stop training for now."""
        self._command("pause")

    def set_learning_rate(self, learning_rate: float) -> None:
        """Change the schedule's highest rate from the next step on; the history marks where.

        Raises:
            ConfigError: if it is out of range.
        """
        rate = TrainConfig(learning_rate=learning_rate).learning_rate
        with self.changed:
            if not self.is_over:
                self.learning_rate = rate
                self._command("learning_rate", rate)

    def request_snapshot(self) -> None:
        """Have the weights sent as they are now; ``snapshot`` gives them soon after."""
        self._command("snapshot")

    def stop(self) -> None:
        """End the run for good; what it learned is kept."""
        self._command("stop")

    def _command(self, word: str, learning_rate: float = 0.0) -> None:
        with self.changed:
            if self.is_over:
                return
            self._number += 1
            if word not in ASIDE:
                self._steered = self._number
            if self.status == "paused" and word in ("resume", "step", "epoch"):
                self.become("running")
            self._tell(self, Command(self.id, word, self._number, learning_rate))

    def snapshot(self) -> Snapshot | None:
        """The latest weights sent, and after which step they were taken; None before the first.

        They are sent at each pause and at the end, of small networks also with every evaluation on the whole test set,
        at the marks of ``trail``, and on request. Call it once and use what it gave: by the next call there may be
        others.
        """
        return self._snapshot

    def states(self) -> tuple[Snapshot, ...]:
        """The weights to look back at, in the order of their steps: those of its trail, and the latest sent."""
        latest = self._snapshot
        found = {state.step: state for state in (*self.trail.states, *([latest] if latest else []))}
        return tuple(found[step] for step in sorted(found))

    def state_steps(self) -> frozenset[int]:
        """The steps of ``states``, which are not read for this."""
        return self.trail.steps.union([self._snapshot.step] if self._snapshot else [])

    def look_back(self, newest: Snapshot | None, states: tuple[Snapshot, ...]) -> None:
        """Have the weights that were kept of it."""
        self._snapshot, self.trail.held = newest, states

    def wait_for(self, *statuses: str, timeout: float | None = None) -> bool:
        """Wait until it has one of these statuses; False if it has not within ``timeout`` seconds."""
        return self.wait_until(lambda: self.status in statuses, timeout)

    def wait_until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until its worker has reported what makes a condition true; False if not within ``timeout`` seconds."""
        with self.changed:
            return self.changed.wait_for(condition, timeout)

    # What its worker reports

    def receive(self, message: AboutRun) -> None:
        """Take in one message of a worker; called with ``changed`` held.

        After a recovery some steps are taken and told again. They are the same to the bit, and are left out here.
        """
        if isinstance(message, Steps):
            self._receive_steps(message)
        elif isinstance(message, Evaluated):
            self._receive_evaluation(message)
        elif isinstance(message, Watched):
            self.pulses.add(np.frombuffer(message.rows, dtype=np.float64).reshape(-1, 1 + 2 * message.layers))
        elif isinstance(message, Expected):
            self.pulses.expected = np.frombuffer(message.gradients, dtype=np.float64).tolist()
        elif isinstance(message, RateChanged):
            self.target = message.target
            self.history.add_rate_change(RateChange(message.step, message.learning_rate))
        elif isinstance(message, Weights):
            self._snapshot = Snapshot(message.step, self.setup.model, message.weights)
            self.trail.add(self._snapshot)
        elif isinstance(message, Failed):
            self.become("failed", message.code, message.text)
        elif isinstance(message, Status):
            self.target = message.target
            if message.status in OVER or message.number >= self._steered:
                self.become(message.status)
        self.changed.notify_all()

    def _receive_steps(self, message: Steps) -> None:
        rows = np.frombuffer(message.rows, dtype=np.float64).reshape(-1, len(COLUMNS))
        rows = rows[rows[:, STEP] > self.step]
        if not len(rows):
            return
        self.history.add_steps(rows)
        step, images, epoch, loss, accuracy, learning_rate, _ = rows[-1].tolist()
        self.latest = StepRecord(int(step), epoch, loss, accuracy, learning_rate, int(images))
        self.pace.add(Moment(self.step, message.images, message.clock))

    def _receive_evaluation(self, message: Evaluated) -> None:
        evaluation, own_score = message.evaluation, message.own_score
        known = self.history.evaluations[-1:]
        if any((evaluation.step, not evaluation.is_sample) <= (last.step, not last.is_sample) for last in known):
            return
        if not evaluation.is_sample:
            self.latest_evaluation = evaluation
        self.history.add_evaluation(evaluation)
        self.pulses.add_neurons(evaluation, message.neurons)
        if own_score:
            self.own_scores.append(own_score)

    def become(self, status: str, code: str = "", text: str = "") -> None:
        """Take on a status, unless it is over; called with ``changed`` held."""
        if self.is_over:
            return
        if status == "failed":
            # Before the status: whoever reads "failed" finds it.
            self.reason = Reason(code if code in FAILURES else "crashed", text)
        self.status = status
        if status != "running":
            self.history.close_point()
        self.changed.notify_all()

    def recover(self, step: int) -> None:
        """Note that its worker is gone and that it goes on from here in another; called with ``changed`` held."""
        self.recovered_from = step
        if self.status == "running":
            self.become("starting")

    @property
    def kept_bytes(self) -> int:
        """Memory that its weights and digits take here."""
        own_bytes = self.own_digits.images.nbytes if self.own_digits else 0
        weights_bytes = len(self._snapshot.weights) if self._snapshot else 0
        return weights_bytes + self.trail.bytes + len(self.start_from) + own_bytes
