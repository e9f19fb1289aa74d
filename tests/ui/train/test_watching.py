"""Other visitors' runs: watched by their address, steered by whom the owner gave the link to."""

import pytest

from nnlab.ui.text import strings
from tests.ui.train.reading import buttons, first, links, live_rate, words


@pytest.mark.parametrize("language", ["en", "ko"])
def test_another_visitors_run_can_be_watched_and_left_but_not_steered(open_run, office, language):
    page, job = open_run("running", language, is_own=False)
    assert buttons(page) == {"start": True, "step": False, "epoch": False, "stop": False, "leave": True}
    assert strings(language)["train.watching"].format(start=first(page).label) in words(page)
    assert live_rate(page) is None
    assert "steer" not in page.query_params
    assert job.steering_key not in words(page) + "".join(links(page))
    page.button(key="train.leave").click().run()
    assert not job.commands
    assert "run" not in page.query_params
    first(page).click().run()
    assert office.started[0].owner == page.session_state["owner"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whom_the_owner_gave_the_link_to_steer_steers(open_run, language):
    page, job = open_run("running", language, is_own=False)
    page.query_params["steer"] = "a guess"
    page.run()
    assert strings(language)["train.watching"].format(start=first(page).label) in words(page)
    page.query_params["steer"] = job.steering_key
    page.run()
    assert strings(language)["train.steering"] in words(page)
    assert live_rate(page).value == str(job.learning_rate)
    first(page).click().run()
    assert job.commands == [("pause",)]
    assert job.steering_key in page.query_params["steer"]  # a reload may steer, too


def test_an_owner_finds_links_to_watch_and_to_steer(open_run):
    page, job = open_run("running")
    settings, watch, steer = [address.split("?")[1] for address in links(page)]
    assert "run=" not in settings
    assert watch == f"run={job.id}"
    assert steer == f"run={job.id}&steer=the+key"
