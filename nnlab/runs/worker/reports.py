"""What a run tells the server: its steps in few messages, its status if it is news, what it needs to go on elsewhere.

Read next: ``states``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from nnlab.records import Pulse, StepRecord
from nnlab.runs.channel import Channel
from nnlab.runs.history import to_rows
from nnlab.runs.messages import Clock, Message, Status, Steps, Watched, Weights
from nnlab.runs.pulses import to_rows as to_pulse_rows
from nnlab.runs.trail import is_mark
from nnlab.runs.worker.states import state_of, weights_of
from nnlab.training import TrainingRun

SENDING_SECONDS = 0.06  # between two messages with records: about 15 a second
STATE_SECONDS = 1.0  # of training may be lost with a process, and one more with the server (keeping.keeper) ...
STATE_PARAMETERS = 1_000_000  # ... in a network up to this size; the state of a larger one takes longer to send
STATE_SHARE = 0.05  # of the time, at most, goes into the states of a larger one while it trains
MAX_BACKLOG = 8  # messages; a server that has not read them is not sent a state that may as well come later


class Reports:
    """Sends what there is to say about a run.

    Args:
        name: the run's id.
        images: trained on so far.
        known_step: after which step the server has its state already; -1 if it has none.
        clock: the run's seconds so far.
    """

    def __init__(self, run: TrainingRun, name: str, channel: Channel, images: int, known_step: int, clock: Clock):
        self.run, self.name, self.channel, self.images = run, name, channel, images
        self._is_small = run.model.parameter_count <= STATE_PARAMETERS
        self._unsent: list[tuple[StepRecord, float]] = []
        self._unsent_pulses: list[Pulse] = []
        self._sent_at = 0.0
        self._state_step, self._weights_step = known_step, -1
        self._state_at, self._state_cost = clock.training, 0.0
        self._said: tuple[str, int, int] | None = None

    def send(self, message: Message) -> None:
        self.channel.send(message)

    def took(self, records: Sequence[StepRecord], began: float, seconds: float, pulse: Pulse | None = None) -> None:
        """Note steps that took so many seconds, after ``began`` seconds of training; and what was seen in the last."""
        if pulse:
            self._unsent_pulses.append(pulse)
        for index, record in enumerate(records, 1):
            self._unsent.append((record, began + seconds * index / len(records)))
        self.images += sum(record.images for record in records)

    def flush(self, clock: Clock, is_due: bool = True) -> None:
        """Send the steps that wait; if it need not be now, only if the last were sent a while ago."""
        now = time.perf_counter()
        if self._unsent and (is_due or now - self._sent_at > SENDING_SECONDS):
            self._sent_at = now
            records, seconds = zip(*self._unsent, strict=True)
            self._unsent = []
            self.send(Steps(self.name, to_rows(records, seconds).tobytes(), self.images, clock))
            pulses, self._unsent_pulses = self._unsent_pulses, []
            if pulses:
                self.send(Watched(self.name, len(pulses[0].gradients), to_pulse_rows(pulses).tobytes()))

    def say(self, status: str, number: int, target: int) -> None:
        """Report the status, if it is news; what it rests on has been sent before."""
        if self._said != (status, number, target):
            self._said = (status, number, target)
            self.send(Status(self.name, status, number, target))

    def weights(self) -> None:
        """Send the weights, unless the server has them."""
        if self.run.step not in (self._weights_step, self._state_step):
            self._weights_step = self.run.step
            self.send(Weights(self.name, self.run.step, weights_of(self.run)))

    def mark(self) -> None:
        """Send the weights where they are worth keeping; those of a large network only come with its states."""
        if self._is_small and is_mark(self.run.step, self.run.steps_per_epoch):
            self.weights()

    def wants_state(self, clock: Clock) -> bool:
        """Whether enough was trained since the last state, and the server has time for another."""
        trained = clock.training - self._state_at
        is_due = trained >= (0.0 if self._is_small else max(STATE_SECONDS, self._state_cost / STATE_SHARE))
        return is_due and self.channel.backlog <= MAX_BACKLOG

    def is_state_overdue(self, clock: Clock) -> bool:
        return clock.training - self._state_at >= STATE_SECONDS and self.wants_state(clock)

    def state(self, clock: Clock, notes: dict[str, Any], is_news: bool = False) -> None:
        """Send all that is needed to go on from here, unless the server has it; ``is_news``: it has another."""
        if self._state_step == self.run.step and not is_news:
            return
        started = time.perf_counter()
        self.flush(clock)
        self.send(state_of(self.run, self.name, {"images": self.images, **notes}))
        self._state_step, self._state_at = self.run.step, clock.training
        self._state_cost = time.perf_counter() - started
