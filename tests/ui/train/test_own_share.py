"""The visitor's own digits on the Train page: what is offered, what a run is given, and what is said of the outcome."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnlab.checkpoint import BUNDLED, load_bundled
from nnlab.config import PRESETS, Setup
from nnlab.model import MLP
from nnlab.records import Evaluation
from nnlab.runs import run
from nnlab.runs.history import History
from nnlab.sources.own import FINE_TUNING, OwnDigits, OwnScore, choose
from nnlab.ui import keys, readers, state
from nnlab.ui.collection import KeptDigit
from nnlab.ui.text import strings
from nnlab.ui.train import examination, own_panel
from tests.nnlab.short_runs import restless, snapshot_of, step_in
from tests.ui.train.fake_runs import SETUP, FakeJob
from tests.ui.train.reading import first, words

LANGUAGES = ("en", "ko")
FINE_TUNED = Setup(load_bundled().config, FINE_TUNING)


def drawn(count: int) -> tuple[KeptDigit, ...]:
    """0 to 9 in turn, each image another; every fourth was misread."""
    found = []
    for index in range(count):
        image = np.zeros((28, 28), np.uint8)
        image[8:20, 10:18] = 55 + index
        found.append(KeptDigit(image, index % 10, index % 10 if index % 4 else (index + 1) % 10, 0.9))
    return tuple(found)


def of(digits: tuple[KeptDigit, ...], hold_out: bool = True) -> OwnDigits:
    return choose(np.stack([digit.image for digit in digits]), np.array([digit.meant for digit in digits]), hold_out)


@pytest.fixture
def open_train(office, open_page):
    """A function that opens the page with so many digits in the gallery, and with a run if one is given."""

    def open_train(count: int = 0, language: str = "en", job: FakeJob | None = None, is_own: bool = True):
        page = open_page("home", language)
        if job:
            office.jobs[job.id] = job
            job.owner = page.session_state["owner"] if is_own else "somebody else"
        page.session_state[keys.OWN_DIGITS] = drawn(count)
        page.switch_page("pages/train.py")
        if job:
            page.query_params["run"] = job.id
        page.run()
        assert not page.exception
        return page

    return open_train


def fine_tuned(status: str = "finished", own: OwnDigits | None = None) -> FakeJob:
    """A run that took the network from 15 + 3 of 20 own digits and 99.31 % to 18 + 9 and 99.2 %."""
    job = FakeJob(FINE_TUNED, status)
    job.is_fine_tuning, job.own_digits = True, own or of(drawn(30))
    job.own_scores = [OwnScore(0, 15, 3), OwnScore(50, 18, 9), OwnScore(51, 20, 10)]
    job.history = History()
    job.history.add_evaluation(Evaluation(0, 0.0, 0.1, 0.97, 0.02, 0.9931, 2000, 10_000))
    job.history.add_evaluation(Evaluation(50, 1.5625, 0.1, 0.98, 0.03, 0.992, 2000, 10_000))
    return job


def table(page) -> list[list[str]]:
    """Its cells, line by line, the heading first."""
    bodies = [element.proto.body for element in page.get("html")]
    (found,) = [body for body in bodies if 'class="nnlab-before-after"' in body]
    return [re.findall("<t[hd]>(.*?)</t[hd]>", line) for line in found.split("<tr>")[1:]]


def key(language: str, name: str, **values: object) -> str:
    return strings(language)[f"own_digits.{name}"].format(**values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_digits_the_tab_says_what_to_do(open_train, language):
    page = open_train(0, language)
    assert key(language, "empty") in words(page)
    assert not [button for button in page.button if button.key == "train.fine_tune"]
    assert key(language, "title") not in [heading.value for heading in page.subheader]


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_digits_it_counts_and_divides_them(open_train, language):
    page = open_train(30, language)
    assert key(language, "count", count=30, misread=8) in words(page)
    assert key(language, "divided", trained=20, held_out=10) in words(page)
    assert page.button(key="train.fine_tune").label == key(language, "fine_tune", count=20)
    page.toggle(key=keys.switch_of(keys.Train.HOLD_OUT)).set_value(False).run()
    assert key(language, "all_trained", trained=30) in words(page)
    assert page.button(key="train.fine_tune").label == key(language, "fine_tune", count=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_digits_are_all_learned_from(open_train, language):
    page = open_train(12, language)
    assert key(language, "too_few", least=5) in words(page)
    assert page.button(key="train.fine_tune").label == key(language, "fine_tune", count=12)


def test_fine_tuning_starts_from_the_bundled_weights_with_the_digits(open_train, office):
    page = open_train(30)
    page.button(key="train.fine_tune").click().run()
    assert not page.exception
    (job,) = office.started
    assert job.setup == FINE_TUNED
    assert job.own_digits == of(drawn(30))
    assert job.start_from == BUNDLED.read_bytes()
    assert "made-up" in page.query_params["run"]
    assert page.text_input(key="train.epochs.typed").value == "10"  # the controls stay what they were
    assert page.button(key="train.fine_tune").disabled
    assert key("en", "under_way") in words(page)


@pytest.mark.parametrize("mixes", [False, True])
def test_an_ordinary_run_gets_them_only_if_wanted(open_train, office, mixes):
    page = open_train(30)
    page.toggle(key=keys.switch_of(keys.Train.MIX_OWN)).set_value(mixes).run()
    first(page).click().run()
    (job,) = office.started
    assert job.setup == PRESETS["notes"].setup
    assert job.own_digits == (of(drawn(30)) if mixes else None)
    assert not job.start_from
    assert (key("en", "mixed_in", count=20) in words(page)) == mixes
    assert "You have changed settings" not in words(page)


def test_other_digits_for_the_next_run_are_told(open_train, office):
    page = open_train(30)
    first(page).click().run()
    page.toggle(key=keys.switch_of(keys.Train.MIX_OWN)).set_value(True).run()
    assert f"changed settings since this run began ({key('en', 'tab')})" in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_and_after_are_counts(open_train, language):
    """Of the last score the test set's measurement has not arrived: the table waits for it."""
    page = open_train(30, language, fine_tuned())
    _, trained, held_out, test = table(page)
    share = strings(language)["own_digits.share"].format
    assert trained[1:] == [share(right=15, count=20, share="75%"), share(right=18, count=20, share="90%"), "+3"]
    assert held_out[1:] == [share(right=3, count=10, share="30%"), share(right=9, count=10, share="90%"), "+6"]
    shares = [
        share(right=right, count="10,000", share=part) for right, part in (("9,931", "99.31%"), ("9,920", "99.20%"))
    ]
    assert test[1:] == [*shares, "−11"]
    assert key(language, "honest") in words(page)


def test_the_table_is_there_before_its_numbers(open_train):
    job = fine_tuned("starting")
    job.own_scores, job.history = [], History()
    rows = table(open_train(30, job=job))
    assert [row[1:] for row in rows[1:]] == [["–", "–", "–"]] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_that_were_all_learned_from_are_no_test(open_train, language):
    job = fine_tuned(own=of(drawn(30), hold_out=False))
    page = open_train(30, language, job)
    assert len(table(page)) == 3
    assert key(language, "by_heart") in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fine_tuning_run_is_told_apart_from_what_the_controls_say(open_train, language):
    page = open_train(30, language, fine_tuned())
    said = words(page)
    assert key(language, "fine_tuned") in said
    assert key(language, "controls_note") in said
    assert strings(language)["train.changed"].split("(")[0] not in said


def test_a_visit_by_the_address_of_a_fine_tuning_run_keeps_the_usual_settings(open_train):
    """The run's own would train the large network from random weights on 2,000 images. Its digits are still there."""
    page = open_train(0, job=fine_tuned())
    assert page.selectbox(key="train.preset").value == "notes"
    assert len(table(page)) == 4
    assert key("en", "title") in [heading.value for heading in page.subheader]


def test_who_watches_another_visitors_run_does_not_see_that_visitors_digits(open_train):
    page = open_train(0, job=fine_tuned(), is_own=False)
    assert key("en", "title") not in [heading.value for heading in page.subheader]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_digits_test_the_run(monkeypatch, open_train, language):
    """A network that says 4 to everything reads 4 of 40; the run learned from 20, two of these being fours."""
    monkeypatch.setattr(examination, "section", lambda job: None)  # the test images', where there are any
    job = fine_tuned(own=of(drawn(30)))
    model = MLP(SETUP.model).eval()
    model.linears[-1].weight.data.zero_()
    model.linears[-1].bias.data.zero_()[4] = 5.0
    job.setup, job.snapshot = SETUP, lambda: snapshot_of(model, 50)
    page = open_train(40, language, job)
    assert key(language, "read", right=4, count=40, epoch="5.00", step="50") in words(page)
    assert key(language, "some_new", count=20, right=2) in words(page)
    assert len([found for found in page.markdown if "→ **4**" in found.value]) == 24
    assert key(language, "misread_part", shown=24) in words(page)


def test_the_step_that_is_told_is_that_of_the_weights_that_read(monkeypatch):
    told = []
    monkeypatch.setattr(own_panel, "_show_reading", lambda job, step, model, *_: told.append((step, step_in(model))))
    monkeypatch.setattr(own_panel, "_to_test", lambda job: (np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.int64)))
    monkeypatch.setattr(own_panel.st, "subheader", lambda *_, **__: None)
    own_panel.section(restless())
    assert told[0][0] == told[0][1]


def test_the_table_compares_whole_test_sets_not_samples(open_train):
    """A network too large to be evaluated at its start has a sample as its first evaluation."""
    job = fine_tuned()
    whole, job.history = job.history.evaluations, History()
    for evaluation in (Evaluation(1, 0.03, 0.1, 0.9, 0.1, 0.9, 1000, 1000, is_sample=True), *whole):
        job.history.add_evaluation(evaluation)
    assert any("9,920 of 10,000" in cell for cell in table(open_train(30, job=job))[3])


def test_a_run_that_diverged_reads_nothing(open_train):
    job = fine_tuned("failed")
    job.reason, job.snapshot = run.Reason("diverged", ""), lambda: snapshot_of(MLP(SETUP.model), 50)
    assert key("en", "later", count=30) in words(open_train(30, job=job))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_draw_page_calls_it_by_what_it_is(monkeypatch, language):
    monkeypatch.setattr(state, "language", lambda: language)
    job = fine_tuned()
    job.latest_evaluation = job.history.evaluations[-1]
    assert readers.describe(job).startswith(strings(language)["common.fine_tuned_short"].format(count=20))
    job.is_fine_tuning = False
    assert strings(language)["common.mixed_short"].format(count=20) in readers.describe(job)
    job.own_digits = None
    assert strings(language)["common.mixed_short"].format(count=20) not in readers.describe(job)
