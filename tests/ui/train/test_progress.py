"""How far a run is, in words and numbers, as the page and the route tell it."""

import json

import pytest

from nnlab.model import MLP
from nnlab.records import RateChange, StepRecord
from nnlab.runs.history import History, to_rows
from nnlab.ui.text import LANGUAGES, speaking, strings
from nnlab.ui.train import progress
from nnlab.ui.train.progress import Shape
from tests.nnlab.short_runs import snapshot_of
from tests.ui.drawing import sent_to
from tests.ui.train.fake_runs import SETUP, FakeJob


def changed(**attributes) -> FakeJob:
    job = FakeJob(SETUP, "paused")
    for name, value in attributes.items():
        setattr(job, name, value)
    return job


@pytest.mark.parametrize(
    ("attributes", "concerns_page"),
    [
        ({"id": "another"}, True),
        ({"status": "running"}, True),
        ({"snapshot": lambda: snapshot_of(MLP(SETUP.model), 50)}, True),
        ({"recovered_from": 40}, False),
        ({"learning_rate": 0.5}, False),
        ({"own_scores": [None]}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_shape_is_another_when_what_is_drawn_has_to_be(attributes, concerns_page):
    before, after = Shape.of(changed()), Shape.of(changed(**attributes))
    assert str(before) != str(after)
    assert (before.of_page != after.of_page) == concerns_page


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_run_is_kept_elsewhere_nobody_says_that_nothing_was_trained(language):
    with speaking(language):
        none, elsewhere = (progress.tell_none("Train", found)["state"]["words"] for found in (False, True))
    assert none == strings(language)["train.state_none"].format(start="Train")
    assert elsewhere == strings(language)["train.state_elsewhere"].format(start="Train")


def test_a_shape_stays_while_only_words_and_numbers_change():
    job = changed(status="running")
    before = str(Shape.of(job))
    job.step, job.elapsed_seconds, job.images_per_second = 51, 13.0, 1.0
    assert str(Shape.of(job)) == before
    assert Shape.of(None) == Shape()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["starting", "running", "paused", "finished", "stopped", "failed"])
def test_what_is_told_of_a_run_can_be_sent(status, language):
    job = FakeJob(SETUP, status)
    job.step = SETUP.train.total_steps // 4
    job.history.add_rate_change(RateChange(40, 1e-06))
    with speaking(language):
        answer = progress.follow(job, 48, 0)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["shape"] == str(Shape.of(job))
    assert answer["status"] == status
    assert answer["state"]["words"].startswith(strings(language)[f"train.state_{status}"].split("{")[0])
    assert answer["state"]["share"] == pytest.approx(0.25)
    assert [figure["label"] for figure in answer["numbers"]] == [
        strings(language)[f"train.metric_{name}"] for name in ("train_loss", "test_loss", "test_accuracy", "rate")
    ]
    assert answer["curve"]["stepsBefore"] == 48
    assert len(answer["curve"]["steps"]["loss"]) == 2
    assert answer["curve"]["marks"] == [[40 / SETUP.train.steps_per_epoch, "0.000001"]]


def test_numbers_that_are_not_there_yet_are_dashes():
    job = FakeJob(SETUP, "starting")
    job.history = History()
    job.curve = type(job.curve)(job.history, SETUP.train)
    with speaking("en"):
        values = [figure["value"] for figure in progress.tell(job, "starting")["numbers"]]
        assert values == [figure["value"] for figure in progress.tell_none("Train")["numbers"]]
    assert values == ["–"] * 4


def test_a_learning_rate_that_a_schedule_has_led_far_down_fits_its_place():
    job = FakeJob(SETUP, "finished")
    job.history.add_steps(to_rows([StepRecord(51, 0.51, 0.1, 0.9, 0.00000005354, 64)], [0.0]))
    with speaking("en"):
        figure = progress.tell(job, "finished")["numbers"][-1]
    assert figure["value"] == "5.4 × 10⁻⁸"


def test_the_page_and_the_route_tell_the_same(open_run):
    page, job = open_run("running")
    with speaking("en"):
        answer = progress.follow(job, 0, 0)
    assert sent_to(page, "nnlab_run_state")["state"] == answer["state"]
    assert sent_to(page, "nnlab_run_numbers")["numbers"] == answer["numbers"][:3]  # the fourth is a field
    told = sent_to(page, "nnlab_run_curve")
    assert (told["run"], told["shape"], told["language"]) == (job.id, answer["shape"], "en")
