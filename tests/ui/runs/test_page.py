"""The page of a visitor's own runs: the list, one of them, what can be done with it, and whose they are."""

import pytest

from nnlab.ui.text import strings

EN = strings("en")


def titles(page) -> list[str]:
    return [button.label for button in page.button if (button.key or "").startswith("runs.open_")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_runs_it_says_what_to_do(open_runs, language):
    page = open_runs(language)
    assert not page.exception
    assert [info.value for info in page.info] == [strings(language)["runs.none"]]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_runs_of_this_browser_are_there_and_open(open_runs, past, language):
    page = open_runs(language)
    assert not page.exception
    assert titles(page) == ["784-8-10, ReLU"] * 2
    page.button(key=f"runs.open_{past.finished.id}").click().run()
    assert not page.exception
    assert page.query_params["run"] in (past.finished.id, [past.finished.id])
    assert page.get("plotly_chart")
    page.button(key="runs.back").click().run()
    assert len(titles(page)) == 2
