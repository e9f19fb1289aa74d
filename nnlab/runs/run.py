"""What is known of one run, and what it can be told: pause, resume, one step, one epoch, a new learning rate, stop.

Read next: ``engine``, where it gets its process.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation, RateChange, StepRecord
from nnlab.runs.channel import Header
from nnlab.runs.engine import OVER, Office
from nnlab.runs.history import COLUMNS, History
from nnlab.sources.mnist import resolve_source
from nnlab.sources.own import OwnDigits, OwnScore

if TYPE_CHECKING:
    from nnlab.model import MLP

RECENT_SECONDS = 3.0  # over which speed is measured
STOP_PATIENCE_SECONDS = 3.0  # a worker in the middle of a very long step is ended after this
FAILURES = (
    "diverged",  # the loss stopped being a number
    "data",  # the data cannot be read
    "too_few",  # more training images are asked for than the data hold
    "weights",  # the file to start from holds another network, or none
    "device",  # the server was told to compute on a device that it does not have
    "out_of_memory",
    "killed",  # something outside ended the process: often the system, short of memory
    "crashed",
)


class Reason(NamedTuple):
    """Why a run failed: ``code`` is one of ``FAILURES``, ``text`` says it in English, with the details."""

    code: str
    text: str


class Snapshot(NamedTuple):
    """A run's weights and the step after which they were taken: one value, so neither is shown beside another's.

    ``weights`` is a safetensors file; ``model`` makes the network of it, a new one each time.
    """

    step: int
    config: ModelConfig
    weights: bytes

    @property
    def model(self) -> MLP:
        """The network, in eval mode."""
        import safetensors.torch

        from nnlab.model import MLP

        model = MLP(self.config)
        model.load_state_dict(safetensors.torch.load(self.weights))
        return model.eval()


class _Pace(NamedTuple):
    """How far a run was at one moment."""

    step: int
    images: int
    training_seconds: float
    busy_seconds: float


class Job:
    """One run, wherever it is: waiting, training in a worker, paused, or over.

    Attributes:
        id: unguessable; whoever knows it may watch the run.
        steering_key: unguessable, too; whoever knows it as well may command the run like its owner.
        setup: what is trained and how.
        owner: who started it, as the page says.
        is_fine_tuning: whether it started from weights that had learned before, rather than from random ones.
        own_digits: a visitor's digits among its training images, or held out of them; None without any.
        own_scores: how many of those it read correctly, at each evaluation.
        data_source: which digits it learns from, "mnist", "other" or "builtin": "auto" has been decided.
        created: seconds since 1970.
        status: "queued", "starting", "running", "paused", "finished", "stopped" or "failed".
        reason: why it failed, else None.
        history: its steps and evaluations.
        step: steps taken; ``epoch`` and ``latest`` likewise are the newest known, and so is ``latest_evaluation`` of
            those on the whole test set; the history also has those on a sample.
        elapsed_seconds: spent in training steps; pauses and evaluations do not count.
        threads: with how many it trains, chosen at its start.
        learning_rate: the schedule's highest rate, as it was last asked for.
    """

    def __init__(
        self,
        office: Office,
        setup: Setup,
        owner: str,
        data_root: str | os.PathLike[str] | None,
        start_from: bytes = b"",
        own_digits: OwnDigits | None = None,
    ):
        self.id, self.steering_key = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        self.setup, self.owner, self.created = setup, owner, time.time()
        self.data_root = str(Path(data_root).absolute()) if data_root else None
        self.data_source = resolve_source(setup.data.source, self.data_root)
        self.is_fine_tuning = bool(start_from)
        self.start_from = start_from  # until a worker has it
        self.own_digits = own_digits
        self.own_scores: list[OwnScore] = []
        self.status = "paused"
        self.reason: Reason | None = None
        self.history = History()
        self.latest: StepRecord | None = None
        self.latest_evaluation: Evaluation | None = None
        self.threads = 0
        self.learning_rate = setup.train.learning_rate
        self._office = office
        self._snapshot: Snapshot | None = None
        self._paces: deque[_Pace] = deque([_Pace(0, 0, 0.0, 0.0)], maxlen=200)
        self._number = 0  # of the last command given

    def __repr__(self) -> str:
        return f"Job({self.id}: {self.status}, step {self.step} of {self.total_steps})"

    # What it does

    @property
    def is_over(self) -> bool:
        return self.status in OVER

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
    def queue_place(self) -> int | None:
        """1 for the next to get a process; None when it does not wait for one."""
        return self._office.place_of(self)

    @property
    def elapsed_seconds(self) -> float:
        return self._paces[-1].training_seconds

    @property
    def images_per_second(self) -> float:
        """Of training alone, over the last few seconds; 0 before the first steps."""
        first, last = self._recent()
        seconds = last.training_seconds - first.training_seconds
        return (last.images - first.images) / seconds if seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Until the end at the present speed, evaluations included; None before the first steps."""
        first, last = self._recent()
        if last.step == first.step:
            return None
        return (self.total_steps - last.step) * (last.busy_seconds - first.busy_seconds) / (last.step - first.step)

    def _recent(self) -> tuple[_Pace, _Pace]:
        paces = list(self._paces)
        last = paces[-1]
        return next(pace for pace in paces if last.busy_seconds - pace.busy_seconds <= RECENT_SECONDS), last

    # What it is told

    def resume(self) -> None:
        """Train to the end."""
        self._command("resume", trains=True)

    def step_once(self) -> None:
        """Take exactly one step, then pause."""
        self._command("step", trains=True)

    def run_epoch(self) -> None:
        """Train to the end of the epoch (a whole one when the last has just ended), then pause."""
        self._command("epoch", trains=True)

    def pause(self) -> None:
        """Stop training for now; a run that waits in the queue leaves it."""
        self._command("pause")

    def set_learning_rate(self, learning_rate: float) -> None:
        """Change the schedule's highest rate from the next step on; the history marks where.

        Raises:
            ConfigError: if it is out of range.
        """
        rate = TrainConfig(learning_rate=learning_rate).learning_rate
        with self._office.changed:
            if self.is_over:
                return
            self.learning_rate = rate
            self._command("learning_rate", learning_rate=rate)

    def request_snapshot(self) -> None:
        """Have the weights sent as they are now; ``snapshot`` gives them soon after."""
        self._command("snapshot")

    def stop(self) -> None:
        """End the run for good; what it learned is kept."""
        self._office.stop(self, STOP_PATIENCE_SECONDS)

    def _command(self, name: str, trains: bool = False, **values: Any) -> None:
        with self._office.changed:
            if self.is_over:
                return
            self._number += 1
            self._office.send(self, {"do": name, "number": self._number, **values}, trains)

    def snapshot(self) -> Snapshot | None:
        """The latest weights sent, and after which step they were taken; None before the first.

        They are sent at each pause and at the end, of small networks also with every evaluation on the whole test set,
        and on request. Call it once and use what it gave: by the next call there may be others.
        """
        return self._snapshot

    def wait_for(self, *statuses: str, timeout: float | None = None) -> bool:
        """Wait until it has one of these statuses; False if it has not within ``timeout`` seconds."""
        return self.wait_until(lambda: self.status in statuses, timeout)

    def wait_until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until its worker has reported what makes a condition true; False if not within ``timeout`` seconds."""
        with self._office.changed:
            return self._office.changed.wait_for(condition, timeout)

    # What its worker reports

    def receive(self, message: Header, payload: bytes) -> None:
        """Take in one message of the worker; called by the office, with its lock held."""
        kind = message["kind"]
        if kind == "steps":
            self.history.add_steps(np.frombuffer(payload, dtype=np.float64).reshape(-1, len(COLUMNS)))
            self.latest = StepRecord(**message["last"])
            self._paces.append(
                _Pace(self.step, message["images"], message["training_seconds"], message["busy_seconds"])
            )
        elif kind == "evaluation":
            evaluation = Evaluation(**message["evaluation"])
            if not evaluation.is_sample:
                self.latest_evaluation = evaluation
            self.history.add_evaluation(evaluation)
        elif kind == "own_score":
            self.own_scores.append(OwnScore(**message["score"]))
        elif kind == "rate_change":
            self.history.add_rate_change(RateChange(message["step"], message["learning_rate"]))
        elif kind == "snapshot":
            self._snapshot = Snapshot(message["step"], self.setup.model, payload)
        elif kind == "status" and (message["status"] in OVER or message["number"] == self._number):
            self.become(message["status"], message.get("reason", ""), message.get("text", ""))
        self._office.changed.notify_all()

    def become(self, status: str, code: str = "", text: str = "") -> None:
        """Take on a status, unless it is over; called with the office's lock held."""
        if self.is_over:
            return
        if status == "failed":
            # Before the status: whoever reads "failed" finds it.
            self.reason = Reason(code if code in FAILURES else "crashed", text)
        self.status = status
        if status != "running":
            self.history.close_point()
        self._office.changed.notify_all()

    @property
    def kept_bytes(self) -> int:
        """Memory that its weights and digits take here."""
        own_bytes = self.own_digits.images.nbytes if self.own_digits else 0
        weights_bytes = len(self._snapshot.weights) if self._snapshot else 0
        return weights_bytes + len(self.start_from) + own_bytes
