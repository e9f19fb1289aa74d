"""The Train page: what a visit finds, by which address, and what a start starts."""

from dataclasses import fields

import pytest

from nnlab.config import PRESETS, DataConfig, ModelConfig, TrainConfig
from nnlab.sources import mnist
from nnlab.ui import keys
from nnlab.ui.text import fill, strings
from tests.ui.train.fake_runs import SETUP, FakeJob
from tests.ui.train.reading import buttons, first, words


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_first_visit_offers_the_notes_run(office, open_page, language):
    page = open_page("train", language)
    assert not page.exception
    assert page.selectbox(key="train.preset").value == "notes"
    assert buttons(page) == {"start": True, "step": True, "epoch": True, "stop": False, "reset": False}
    assert first(page).label == strings(language)["train.start_many"].format(epochs=10)
    assert "109,386" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("name", "place"), [("notes", None), ("dead", "section=health"), ("diverging", "lesson=descent")]
)
def test_a_preset_asks_before_it_explains(office, open_page, language, name, place):
    texts = strings(language)
    page = open_page("train", language)
    page.selectbox(key="train.preset").set_value(name).run()
    assert texts[f"train.preset_{name}_ask"] in [caption.value for caption in page.caption]
    (fold,) = [fold for fold in page.expander if fold.label == texts["train.preset_explained"]]
    assert not fold.proto.expanded
    assert [caption.value for caption in fold.caption] == [texts[f"train.preset_{name}_note"]]
    links = [(link.proto.label, link.proto.query_string) for link in fold.get("page_link")]
    assert links == ([(texts[f"train.preset_{name}_cause"], f"lang={language}&{place}")] if place else [])


def test_a_line_says_what_a_chosen_rule_does(office, open_page):
    page, texts = open_page("train"), strings("en")
    for field, choice in (("optimizer", "adam"), ("schedule", "cosine"), ("initialization", "zeros")):
        page.selectbox(key=f"train.{field}").set_value(choice).run()
        assert texts[f"train.{field}_{choice}_note"] in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_notes_report_stands_at_their_curve(office, open_page, language):
    page = open_page("train", language)
    page.button_group(key="train.predicted").set_value(1).run()
    (told,) = [caption.value for caption in page.caption if "102.5" in caption.value]
    assert "95.16%" in told
    about = fill(strings(language)["train.curve_about"], seconds=102.5, accuracy="95.16%")
    assert told == f"{about}  \n{strings(language)['train.curve_lines']}"


def test_start_starts_what_the_controls_say_and_puts_it_into_the_address(office, open_page):
    page = open_page("train")
    page.selectbox(key="train.preset").set_value("quick").run()
    assert first(page).label == "Train 1 epoch"
    first(page).click().run()
    assert office.started[0].setup == PRESETS["quick"].setup
    assert "made-up" in page.query_params["run"]
    assert "pause" in buttons(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("status", "is_told"), [("running", True), ("starting", True), ("finished", False)])
def test_a_run_says_that_its_process_died_while_it_goes_on(open_run, language, status, is_told):
    page, job = open_run(status, language)
    told = strings(language)["train.recovered"].format(step="1,200")
    assert told not in words(page)
    job.recovered_from = 1200
    page.run()
    assert (told in words(page)) is is_told


@pytest.mark.parametrize(("button", "command"), [("step", "step_once"), ("epoch", "run_epoch")])
def test_one_step_of_nothing_begins_a_run_that_pauses(office, open_page, button, command):
    page = open_page("train")
    page.button(key=f"train.{button}").click().run()
    assert office.started[0].status == "paused"
    assert office.started[0].commands == [(command,)]


def test_an_address_that_the_browser_sends_late_does_not_bring_back_a_run_that_was_reset(open_run):
    page, job = open_run("running")
    page.button(key="train.reset").click().run()
    page.query_params["run"] = job.id
    page.run()
    assert "start" in buttons(page)
    assert "run" not in page.query_params
    assert strings("en")["train.lost_run"] not in words(page)


def test_reset_ends_the_run_and_clears_the_page(open_run):
    page, job = open_run("running")
    page.button(key="train.reset").click().run()
    assert job.commands == [("stop",)]
    assert "run" not in page.query_params
    assert "start" in buttons(page)


def test_controls_that_no_longer_match_the_run_are_told(open_run):
    page, _ = open_run("running")
    assert page.text_input(key="train.epochs.typed").value == "10"  # this visitor's own; the run has 2
    assert "You have changed settings" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_visit_by_the_address_of_a_run_shows_its_settings(office, open_page, language):
    office.jobs["made-up"] = FakeJob(SETUP)
    page = open_page("home", language)
    page.switch_page("pages/train.py")
    page.query_params["run"] = "made-up"
    page.run()
    assert page.text_input(key="train.epochs.typed").value == "2"
    assert strings(language)["train.changed"].split("(")[0] not in words(page)


def test_a_run_that_is_gone_is_said_to_be_gone(office, open_page):
    page = open_page("train")
    page.query_params["run"] = "forgotten"
    page.run()
    assert strings("en")["train.lost_run"] in words(page)
    assert "start" in buttons(page)


def test_who_asks_for_mnist_without_it_is_told_what_to_do(office, open_page, monkeypatch):
    monkeypatch.setattr(mnist, "has_mnist", lambda root=None: False)
    page = open_page("train", data="mnist")
    assert strings("en")["train.no_mnist"] in words(page)


def test_a_run_says_that_it_learns_from_the_built_in_digits(open_run):
    page, job = open_run("running")
    job.data_source = "builtin"
    page.run()
    assert strings("en")["train.no_mnist"] not in words(page)
    assert strings("en")["train.builtin_note"] in words(page)
    assert strings("en")["common.source_builtin"] in words(page)


def test_a_link_that_cannot_be_used_is_explained(office, open_page):
    page = open_page("home")
    page.switch_page("pages/train.py")
    page.query_params["hidden"] = "9999"
    page.query_params["epochs"] = "3"
    page.run()
    assert "`hidden=9999`" in words(page)
    assert page.text_input(key="train.epochs.typed").value == "3"


def settings(page) -> dict:
    """What the page's controls hold, whatever widgets they are."""
    assert not page.exception
    names = [setting.name for part in (ModelConfig, TrainConfig, DataConfig) for setting in fields(part)]
    of_settings = [keys.Train.setting(name) for name in names if name != "hidden_sizes"]
    return {key: page.session_state[key] for key in [*of_settings, keys.Train.units(0), keys.Train.LAYER_COUNT]}


@pytest.mark.parametrize("run", [{}, {"run": "made-up"}], ids=["no run", "a run"])
def test_a_link_that_a_messenger_changed_is_the_same_link(office, open_page, run):
    if run:
        office.jobs["made-up"] = FakeJob(SETUP)
    pages = []
    for appended in ({}, {"fbclid": "abc", "utm_source": "x"}):
        page = open_page("home")
        page.switch_page("pages/train.py")
        page.query_params.update({**run, **appended})
        pages.append(page.run())
    plain, changed = pages
    assert settings(changed) == settings(plain)
    assert [box.value for box in changed.warning] == [box.value for box in plain.warning]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_says_with_how_many_threads_it_computes_if_more_than_one(open_run, language):
    page, job = open_run("running", language)
    sentence = strings(language)["train.this_run_threads"].format(threads=2)
    assert sentence not in words(page)
    job.threads = 2
    assert sentence in words(page.run())
