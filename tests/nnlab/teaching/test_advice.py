"""Advice on runs: each rule sees its own kind of failure, says nothing of others, and its cure is one."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnlab.config import PRESETS, ModelConfig, Setup, TrainConfig
from nnlab.inspection.health import unit_health
from nnlab.records import Evaluation
from nnlab.runs.history import History, to_rows
from nnlab.teaching import advice
from nnlab.teaching.results import Result
from nnlab.teaching.situation import Situation
from nnlab.training import TrainingRun

MOST_STEPS = 600  # of a cure that is tried


def watched(setup: Setup, data, most_steps: int = 0) -> Situation:
    """What a run has told after so many steps, or at its end."""
    run, history = TrainingRun(setup.model, setup.train, data), History()
    end = min(most_steps or run.total_steps, run.total_steps)
    while run.step < end and not run.failure:
        records = run.advance(min(max(100, run.steps_per_epoch), end - run.step))
        history.add_steps(to_rows(records, [0.0] * len(records)))
        if not run.failure:
            history.add_evaluation(run.evaluate())
    healths, gradients = [], []
    if not run.failure:
        healths = unit_health(run.model.eval(), data.test_images[:1000])
        gradients = [linear.weight.grad.square().mean().sqrt().item() for linear in run.model.linears]
    return Situation(
        setup,
        Result.of(history, bool(run.failure), source=data.source),
        is_over=True,
        is_complete=run.is_finished and not run.failure,
        dead_shares=[len(health.dead) / len(health.passing) for health in healths],
        gradients=gradients,
    )


def names(situation: Situation) -> list[str]:
    return [hint.name for hint in advice.hints(situation)]


SIGNS = {  # what the first hint says: a run that shows it, and how many steps are enough to see it
    "diverged": (PRESETS["diverging"].setup, 0),
    "zeros": (PRESETS["zeros"].setup, 200),
    "dead": (PRESETS["dead"].setup, 300),
    "vanishing": (PRESETS["vanishing"].setup, 400),
    "rate_too_low": (Setup(train=TrainConfig(learning_rate=1e-4, epochs=1)), 600),
    "held_back": (Setup(ModelConfig(dropout=0.85), TrainConfig(epochs=1)), 600),
    "overfitting": (Setup(train=TrainConfig("adam", 0.003, epochs=60, training_images=500)), 0),
    "gap": (Setup(train=TrainConfig("adam", 0.003, batch_size=20, epochs=2, training_images=1000)), 0),
    "linear": (Setup(ModelConfig(()), TrainConfig("adam", 0.001, epochs=1)), 0),
    "narrow": (Setup(ModelConfig((3,)), TrainConfig("adam", 0.001, epochs=1)), 0),
    "too_short": (Setup(train=TrainConfig(learning_rate=0.02, epochs=2, training_images=10_000)), 0),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_rule_sees_its_sign_and_its_cure_reads_more_of_the_test_set(name, mnist):
    setup, steps = SIGNS[name]
    ill = watched(setup, mnist, steps)
    hint = advice.hints(ill)[0]
    assert hint.name == name
    healed = watched(hint.cure, mnist, MOST_STEPS)
    assert healed.result.accuracy > ill.result.accuracy + 0.005
    assert name not in names(healed) or name == "too_short"  # twice as long may still be too short


@pytest.mark.parametrize(("name", "steps"), [("notes", 938), ("quick", 0)])
def test_of_a_run_that_goes_well_nothing_else_is_said(name, steps, mnist):
    situation = watched(PRESETS[name].setup, mnist, steps)
    assert names(situation) == ["well_done" if situation.is_complete else "well"]


# On curves made by hand


def situation(losses, evaluations=(), setup=Setup(), is_complete=False, **more) -> Situation:  # noqa: B008  # frozen
    epochs = np.arange(1, len(losses) + 1) / setup.train.steps_per_epoch
    result = Result(epochs, np.array(losses, dtype=float), evaluations, not np.isfinite(losses).all(), source="mnist")
    return Situation(setup, result, is_complete, is_complete, **more)


def judged(epoch, test_loss, train_loss=0.3, train_accuracy=0.9, test_accuracy=0.9) -> Evaluation:
    return Evaluation(0, epoch, train_loss, train_accuracy, test_loss, test_accuracy, 10_000, 10_000)


FALLING = np.linspace(2.3, 0.3, 500)
STUCK = np.full(500, math.log(10))


def test_before_a_hundred_steps_nothing_is_said():
    assert names(situation(np.linspace(2.3, 0.3, 99))) == ["too_early"]
    assert names(situation(np.linspace(2.3, 0.3, 100))) == ["well"]
    assert advice.standing(situation([])).name == "no_step"
    assert advice.standing(situation(FALLING[:99])).name == "early"


def test_a_run_of_few_steps_that_is_over_is_spoken_of():
    assert names(situation(np.linspace(2.3, 0.3, 20), is_complete=True)) == ["well_done"]


@pytest.mark.parametrize(
    ("losses", "name"),
    [
        ([*FALLING, math.nan], "diverged"),
        (STUCK, "stuck"),
        (np.linspace(1, 2, 500), "rising"),
        (np.full(500, 0.5), "flat"),
        (np.linspace(1, 0.5, 500), "falling"),
        (np.geomspace(2.3, 0.01, 500), "fast"),
    ],
)
def test_how_it_goes_is_said_by_what_the_loss_did_over_the_last_fifth(losses, name):
    found = advice.standing(situation(losses))
    assert found.name == name
    if name == "falling":
        assert found.evidence["last"] == pytest.approx(0.5125, abs=1e-3)  # the mean of the last of 20 parts
        assert found.evidence["before"] == pytest.approx(0.6125, abs=1e-3)


def test_a_loss_that_rose_is_the_learning_rate():
    hint = advice.hints(situation([*np.linspace(2.3, 0.5, 300), *np.linspace(0.5, 1.5, 200)]))[0]
    assert hint.name == "rate_too_high"
    assert hint.evidence["last"] > hint.evidence["lowest"] > 0.5
    assert hint.cure.train.learning_rate == pytest.approx(0.002)


def test_noise_is_no_rise():
    noise = np.random.default_rng(0).normal(0, 0.15, 1000)
    assert names(situation(0.4 + noise)) == ["well"]


def test_a_stuck_run_is_explained_by_what_was_measured_alone():
    """Without counts and gradients no rule claims to know that neurons are dead or that a gradient has vanished."""
    deep = Setup(ModelConfig((64,) * 8, "sigmoid", "xavier"))
    assert names(situation(STUCK, setup=deep)) == ["puzzled"]
    assert names(situation(STUCK, setup=deep, gradients=[1e-8] * 5 + [0.01] * 4)) == ["vanishing"]
    assert names(situation(STUCK, dead_shares=[0.1, 0.49])) == ["puzzled"]
    found = advice.hints(situation(STUCK, dead_shares=[0.1, 0.5]))[0]
    assert (found.name, found.evidence) == ("dead", {"share": 0.5, "layer": 2})
    assert names(situation(FALLING, dead_shares=[0.1, 0.5])) == ["many_dead"]


def test_a_small_first_gradient_of_a_network_that_learns_is_no_failure():
    assert names(situation(FALLING, gradients=[1e-8, 0.01, 0.01])) == ["well"]


def test_test_loss_that_turned_is_overfitting_only_if_the_training_loss_fell_on():
    turned = [judged(1, 0.5, 0.4), judged(2, 0.4, 0.2), judged(3, 0.5, 0.1)]
    hint = advice.hints(situation(FALLING, turned))[0]
    assert hint.name == "overfitting"
    assert hint.evidence == {"train": 0.9, "test": 0.9, "epoch": 2, "lowest": 0.4, "last": 0.5}
    both = [judged(1, 0.5, 0.4), judged(2, 0.4, 0.2), judged(3, 0.5, 0.3)]
    assert names(situation(FALLING, both)) == ["well"]


def test_against_learning_by_heart_first_more_images_then_varied_ones_then_dropout():
    apart = [judged(1, 0.4, 0.1, train_accuracy=1.0, test_accuracy=0.9)]
    few = Setup(train=TrainConfig(epochs=60, training_images=500))
    more = advice.hints(situation(FALLING, apart, few))[0].cure
    assert (more.train.training_images, more.train.epochs) == (60_000, 1)
    varied = advice.hints(situation(FALLING, apart, more))[0].cure
    assert varied.train.augmentation
    assert advice.hints(situation(FALLING, apart, varied))[0].cure.model.dropout == 0.2


def test_other_images_may_be_fewer_than_mnist_so_more_are_not_asked_for():
    apart = [judged(1, 0.4, 0.1, train_accuracy=1.0, test_accuracy=0.9)]
    found = situation(FALLING, apart, Setup(train=TrainConfig(training_images=500)))
    found = replace(found, result=replace(found.result, source="other"))
    assert advice.hints(found)[0].cure.train.augmentation


def test_a_run_whose_schedule_ended_it_is_not_too_short():
    falling = [judged(1, 0.5), judged(2, 0.3)]
    constant = Setup(train=TrainConfig(epochs=2))
    planned = replace(constant, train=replace(constant.train, schedule="cosine"))
    hint = advice.hints(situation(FALLING, falling, constant, is_complete=True))[0]
    assert (hint.name, hint.cure.train.epochs) == ("too_short", 4)
    assert names(situation(FALLING, falling, planned, is_complete=True)) == ["well_done"]
    assert names(situation(FALLING, falling, constant)) == ["well"]  # it goes on


def test_no_cure_leaves_what_a_run_may_have():
    lowest = Setup(train=TrainConfig(learning_rate=1e-6))
    assert advice.hints(situation([2.3, math.nan], setup=lowest))[0].cure.train.learning_rate == 1e-6
