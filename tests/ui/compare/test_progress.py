"""How a series goes on is told, and its owner can end it and take it up again."""

from __future__ import annotations

import pytest

from nnlab.compare.grid import Axis, Grid
from nnlab.compare.series import all_series
from nnlab.config import Setup
from nnlab.ui import keys
from nnlab.ui.text import strings
from tests.ui.compare.made import entry
from tests.ui.drawing import words

SETUPS = Grid(Setup(), (Axis("activation", ("relu", "sigmoid", "tanh")),)).setups


@pytest.fixture
def begun():
    """Two of three runs are over."""
    return all_series.begin("ada", SETUPS, [entry(setup) for setup in SETUPS[:2]])


def buttons(page) -> set[str]:
    return {button.key for button in page.button}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_done_is_told(open_page, begun, language):
    page = open_page("compare", language, series=begun.id)
    assert not page.exception
    (bar,) = page.get("progress")
    told = strings(language)["compare.progress"].format(over=2, count=3)
    assert bar.proto.text == f"{told} {strings(language)['common.writing_digits']}"  # which few tests have
    assert bar.proto.value == 66


def test_only_the_owner_can_cancel_and_go_on(open_page, begun):
    page = open_page("compare", series=begun.id)
    assert "compare.cancel" not in buttons(page)
    begun.owner = page.session_state[keys.OWNER]
    page.run()
    page.button(key="compare.cancel").click().run()
    assert begun.status == "cancelled"
    assert strings("en")["compare.cancelled"].format(over=2, count=3) in words(page)
    page.button(key="compare.go_on").click().run()
    assert begun.status == "running"
    assert "compare.cancel" in buttons(page)


def test_a_finished_series_has_no_bar(open_page):
    made = all_series.begin("ada", SETUPS, [entry(setup) for setup in SETUPS])
    page = open_page("compare", series=made.id)
    assert not page.get("progress")


def test_what_failed_is_told(open_page, begun):
    begun.planned[0].entry = entry(SETUPS[0], status="failed")
    page = open_page("compare", series=begun.id)
    assert strings("en")["train.failed_crashed"] in words(page)
