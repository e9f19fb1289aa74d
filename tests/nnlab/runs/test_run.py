"""Runs in worker processes, as a page steers them: each button does exactly what it says, and no failure spreads."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from nnlab import checkpoint
from nnlab.config import ConfigError, ModelConfig
from nnlab.model import MLP
from nnlab.records import Evaluation
from nnlab.runs.messages import Evaluated
from nnlab.runs.run import Job
from nnlab.runs.worker.evaluating import score_own
from nnlab.runs.worker.trainer import with_own_digits
from nnlab.sources.own import OwnDigits, choose
from nnlab.training import TrainingRun
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT, TRAIN, evaluated, paused, same, until, weights

pytestmark = pytest.mark.usefixtures("one_thread")  # a run here is compared with the same run in a worker


def test_a_job_is_the_same_run_to_the_bit(start, tiny_digits):
    job = start(SHORT)
    assert job.wait_for("finished", timeout=TIMEOUT)
    run = TrainingRun(SHORT.model, SHORT.train, tiny_digits)
    records = run.advance(24)
    points = job.history.since()
    assert points.step.tolist() == list(range(1, 25))
    assert points.loss.tolist() == [record.loss for record in records]
    assert points.accuracy.tolist() == pytest.approx([record.accuracy for record in records])
    assert job.latest == records[-1]
    assert job.snapshot().step == 24
    assert same(weights(job.snapshot().model), weights(run.model))
    assert job.latest_evaluation == job.history.evaluations[-1]
    assert vars(job.latest_evaluation) == pytest.approx(vars(run.evaluate()))
    assert job.seconds_left == 0
    assert job.elapsed_seconds == points.seconds[-1] > 0
    told = job.pulses.since()
    assert told["epochs"] == [step / 8 for step in [*range(1, 21), 24]]
    assert [len(line) for line in told["gradients"]] == [21, 21]
    assert len(told["expected"]) == 2
    assert told["neurons"][:2] == (24, 200)
    assert told["countedEpochs"][-1] == 3


@pytest.fixture
def own(tiny_digits) -> OwnDigits:
    """30 of the tiny test digits, as if drawn; 15 are trained on."""
    return choose(tiny_digits.test_images[:30].numpy(), tiny_digits.test_labels[:30].numpy(), hold_out=True)


@pytest.fixture
def started_weights() -> bytes:
    """The file of a network that has learned something else; its dropout is another."""
    return checkpoint.to_bytes(MLP(ModelConfig((8,)), seed=7))


@pytest.fixture
def alone(tiny_digits, own, started_weights) -> TrainingRun:
    """The run that a job with these digits and weights should be."""
    run = TrainingRun(SHORT.model, SHORT.train, with_own_digits(tiny_digits, own, SHORT.train))
    run.model.load_state_dict(checkpoint.from_bytes(started_weights).state_dict())
    return run


def test_a_fine_tuning_job_is_the_same_run_to_the_bit(start, own, started_weights, alone):
    job = start(SHORT, start_from=started_weights, own_digits=own)
    assert job.is_fine_tuning
    before = score_own(alone, own)
    assert job.wait_for("finished", timeout=TIMEOUT)
    assert job.history.since().loss.tolist() == [record.loss for record in alone.advance(24)]
    assert same(weights(job.snapshot().model), weights(alone.model))
    assert (job.own_scores[0], job.own_scores[-1]) == (before, score_own(alone, own))
    assert (job.own_scores[0].step, job.own_scores[-1].step) == (0, 24)
    assert job.own_digits == own


def test_own_digits_alone_leave_the_start_to_the_seed(start, own, tiny_digits):
    job = paused(start(SHORT, paused=True, own_digits=own))
    assert not job.is_fine_tuning
    assert same(weights(job.snapshot().model), weights(MLP(SHORT.model)))
    job.resume()
    assert job.wait_for("finished", timeout=TIMEOUT)
    run = TrainingRun(SHORT.model, SHORT.train, with_own_digits(tiny_digits, own, SHORT.train))
    assert job.history.since().loss.tolist() == [record.loss for record in run.advance(24)]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (checkpoint.to_bytes(MLP(ModelConfig((9,)))), "hidden_sizes (9,); this one has (8,)"),
        (checkpoint.to_bytes(MLP(ModelConfig((8,), "tanh"))), "activation tanh; this one has relu"),
        (checkpoint.to_bytes(MLP(ModelConfig((8,), input_normalization="none"))), "input_normalization none"),
        (b"\x80\x04" + bytes(20), "pickle"),
    ],
    ids=["layers", "activation", "pixels", "pickle"],
)
def test_weights_of_another_network_fail_the_run_with_a_sentence(start, file, words):
    job = start(SHORT, start_from=file)
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason.code == "weights"
    assert words in job.reason.text


def test_too_few_images_beside_own_digits_fail_the_run_with_a_sentence(start, own):
    job = start(replace(SHORT, train=replace(TRAIN, training_images=5000)), own_digits=own)
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason.code == "too_few"
    assert "training_images is 5000; the data hold 400" in job.reason.text


def test_what_a_job_keeps_is_counted(own, started_weights):
    job = Job(SHORT, start_from=started_weights, own_digits=own)
    assert job.kept_bytes == len(started_weights) + np.prod((30, 28, 28))


def test_one_step_and_one_epoch_are_exactly_that(start):
    job = evaluated(paused(start(LONG, paused=True)), 0)
    assert (job.step, job.epoch, job.snapshot().step) == (0, 0, 0)
    assert [evaluation.step for evaluation in job.history.evaluations] == [0]
    for word, step in ((job.step_once, 1), (job.step_once, 2), (job.run_epoch, 100), (job.run_epoch, 200)):
        word()
        assert job.status == "running"
        evaluated(paused(job), step)
        assert (job.step, job.snapshot().step, job.latest_evaluation.step) == (step, step, step)


def test_paused_runs_rest_and_resumed_ones_go_on(start):
    job = start(LONG)
    until(lambda: job.step > 20)
    assert job.status == "running"
    assert job.images_per_second > 0
    assert job.seconds_left > 0
    job.pause()
    step, elapsed = paused(job).step, job.elapsed_seconds
    time.sleep(0.2)
    assert (job.step, job.elapsed_seconds, job.snapshot().step) == (step, elapsed, step)
    job.resume()
    until(lambda: job.step > step)


def test_commands_take_effect_at_once(start):
    job = start(LONG)
    until(lambda: job.step > 20)
    waits = []
    for _ in range(5):
        time.sleep(0.05)
        began = time.perf_counter()
        job.pause()
        paused(job)
        waits.append(time.perf_counter() - began)
        job.resume()
    assert sorted(waits)[2] < 0.3, waits  # about 0.05 on a quiet machine


def test_learning_rate_changes_while_it_trains_and_is_marked(start):
    job = start(LONG)
    until(lambda: job.step > 20)
    job.set_learning_rate(0.002)
    until(lambda: job.latest.learning_rate == 0.002)
    (change,) = job.history.since().rate_changes
    assert change.learning_rate == 0.002
    points = job.history.since()
    assert set(points.learning_rate[points.step <= change.step]) == {0.01}
    assert set(points.learning_rate[points.step > change.step]) == {0.002}
    with pytest.raises(ConfigError, match="learning_rate"):
        job.set_learning_rate(float("nan"))


def test_stopped_run_keeps_what_it_learned_and_obeys_no_more(start):
    job = start(LONG)
    until(lambda: job.step > 20)
    job.stop()
    assert job.wait_for("stopped", timeout=TIMEOUT)
    step = job.step
    assert job.snapshot().step == job.latest_evaluation.step == step
    job.resume()
    job.step_once()
    job.stop()
    time.sleep(0.1)
    assert (job.status, job.step, job.reason) == ("stopped", step, None)


def test_the_latest_evaluation_is_of_the_whole_test_set():
    """A page that says "on the test set" reads it; what a sample gave is in the history only."""
    job = Job(SHORT)
    whole = Evaluation(0, 0.0, 2.3, 0.1, 2.3, 0.1, 200, 200)
    sample = Evaluation(1, 0.1, 2.0, 0.3, 2.0, 0.3, 20, 20, is_sample=True)
    with job.changed:
        for evaluation in (whole, sample):
            job.receive(Evaluated(job.id, evaluation))
    assert job.latest_evaluation == whole
    assert job.history.evaluations == [whole, sample]


def test_snapshot_on_request_is_fresh(start):
    job = start(LONG)
    until(lambda: job.step > 20)
    step = job.step
    job.request_snapshot()
    until(lambda: job.snapshot() and job.snapshot().step >= step)
    snapshot = job.snapshot()
    one, other = snapshot.model, snapshot.model
    assert one is not other
    assert one.config == LONG.model
    assert not one.training


def test_what_a_command_did_can_be_waited_for(start):
    job = start()
    until(lambda: job.step > 20)
    job.set_learning_rate(0.002)
    assert job.wait_until(lambda: len(job.history.rate_changes) == 1, TIMEOUT)
    assert job.history.rate_changes[0].learning_rate == 0.002
    assert not job.wait_until(lambda: job.step > job.total_steps, 0.01)
