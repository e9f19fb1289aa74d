"""A training run under remote control: play, pause, one step, one epoch, as words over ``TrainingRun.advance``.

It does nothing but in its turns. In a turn it trains or evaluates for as long as it may, and reports what it did.

Read next: ``schedule``, when it evaluates; ``reports``, what it tells.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace

from nnlab.inspection.health import SteepestSlopes
from nnlab.records import Evaluation
from nnlab.runs.channel import Channel
from nnlab.runs.messages import Command, Evaluated, Expected, Failed, HandedOver, RateChanged, Start
from nnlab.runs.worker import watching
from nnlab.runs.worker.evaluating import evaluate, score_own
from nnlab.runs.worker.reports import Reports
from nnlab.runs.worker.schedule import STOP_EVALUATION_SECONDS, Schedule
from nnlab.runs.worker.trainer import own_digits_of
from nnlab.training import TrainingRun

# Somebody waits for the first steps of a run, and for what one step or one epoch brings: it goes before others until it
# has trained for so many seconds since the command, or rests.
URGENT_SECONDS = {"resume": 0.1, "step": 1.0, "epoch": 1.0}
PATIENCE_SECONDS = 0.05  # after which a pause is told even if its evaluation, though short, has to wait for its turns
ENOUGH = 0.8  # of a turn: what is left is too little for a stretch of steps


class RemoteRun:
    """A ``TrainingRun`` that does what it is told and reports what it does.

    It trains until ``target`` steps are taken: play is a target at the end, pause a target here, one step a target one
    step on. Every report of its status says up to which command (by number) it has obeyed.

    Attributes:
        rests: whether it wants no turn until it is told something.
        is_over: whether it has reported its end, or been handed over.
        clock: its seconds so far.
        may_go_first: whether the hand for what is awaited may compute it; all runs of a GPU stay with the other.
    """

    def __init__(self, run: TrainingRun, start: Start, channel: Channel):
        self.run, self.name, self.own = run, start.run, own_digits_of(start)
        self.target, self.reached, self.number = max(start.target, run.step), start.reached, start.number
        self.clock = start.clock
        self.rests = self.is_over = False
        notes = (start.plain or {}).get("notes", {})
        self.schedule = Schedule(run, notes.get("schedule"))
        known_step = -1 if start.plain is None else run.step
        self.reports = Reports(run, start.run, channel, notes.get("images", 0), known_step, start.clock)
        self._held: list[Command] = []  # until the steps that the server has seen are taken again
        self._is_stopping = False
        self._evaluation_due = self.schedule.wants_first
        self._evaluation: Iterator[Evaluation | None] | None = None  # the one under way
        self._steepest = SteepestSlopes(run.model)  # what that one has seen
        self._evaluation_seconds = 0.0  # that it has taken so far
        self._stretch, self._step_seconds = 1, 0.0  # the last stretch of steps, and how long one of them took
        self._urgent_seconds = URGENT_SECONDS["resume"]
        self.may_go_first = run.device.type == "cpu"
        self._is_answered = start.plain is not None
        self._turn_ended_at = self._arrived_at = time.perf_counter()
        if start.plain is None and not start.start_from:  # the weights are random, as theory takes them to be
            self.reports.send(Expected(self.name, watching.expected(run)))

    @property
    def is_urgent(self) -> bool:
        """Whether somebody waits for it: for its steps, or for what is told where it pauses or ends."""
        return self._urgent_seconds > 0 or self.run.step >= self.target

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for its answer: that it trains, and its first step; or that it pauses.

        This takes a moment, and therefore goes before the pages of others. What comes after is urgent at most.
        """
        return self.may_go_first and not self._is_answered

    # What it is told

    def obey(self, command: Command) -> None:
        """Do as a command says from the next turn on; after a recovery, once it is where it was."""
        if self._is_stopping:
            return
        if self.rests:
            self.rests, self._turn_ended_at = False, time.perf_counter()  # what went before was no waiting
        if self.run.step < self.reached and command.word != "stop":
            self._held.append(command)
            return
        self.number = command.number
        self._is_answered = False
        self._urgent_seconds = URGENT_SECONDS.get(command.word, self._urgent_seconds)
        if command.word in URGENT_SECONDS:
            self._train_until(command.word)
        elif command.word == "learning_rate":
            self._change_rate(command.learning_rate)
        elif command.word == "snapshot":
            self.reports.weights()
        else:
            self.target = self.run.step
            self._is_stopping |= command.word == "stop"

    def hand_over(self) -> None:
        """Leave for another worker."""
        self._send_state()
        self.reports.flush(self.clock)
        self.reports.send(HandedOver(self.name))
        self.is_over = True

    def _train_until(self, word: str) -> None:
        """Set the target that a word for training means; a second "one step" in a row means one step more."""
        run, total = self.run, self.run.total_steps
        base = self.target if run.step < self.target < total else run.step
        if word == "step":
            target = base + 1
        elif word == "epoch":
            target = (base // run.steps_per_epoch + 1) * run.steps_per_epoch
        else:
            target = total
        self.target = min(target, total)
        # The pause has ended, and with it the wish for an evaluation there. At the end of an epoch there is one anyway.
        if run.step % run.steps_per_epoch:
            self._give_evaluation_up()

    def _give_evaluation_up(self) -> None:
        self._evaluation_due, self._evaluation, self._evaluation_seconds = False, None, 0.0

    def _change_rate(self, learning_rate: float) -> None:
        """The state is sent first: whoever goes on from it has the new rate exactly where the history says so."""
        self.run.set_learning_rate(learning_rate)
        self._send_state(is_news=True)
        self.reports.send(RateChanged(self.name, self.run.step, self.run.learning_rate, self.number, self.target))

    # What it does in its turns

    def take_turn(self, seconds: float) -> None:
        """Go on for about so long, or until it rests."""
        started, was_awaited = time.perf_counter(), self.is_awaited
        if self.run.step < self.target:
            self.clock = replace(self.clock, waiting=self.clock.waiting + started - self._turn_ended_at)
        self._go_on(started + seconds)
        while not (self.rests or self.is_over) and time.perf_counter() < started + ENOUGH * seconds:
            if was_awaited and self._is_answered:
                break  # what is left is no answer any more
            self._go_on(started + seconds)
        self.reports.flush(self.clock, is_due=self.rests)
        self._turn_ended_at = time.perf_counter()

    def _go_on(self, until: float) -> None:
        """Do the next thing that is to be done."""
        run, schedule = self.run, self.schedule
        while self._held and run.step >= self.reached:
            self.obey(self._held.pop(0))
        is_training = run.step < self.target
        if is_training:
            self._arrived_at = math.inf
        else:
            self._arrived_at = min(self._arrived_at, time.perf_counter())
            self._evaluation_due |= schedule.evaluated_step != run.step if run.step else schedule.wants_first
        if self._is_stopping and not (schedule.is_cheap_to_stop and self._waited < STOP_EVALUATION_SECONDS):
            self._evaluation_due = False
        if run.failure:
            self._evaluation_due = False
        ends = run.is_finished or self._is_stopping
        self._is_answered |= ends  # its last evaluation may take its time
        if is_training:
            self._say("running")
        elif not ends and not (self._evaluation_due and schedule.is_short and self._waited < PATIENCE_SECONDS):
            self._say("paused")
            if self.is_awaited:
                self._is_answered = True
                return
        if self._evaluation_due and is_training and not run.step and not self.own:
            self._give_evaluation_up()
            self._evaluate_sample()  # somebody waits for the first steps, and thirty others may just have begun
        elif self._evaluation_due:
            self._evaluate(until)
        elif ends and not is_training:
            self._end()
        elif is_training and not run.failure:
            self._train(until)
            self._is_answered |= run.step < self.target  # one that stops here has yet to say so
        else:
            self.rests, self._urgent_seconds = True, 0.0

    @property
    def _waited(self) -> float:
        """Seconds since it came to where it was to pause or stop: others have had their turns meanwhile."""
        return time.perf_counter() - self._arrived_at

    def _train(self, until: float) -> None:
        """Take steps until the turn ends, up to the target or to where an evaluation may be due at most."""
        run, started = self.run, time.perf_counter()
        if not run.step:
            self.reports.mark()
        affordable = round((until - started) / self._step_seconds) if self._step_seconds else 1
        steps = max(1, min(2 * self._stretch, affordable, self.schedule.next_stop(self.target) - run.step))
        records, pulse = watching.advance(run, steps, is_last=run.step + steps == self.target)
        seconds = time.perf_counter() - started
        self._stretch, self._step_seconds = max(steps, self._stretch // 2), seconds / len(records)
        self.reports.took(records, self.clock.training, seconds, pulse)
        self.clock = replace(self.clock, training=self.clock.training + seconds)
        self._urgent_seconds -= seconds
        if run.failure:
            self.target = run.step
            return
        self.reports.mark()
        self._evaluation_due = self.schedule.wants_evaluation(self.clock.training)
        if not self._evaluation_due and self.schedule.wants_sample(self.target, self.clock.training):
            self._evaluate_sample()
        if self.reports.is_state_overdue(self.clock):
            self._send_state()

    def _evaluate(self, until: float) -> None:
        """Score the model as it is, in as many turns as it takes."""
        started = time.perf_counter()
        if not self._evaluation:
            self._steepest = SteepestSlopes(self.run.model)
            self._evaluation = evaluate(self.run, steepest=self._steepest)
        evaluation = None
        for evaluation in self._evaluation:
            if evaluation or time.perf_counter() >= until:
                break
        self._evaluation_seconds += self._evaluated_since(started)
        if evaluation:
            self.schedule.evaluated(evaluation, self.clock.training, self._evaluation_seconds)
            self._give_evaluation_up()
            self.reports.flush(self.clock)
            own_score = score_own(self.run, self.own) if self.own else None
            self.reports.send(Evaluated(self.name, evaluation, own_score, self._steepest.states()))
            if self.reports.wants_state(self.clock):
                self._send_state()

    def _evaluate_sample(self) -> None:
        started = time.perf_counter()
        steepest = SteepestSlopes(self.run.model)
        *_, evaluation = evaluate(self.run, self.schedule.sample_images, steepest)
        assert evaluation
        self.schedule.sampled(evaluation, self.clock.training, self._evaluated_since(started))
        self.reports.flush(self.clock)
        self.reports.send(Evaluated(self.name, evaluation, neurons=steepest.states()))

    def _evaluated_since(self, started: float) -> float:
        seconds = time.perf_counter() - started
        self.clock = replace(self.clock, evaluating=self.clock.evaluating + seconds)
        return seconds

    # What it reports

    def _send_state(self, is_news: bool = False) -> None:
        self.reports.state(self.clock, {"schedule": self.schedule.notes()}, is_news)

    def _say(self, status: str) -> None:
        if status == "paused":
            self.reports.flush(self.clock)
            self._send_state()
        self.reports.say(status, self.number, self.target)

    def _end(self) -> None:
        self.is_over = True
        self.reports.flush(self.clock)
        self.reports.weights()
        if self.run.failure:
            sentence = f"The loss stopped being a number at step {self.run.step:,}."
            self.reports.send(Failed(self.name, self.run.failure, sentence))
        else:
            self.reports.say("finished" if self.run.is_finished else "stopped", self.number, self.target)
