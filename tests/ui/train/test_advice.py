"""The advice below a run's curve: what was seen is said with this run's numbers, and a press starts the cure."""

import math

import numpy as np
import pytest

from nnlab.config import PRESETS, ModelConfig, Setup, TrainConfig
from nnlab.records import DEAD, Evaluation, StepRecord
from nnlab.runs import run
from nnlab.runs.history import History, to_rows
from nnlab.teaching import advice as core
from nnlab.ui.text import fill, speaking, strings
from nnlab.ui.train import advice
from tests.ui.train.reading import words

FOLD = "train.advice"


def with_losses(job, losses) -> None:
    """Let a run that stands still have told these losses."""
    job.history = History()
    records = [StepRecord(step, step / 10, loss, 0.5, 0.01, 64) for step, loss in enumerate(losses, 1)]
    job.history.add_steps(to_rows(records, [0.0] * len(records)))
    job.step = len(losses)


def opened(page):
    page.session_state[FOLD] = True
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_a_run_it_asks_for_one(open_page, office, language):
    assert strings(language)["advice.none"] in words(opened(open_page("train", language)))


def test_nothing_is_computed_while_the_fold_is_closed(open_run, monkeypatch):
    monkeypatch.setattr(advice, "situation", lambda job: pytest.fail("computed"))
    page, _ = open_run("running")
    assert not page.exception
    assert strings("en")["advice.look"] not in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_stuck_run_with_dead_neurons_is_explained_and_the_cure_is_started(open_run, office, language):
    page, job = open_run("running", language, PRESETS["dead"].setup)
    with_losses(job, [math.log(10)] * 200)
    job.pulses.add_neurons(Evaluation(200, 0.2, 2.3, 0.1, 2.3, 0.1, 10_000, 10_000), bytes([DEAD] * 96 + [0] * 32))
    page = opened(page)
    texts = strings(language)
    assert fill(texts["advice.hint_dead"], share="75.0%", layer="1") in words(page)
    assert fill(texts["advice.standing_stuck"], last="2.303") in words(page)
    page.button(key="train.advice_cure.0").click().run()
    assert not page.exception
    (started,) = office.started
    assert (started.setup.model.activation, started.setup.train.learning_rate) == ("leaky_relu", 0.05)
    assert ("stop",) in job.commands
    assert page.session_state["train.activation"] == "leaky_relu"
    assert page.session_state["train.learning_rate"] == 0.05


def test_another_visitors_run_is_not_ended_by_starting_a_cure(open_run, office):
    page, job = open_run("running", setup=Setup(ModelConfig((5,), initialization="zeros")), is_own=False)
    with_losses(job, [math.log(10)] * 200)
    opened(page).button(key="train.advice_cure.0").click().run()
    assert job.commands == []
    assert office.started[0].setup.model.initialization == "kaiming"


def test_a_diverged_run_is_told_apart_from_one_that_crashed(open_run):
    page, job = open_run("failed")
    with_losses(job, np.linspace(2.3, 0.5, 200))
    assert strings("en")["advice.hint_well"] in words(opened(page))
    job.reason = run.Reason("diverged", "made up")
    assert "no longer a number" in words(page.run())


def seen(kind: str) -> list[str]:
    """The names of all hints, or of all standings, that have words."""
    return [key.removeprefix(f"advice.{kind}_") for key in strings("en") if key.startswith(f"advice.{kind}_")]


def test_every_rule_has_words_and_all_words_have_a_rule():
    rules = {rule.__name__ for rule in core.RULES} - {"too_small"} | {"linear", "narrow"}  # what that one says
    others = {"diverged", "gap", "puzzled", "too_early", "well", "well_done"}
    assert set(seen("hint")) == rules | others


def test_what_changes_is_said_in_the_words_of_the_controls():
    before = Setup(ModelConfig((128, 64), "sigmoid"), TrainConfig(training_images=500))
    after = Setup(ModelConfig((64,), "relu"), TrainConfig(training_images=60_000, augmentation=True))
    with speaking("en"):
        assert advice.changes(before, after) == [
            "Hidden layers 64 instead of 128-64",
            "Activation function ReLU instead of Sigmoid",
            "Vary the images (data augmentation) on instead of off",
            "Training images 60,000 instead of 500",
        ]
