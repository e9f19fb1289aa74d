"""Predict first: what answers the notes' question is not on the page before the visitor has answered it."""

import pytest

from nnlab.ui.components import live_run
from nnlab.ui.text import fill, strings
from tests.ui.train.reading import words

ANSWER = "train.predicted"


@pytest.fixture
def curves(monkeypatch):
    """For each drawing of the curve, whether the notes' run stood behind it."""
    drawn = []
    monkeypatch.setattr(live_run, "show_curve", lambda *given, with_notes: drawn.append(with_notes))
    return drawn


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_notes_curve_waits_for_an_answer(office, open_page, curves, language):
    texts = strings(language)
    page = open_page("train", language)
    assert curves[-1] is False
    assert texts["train.curve_waits"] in words(page)
    assert "102.5" not in words(page)
    page.button_group(key=ANSWER).set_value(3).run()
    assert curves[-1] is True
    assert texts["train.curve_waits"] not in words(page)
    assert fill(texts["train.predicted_note"], epoch=3) in words(page)


@pytest.mark.parametrize(("status", "is_shown"), [("running", False), ("paused", False), ("finished", True)])
def test_it_waits_while_a_run_is_under_way_and_comes_when_one_has_ended(open_run, curves, status, is_shown):
    page, _ = open_run(status)
    page.selectbox(key="train.preset").set_value("notes").run()
    assert curves[-1] is is_shown


def test_the_other_presets_ask_nothing_that_it_answers(office, open_page, curves):
    page = open_page("train")
    page.selectbox(key="train.preset").set_value("quick").run()
    assert curves[-1] is True
    assert ANSWER not in [group.key for group in page.button_group]


def test_where_a_link_hides_the_presets_nobody_is_asked(office, open_page, curves):
    page = open_page("train", hide="preset")
    assert curves[-1] is True
    assert ANSWER not in [group.key for group in page.button_group]
