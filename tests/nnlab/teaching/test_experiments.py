"""Every experiment is complete, and every claim can hold and can fail."""

import math

import pytest

from nnlab.config import MAX_SEED
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.probes import PROBES
from nnlab.teaching.results import Result
from nnlab.teaching.steps import SERIES, UNITS, Choice, Explain, Guess, Look, Run, Sketch, Trial
from nnlab.teaching.tasks import PLANE_TASKS, TASKS
from tests.nnlab.teaching.made import BREAKING, HOLDING, READ, result

every_experiment = pytest.mark.parametrize("name", EXPERIMENTS)
CLAIMS = [(name, claim.name) for name, experiment in EXPERIMENTS.items() for claim in experiment.claims]
LONGEST_STEPS = 10_000  # of one trial: the notes' whole run


class Watched(dict):
    """Results that remember which of them were asked for."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.asked = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)


def claim_of(experiment, name):
    return next(claim for claim in EXPERIMENTS[experiment].claims if claim.name == name)


@every_experiment
def test_five_to_seven_steps_with_names_of_their_own(name):
    experiment = EXPERIMENTS[name]
    assert experiment.name == name
    assert 5 <= len(experiment.steps) <= 7
    assert len({step.name for step in experiment.steps}) == len(experiment.steps)
    assert 5 <= experiment.minutes <= 20


@every_experiment
def test_every_trial_is_run_once_and_can_be_run(name):
    experiment = EXPERIMENTS[name]
    run = [trial for step in experiment.steps if isinstance(step, Run) for trial in step.trials]
    assert sorted(run) == sorted(trial.name for trial in experiment.trials)
    for trial in experiment.trials:
        assert set(trial.probes) <= set(PROBES if trial.setup else {**TASKS, **PLANE_TASKS})
        assert trial.setup is None or trial.setup.train.total_steps <= LONGEST_STEPS


@every_experiment
def test_questions_come_before_the_run_that_answers_them_and_claims_after(name):
    experiment, done = EXPERIMENTS[name], set()
    asked_first = isinstance(experiment.steps[0], (Choice, Guess, Sketch))
    assert asked_first
    for step in experiment.steps:
        results = Watched(HOLDING[name])
        if isinstance(step, Run):
            done |= set(step.trials)
        elif isinstance(step, Explain):
            step.claim.judge(results)
            assert results.asked <= done or not results.asked
        elif not isinstance(step, Look):
            step.outcome(results)
            assert not results.asked <= done, f"{step.name} is answered already"
        elif step.trial:
            assert step.trial in done


@every_experiment
def test_outcomes_are_possible_answers(name):
    for ask in EXPERIMENTS[name].asks:
        outcome = ask.outcome(HOLDING[name])
        if isinstance(ask, Choice):
            assert outcome in ask.options
            assert [ask.judge(option, HOLDING[name]).right for option in ask.options].count(True) == 1
        elif isinstance(ask, Guess):
            assert ask.unit in UNITS
            assert ask.low <= outcome <= ask.high
            assert ask.judge(outcome, HOLDING[name]).degree == 1
            assert not ask.judge(outcome + ask.tolerance + ask.step, HOLDING[name]).right
            assert not ask.judge(outcome - ask.tolerance - ask.step, HOLDING[name]).right
        else:
            assert ask.series in SERIES
            assert ask.epochs == EXPERIMENTS[name].trial(ask.trial).setup.train.epochs
            assert ask.judge(list(zip(*outcome, strict=True)), HOLDING[name]).right


@pytest.mark.parametrize(("experiment", "claim"), CLAIMS)
def test_a_claim_holds(experiment, claim):
    verdict = claim_of(experiment, claim).judge(HOLDING[experiment])
    assert verdict.holds
    assert all(map(math.isfinite, verdict.numbers.values()))


@pytest.mark.parametrize("breaking", BREAKING, ids=lambda b: f"{b.experiment}-{b.claim}-{'-'.join(b.results)}")
def test_a_claim_fails(breaking):
    results = {**HOLDING[breaking.experiment], **breaking.results}
    verdict = claim_of(breaking.experiment, breaking.claim).judge(results)
    assert not verdict.holds
    assert verdict.numbers.keys() == claim_of(*breaking[:2]).judge(HOLDING[breaking.experiment]).numbers.keys()


def test_every_claim_is_seen_to_fail():
    assert {(breaking.experiment, breaking.claim) for breaking in BREAKING} == set(CLAIMS)


# Results with which a choice comes out otherwise, where those that break a claim do not do it already.
OTHERWISE = {
    "one_neuron": {"four_nine": Result(numbers={"accuracy": 1.0})},
    "learning_rate": {"tiny": result(0.95)},
    "batch_size": {"middle": result(0.1, (2.3, 2.3))},
    "vanishing": {"relu": result(0.1, shrinks=5)},
    "dead_relu": {"lower": result(0.9, dead=0.0)},
    "overfitting": {"more": result(test_losses=(0.9,)), "dropout": result(test_losses=(0.2,))},
    "misread": {"reader": result(0.95, **{**READ, "prepared_aside": 0.1})},
}


@every_experiment
def test_outcomes_follow_the_results(name):
    """No fixed key: for every choice there are results with which another option comes true."""
    changes = [breaking.results for breaking in BREAKING if breaking.experiment == name]
    tried = [{**HOLDING[name], **change} for change in ({}, OTHERWISE.get(name, {}), *changes)]
    for ask in EXPERIMENTS[name].asks:
        if isinstance(ask, Choice):
            assert len({ask.outcome(results) for results in tried}) > 1, ask.name


def test_a_sketch_is_judged_within_its_chart():
    """The measured loss has jumped to 9,000 and then to no number: at the chart's upper edge, like the drawn line."""
    sketch = Sketch("curve", "huge", "train_loss", epochs=1, low=0, high=2.5)
    x, y = sketch.outcome(HOLDING["learning_rate"])
    assert y.tolist() == [2.3, 2.5, 2.5]
    assert x[-1] == 1
    assert sketch.judge([(0, 1.0), (0.5, 2.0), (1, 2.0)], HOLDING["learning_rate"]).right
    outside = sketch.judge([(0, 2.0), (0.5, 9.0), (1, 2.5)], HOLDING["learning_rate"])
    assert outside == sketch.judge([(0, 2.0), (0.5, 2.5), (1, 2.5)], HOLDING["learning_rate"])
    falling = sketch.judge([(0, 2.0), (0.5, 1.0), (1, 1.0)], HOLDING["learning_rate"])
    assert (falling.right, falling.degree, falling.differs) == (False, 0, "end")


def test_a_line_that_is_nearly_flat_is_drawn_as_a_flat_one():
    """The measured loss stays at 2.3; a hand that wanders by 0.05 of 2.5 nats drew the same."""
    sketch = EXPERIMENTS["vanishing"].asks[1]
    assert sketch.judge([(0, 2.3), (0.5, 2.35), (1, 2.31)], HOLDING["vanishing"]).right
    assert not sketch.judge([(0, 2.3), (0.5, 2.1), (1, 2.0)], HOLDING["vanishing"]).right


def test_a_trial_takes_the_visitors_seed():
    trial = EXPERIMENTS["notes"].trial("again")
    assert trial.seeded(4).train.seed == 5
    assert trial.seeded(MAX_SEED).train.seed == 0
    assert EXPERIMENTS["notes"].trial("notes").seeded(5) == trial.seeded(4)


def test_a_trial_without_a_setup_has_no_run():
    with pytest.raises(ValueError, match="even has no set-up"):
        Trial("even", None).seeded(0)
