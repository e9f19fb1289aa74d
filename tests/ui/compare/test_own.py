"""Runs that the visitor has are picked, up to eight, and the address finds them again."""

from __future__ import annotations

import pytest

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation, StepRecord
from nnlab.runs.run import Job
from nnlab.ui import kept, keys, run_words
from nnlab.ui.kept import OwnRun
from nnlab.ui.text import speaking, strings
from tests.ui.drawing import words


def job(activation: str, accuracy: float) -> Job:
    made = Job(Setup(ModelConfig((8,), activation)))
    made.status, made.latest = "finished", StepRecord(938, 1.0, 0.5, 0.9, 0.01, 64)
    made.latest_evaluation = Evaluation(938, 1.0, 0.3, accuracy, 0.3, accuracy, 100, 100)
    made.history.add_evaluation(made.latest_evaluation)
    return made


@pytest.fixture
def own(monkeypatch):
    runs = [OwnRun(each.id, each) for each in (job("relu", 0.91), job("tanh", 0.93), job("elu", 0.92))]
    monkeypatch.setattr(kept, "own_runs", lambda: runs)
    monkeypatch.setattr(kept, "find", lambda run_id: next((run for run in runs if run.id == run_id), None))
    return runs


def test_two_picked_runs_are_compared_and_the_address_says_which(open_page, own):
    page = open_page("compare", section="table")
    page.segmented_control(key=keys.Compare.WAY).set_value("own").run()
    assert strings("en")["compare.pick_two"] in words(page)
    page.multiselect[0].set_value([own[1].id, own[0].id]).run()
    assert not page.exception
    assert "|  | tanh | ReLU |" in words(page)
    assert "| Test accuracy | **93.00%** | 91.00% |" in words(page)
    assert ",".join([own[1].id, own[0].id]) in page.query_params["runs"]


def test_a_link_opens_the_runs_that_it_names_and_leaves_out_unknown_ones(open_page, own):
    page = open_page("compare", section="table", runs=f"{own[2].id},gone,{own[0].id}")
    assert not page.exception
    assert "|  | ELU | ReLU |" in words(page)


def test_somebody_elses_runs_can_be_looked_at_by_their_names(open_page, own, monkeypatch):
    monkeypatch.setattr(kept, "own_runs", lambda: [])
    page = open_page("compare", section="table", runs=f"{own[0].id},{own[1].id}")
    assert not page.exception
    assert "|  | ReLU | tanh |" in words(page)


def test_without_any_run_the_way_to_train_one_is_shown(open_page, monkeypatch):
    monkeypatch.setattr(kept, "own_runs", lambda: [])
    page = open_page("compare")
    page.segmented_control(key=keys.Compare.WAY).set_value("own").run()
    assert not page.exception
    assert strings("en")["compare.no_runs"] in words(page)


@pytest.mark.parametrize(("name", "first"), [("", "tanh · 8 · SGD 0.01 · 93.0%"), ("mine", "mine · 93.0% · tanh")])
def test_the_menu_says_first_what_tells_a_run_from_the_others(open_page, own, monkeypatch, name, first):
    monkeypatch.setattr(OwnRun, "name", name)
    page = open_page("compare")
    page.segmented_control(key=keys.Compare.WAY).set_value("own").run()
    assert page.multiselect[0].options[1].startswith(first)
    assert "Seed 0" in page.multiselect[0].options[1]


def test_a_run_that_is_not_finished_says_how_far_it_is(open_page, own):
    own[0].live.status = "stopped"
    page = open_page("compare")
    page.segmented_control(key=keys.Compare.WAY).set_value("own").run()
    said = strings("en")["common.menu_run_stopped"].format(epoch="1.0")
    assert [said in option for option in page.multiselect[0].options] == [True, False, False]


def test_a_link_that_names_a_run_twice_shows_it_once(open_page, own):
    page = open_page("compare", section="table", runs=f"{own[2].id},{own[0].id},{own[2].id}")
    assert not page.exception
    assert "|  | ELU | ReLU |" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whoever_has_picked_as_many_as_fit_is_told_what_to_do(open_page, own, monkeypatch, language):
    monkeypatch.setattr("nnlab.ui.compare.own.MOST_VARIANTS", 2)
    said = strings(language)["compare.full"].format(most=2)
    page = open_page("compare", language, runs=own[0].id)
    assert said not in words(page)
    page.multiselect[0].set_value([own[0].id, own[1].id]).run()
    assert not page.exception
    assert said in words(page)
    styles = "".join(element.proto.body for element in page.get("html"))
    assert f'content: "{said}"' in styles  # where Streamlit would say so in English


def test_a_run_that_is_deleted_elsewhere_leaves_the_comparison(open_page, own):
    page = open_page("compare", section="table", runs=",".join(run.id for run in own))
    assert "|  | ReLU | tanh | ELU |" in words(page)
    own.pop(1)
    page.run()
    assert not page.exception
    assert "|  | ReLU | ELU |" in words(page)


def test_in_every_menu_two_runs_that_differ_in_their_rate_are_told_apart():
    runs = [Job(Setup(ModelConfig((8,)), TrainConfig("sgd", rate))) for rate in (0.01, 0.5)]
    with speaking("en"):
        one, other = (run_words.label(OwnRun(run.id, run)) for run in runs)
    assert "SGD 0.01" in one
    assert "SGD 0.5" in other
