"""A training run under remote control: play, pause, one step, one epoch, as words over ``TrainingRun.advance``.

It trains in short stretches and looks for commands between them; it evaluates in parts, so that a command never waits
long; and it reports what it does in few messages, so that being watched costs nothing.

Read next: ``evaluating`` and ``states``.
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import Any

import safetensors.torch

from nnlab.records import Evaluation, StepRecord
from nnlab.runs.channel import Channel, Commands, Header
from nnlab.runs.history import to_rows
from nnlab.runs.worker.evaluating import evaluate, score_own
from nnlab.runs.worker.states import pack, unpack
from nnlab.sources.own import OwnDigits
from nnlab.training import TrainingRun

STRETCH_SECONDS = 0.04  # trained without looking up: a tenth of a second is felt as at once
SENDING_SECONDS = 0.06  # between two messages with records: about 15 a second
EVALUATION_SECONDS = 0.5  # trained between two evaluations, at least
EVALUATION_SHARE = 0.1  # of the time, at most, goes into evaluations between the ends of epochs
EARLY_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # after these a sample is scored: there the loss falls fastest
SAMPLE_IMAGES = 500  # of each set, at most: nine cost a tenth of the notes' first epoch; within 5 points of the whole
EARLY_SECONDS = 0.5  # may go into samples in any case ...
EARLY_SHARE = 0.25  # ... and of the time trained since the last evaluation: on a busy machine, of a wide network too
MAX_EVALUATIONS = 500  # an evaluation waits for 1/500 of all training so far: a long run gets thousands, not millions
ALWAYS_EPOCHS = 100  # every epoch of a run this long is evaluated at its end, however short the epochs
SHORT_EVALUATION_SECONDS = 0.15  # shorter ones come before "paused" is said, longer ones after
START_PARAMETERS = 4_000_000  # a larger network is not evaluated before its first step: that would take seconds
CLOCK = (  # what a run's next worker must know of its time so far
    "training_seconds", "busy_seconds", "_images", "_evaluated_step", "_evaluation_cost", "_image_cost",
    "_early_seconds", "_scored_seconds",
)  # fmt: skip
SNAPSHOT_PARAMETERS = 1_000_000  # a smaller network sends its weights with every evaluation: up to 4 MB


class RemoteRun:
    """A ``TrainingRun`` that does what it is told and reports what it does.

    It trains until ``target`` steps are taken: play is a target at the end, pause a target here, one step a target one
    step on. Every report of its status says up to which command (by number) it has obeyed.
    """

    def __init__(self, run: TrainingRun, channel: Channel, commands: Commands, own: OwnDigits | None = None):
        self.run, self.channel, self.commands, self.own = run, channel, commands, own
        self.target = run.step
        self.number = 0  # the last command that was obeyed
        self.ending = ""  # "finished", "stopped", "failed" or "parked"
        self.training_seconds = 0.0
        self.busy_seconds = 0.0  # training and evaluating
        self._images = 0  # trained on so far
        self._is_small = run.model.parameter_count <= START_PARAMETERS
        self._unsent: list[tuple[StepRecord, float]] = []
        self._sent_at = 0.0
        self._stretch = 1  # steps
        self._evaluated_step = -1
        self._evaluated_seconds = 0.0  # training_seconds at the last evaluation
        self._evaluation_cost = 0.0  # seconds the last one took
        self._image_cost = 0.0 if self._is_small else math.inf  # seconds, in the last one; until then unknown
        self._early_seconds = 0.0  # spent on samples
        self._scored_seconds = 0.0  # training_seconds at the last evaluation, samples included
        self._evaluation_due = False
        self._snapshot_step = -1
        self._said: tuple[str, int] | None = None

    def work(self) -> None:
        """Obey until the run is over or handed back."""
        self._evaluation_due = self.run.step == 0 and self._is_small
        while not self.ending:
            while self.commands.is_waiting() and not self.ending:
                self.obey(*self.commands.next())
            if self.ending:
                break
            is_training = self.run.step < self.target
            if not is_training:
                self._evaluation_due |= self.run.step > 0 and self._evaluated_step != self.run.step
            waits = self._evaluation_due and self._evaluation_cost < SHORT_EVALUATION_SECONDS
            if is_training or not (waits or self.run.is_finished):
                self.say("running" if is_training else "paused")
            if self._evaluation_due and not self.run.failure:
                self.evaluate()
            elif self.run.is_finished:
                self.end("failed" if self.run.failure else "finished")
            elif is_training:
                self.train()
            else:
                self.obey(*self.commands.next())
        self.flush()

    def obey(self, command: Header, payload: bytes) -> None:
        run, name = self.run, command["do"]
        self.number = command.get("number", self.number)
        if name in ("resume", "step", "epoch"):
            self.train_until(name)
        elif name == "pause":
            self.target = run.step
        elif name == "learning_rate":
            run.set_learning_rate(command["learning_rate"])
            self.channel.send({"kind": "rate_change", "step": run.step, "learning_rate": run.learning_rate})
        elif name == "snapshot":
            self.send_snapshot()
        elif name == "stop":
            if run.step > 0 and self._evaluated_step != run.step and self._is_small and self._evaluation_cost < 1:
                self.evaluate(patiently=True)
            self.end("stopped")
        elif name == "park":
            self.target = run.step
            self.end("parked")

    def train_until(self, name: str) -> None:
        """Set the target that a word for training means; a second "one step" in a row means one step more."""
        run, total = self.run, self.run.total_steps
        base = self.target if run.step < self.target < total else run.step
        if name == "step":
            target = base + 1
        elif name == "epoch":
            target = (base // run.steps_per_epoch + 1) * run.steps_per_epoch
        else:
            target = total
        self.target = min(target, total)
        # The pause has ended, and with it the wish for an evaluation there. At the end of an epoch there is one anyway.
        if run.step % run.steps_per_epoch:
            self._evaluation_due = False

    def train(self) -> None:
        """Take a short stretch of steps, up to the target or to where an evaluation may be due at most."""
        run = self.run
        epoch_end = (run.step // run.steps_per_epoch + 1) * run.steps_per_epoch
        end = min(epoch_end, self.target, *(step for step in EARLY_STEPS if step > run.step))
        started = time.perf_counter()
        records = run.advance(min(self._stretch, end - run.step))
        seconds = time.perf_counter() - started
        for index, record in enumerate(records, 1):
            self._unsent.append((record, self.training_seconds + seconds * index / len(records)))
        self.training_seconds += seconds
        self.busy_seconds += seconds
        self._images += sum(record.images for record in records)
        self._stretch = max(1, min(2 * self._stretch, round(STRETCH_SECONDS / seconds * len(records))))
        if started + seconds - self._sent_at > SENDING_SECONDS:
            self.flush()
        self._evaluation_due = self._wants_evaluation()
        if not self._evaluation_due and self._wants_sample():
            self.evaluate_sample()

    def _wants_evaluation(self) -> bool:
        run = self.run
        if run.step >= run.total_steps:
            return True
        if run.step % run.steps_per_epoch == 0 and run.train_config.epochs <= ALWAYS_EPOCHS:
            return True
        trained = self.training_seconds - self._evaluated_seconds
        return trained >= max(
            EVALUATION_SECONDS, self._evaluation_cost / EVALUATION_SHARE, self.training_seconds / MAX_EVALUATIONS
        )

    def _wants_sample(self) -> bool:
        """Whether to score a sample here, where whole evaluations would hold the run up more than it has trained.

        Not where a whole one is to come, or has just been; nor where even a sample takes long beside what was trained.
        """
        run = self.run
        is_early = run.step in EARLY_STEPS and 2 * self._evaluated_step <= run.step < self.target
        cost = 2 * SAMPLE_IMAGES * self._image_cost
        trained = self.training_seconds - self._scored_seconds
        is_cheap = self._early_seconds + cost <= EARLY_SECONDS or cost <= EARLY_SHARE * trained
        return is_early and not run.failure and is_cheap

    def evaluate_sample(self) -> None:
        """Score the model on a sample, unless a command comes in between; that is not made up for."""
        started = time.perf_counter()
        evaluation = evaluate(self.run, self.commands.is_waiting, SAMPLE_IMAGES)
        seconds = time.perf_counter() - started
        self.busy_seconds += seconds
        self._early_seconds += seconds
        if evaluation:
            self._send_evaluation(evaluation, seconds)

    def _send_evaluation(self, evaluation: Evaluation, seconds: float) -> None:
        self._scored_seconds = self.training_seconds
        self._image_cost = seconds / (evaluation.train_samples + evaluation.test_samples)
        self.flush()
        self.channel.send({"kind": "evaluation", "evaluation": vars(evaluation)})

    def evaluate(self, patiently: bool = False) -> None:
        """Score the model as it is, unless a command comes in between; then the next turn tries again."""
        started = time.perf_counter()
        evaluation = evaluate(self.run, (lambda: False) if patiently else self.commands.is_waiting)
        seconds = time.perf_counter() - started
        self.busy_seconds += seconds
        if evaluation is None:
            return
        self._evaluation_due = False
        self._evaluated_step, self._evaluated_seconds = self.run.step, self.training_seconds
        self._evaluation_cost = seconds
        self._send_evaluation(evaluation, seconds)
        if self.own:
            self.channel.send({"kind": "own_score", "score": asdict(score_own(self.run, self.own))})
        if self.run.model.parameter_count <= SNAPSHOT_PARAMETERS:
            self.send_snapshot()

    def flush(self) -> None:
        """Send the records that wait."""
        self._sent_at = time.perf_counter()
        if not self._unsent:
            return
        records, seconds = zip(*self._unsent, strict=True)
        self._unsent = []
        header = {
            "kind": "steps",
            "last": records[-1]._asdict(),
            "images": self._images,
            "training_seconds": self.training_seconds,
            "busy_seconds": self.busy_seconds,
        }
        self.channel.send(header, to_rows(records, seconds).tobytes())

    def send_snapshot(self) -> None:
        """Send the weights, unless the server has them."""
        if self._snapshot_step != self.run.step:
            self._snapshot_step = self.run.step
            weights = {name: value.contiguous() for name, value in self.run.model.state_dict().items()}
            self.channel.send({"kind": "snapshot", "step": self.run.step}, safetensors.torch.save(weights))

    def say(self, status: str) -> None:
        """Report the status, if it is news; what it rests on is sent before it."""
        if self._said != (status, self.number):
            self._said = (status, self.number)
            self.flush()
            if status != "running":
                self.send_snapshot()
            self.channel.send({"kind": "status", "status": status, "number": self.number})

    def end(self, ending: str) -> None:
        self.ending = ending
        self.flush()
        self.send_snapshot()
        if ending == "parked":
            state = self.run.state_dict()
            state["clock"] = [getattr(self, name) for name in CLOCK]
            plain, content = pack(state)
            self.channel.send({"kind": "parked", "state": plain}, content)
        elif ending == "failed":
            sentence = f"The loss stopped being a number at step {self.run.step:,}."
            self.channel.send({"kind": "status", "status": ending, "reason": self.run.failure, "text": sentence})
        else:
            self.channel.send({"kind": "status", "status": ending})

    def take_up(self, packed_state: Any, content: bytes) -> None:
        """Go on from where another worker was when it parked this run."""
        state = unpack(packed_state, content)
        self.run.load_state_dict(state)
        for name, value in zip(CLOCK, state["clock"], strict=True):
            setattr(self, name, value)
        self._evaluated_seconds = self.training_seconds
        self._snapshot_step = self.target = self.run.step
