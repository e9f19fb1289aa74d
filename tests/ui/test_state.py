"""Who the visitor is, as the server sees it."""

from types import SimpleNamespace

import pytest
import streamlit as st
from hypothesis import given, strategies
from streamlit.runtime.state.query_params import QueryParams

from nnlab.ui import keys, state
from tests.hostile import JSON, within_bounds

VISIT, OWNER = "v" * 22, "o" * 22


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """An empty session."""
    monkeypatch.setattr(st, "session_state", {})


def test_names_are_made_once_and_have_the_form_that_the_browser_checks():
    first = state.identity()
    assert first == state.identity()
    assert all(state._is_name(name) for name in first.values())
    assert first["visit"] != first["owner"]


def test_the_browser_knows_better():
    state.identity()
    state.adopt({"visit": VISIT, "owner": OWNER})
    assert state.identity() == {"visit": VISIT, "owner": OWNER}


@pytest.mark.parametrize(
    "said", [None, "x", {}, {"visit": VISIT}, {"visit": VISIT, "owner": 5}, {"visit": VISIT, "owner": "../" + "a" * 19}]
)
def test_what_has_not_the_form_of_a_name_is_not_adopted(said):
    before = state.identity()
    state.adopt(said)
    assert state.identity() == before


def test_runs_go_along_with_their_owner(monkeypatch):
    from nnlab.runs import jobs

    run = SimpleNamespace(owner=state.owner())
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: [run] if owner == run.owner else [])
    state.adopt({"visit": VISIT, "owner": OWNER})
    assert run.owner == OWNER


def test_what_is_kept_is_there_in_the_visits_next_session(monkeypatch):
    state.adopt({"visit": VISIT, "owner": OWNER})
    state.keep("score", 3)
    state.keep("drawing", "a 7")
    state.drop("drawing")
    monkeypatch.setattr(st, "session_state", {})  # a reload
    state.identity()
    state.adopt({"visit": VISIT, "owner": OWNER})
    assert st.session_state["score"] == 3
    assert "drawing" not in st.session_state


@pytest.mark.parametrize(("asked", "language"), [(None, "ko"), ("en", "en")])
def test_a_chosen_language_holds_until_an_address_asks_for_another(monkeypatch, asked, language):
    monkeypatch.setattr(st, "query_params", QueryParams())
    visit = "w" * 22
    state.adopt({"visit": visit, "owner": OWNER})
    state.set_language("ko")
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", QueryParams({"lang": asked} if asked else {}))
    assert state.language() == "en"  # of the first run, which does not know the visit yet
    state.adopt({"visit": visit, "owner": OWNER})
    assert state.language() == language


def test_a_widget_is_made_anew_when_the_browser_has_said_whose_visit_it_is():
    """What the session told the browser before it knew comes back after that, and would undo what was kept."""
    assert state.widget_showing("x", None) == "x"
    state.adopt({"visit": VISIT, "owner": OWNER})
    st.session_state["x"] = 7  # for a moment the browser and the server agree
    assert state.widget_showing("x", 7) == "x.1"
    assert not state.is_heard("x", "x")
    state.adopt({"visit": VISIT, "owner": OWNER})  # nothing new
    assert state.widget_showing("x", 7) == "x.1"


def test_a_widget_is_made_anew_when_the_browser_shows_something_else():
    assert state.widget_showing("x", 1) == "x"
    assert state.widget_showing("x", 1) == "x"
    assert state.widget_showing("x", 2) == "x.1"
    assert state.is_heard("x", "x.1")
    assert not state.is_heard("x", "x")
    st.session_state["x.1"] = 3  # the visitor chose it, and that was accepted
    assert state.widget_showing("x", 3) == "x.1"
    assert state.widget_showing("x", None) == "x.2"
    assert st.session_state["x.2"] is None


NAME_LIKE = strategies.from_regex(r"[\w-]{21,23}", fullmatch=True) | strategies.sampled_from([VISIT, OWNER]) | JSON


@given(strategies.dictionaries(strategies.sampled_from(["visit", "owner", "instead"]), NAME_LIKE) | JSON)
def test_whoever_a_browser_says_it_is_names_keep_their_form(said):
    """A name of another form would be nobody's: it is not adopted, and neither is half of an identity."""
    st.session_state.clear()
    before = state.identity()
    with within_bounds():
        state.adopt(said)
    after = state.identity()
    assert all(state._is_name(name) for name in after.values())
    assert after in (before, {name: said.get(name) for name in before} if isinstance(said, dict) else before)


@given(strategies.text(), strategies.text())
def test_no_link_leads_to_a_run_that_is_not_there_or_steers_another(run, steer):
    """Whatever stands for the run and for its key in an address: to steer takes the very key."""
    job = SimpleNamespace(id="i" * 16, steering_key="k" * 16, owner=OWNER)
    st.session_state.clear()
    with pytest.MonkeyPatch.context() as patch, within_bounds():
        patch.setattr(st, "query_params", {"run": run, "steer": steer})
        assert state.current_job() is None
        assert state.has_lost_job() == bool(run)
        assert not state.may_steer(job)
        patch.setattr(st, "query_params", {"run": run, "steer": job.steering_key})
        assert state.may_steer(job)


@given(strategies.text())
def test_whatever_language_an_address_asks_for_there_is_one(wanted):
    st.session_state.clear()
    with pytest.MonkeyPatch.context() as patch, within_bounds():
        patch.setattr(st, "query_params", QueryParams({"lang": wanted}))
        assert state.language() in ("en", "ko")


def test_of_a_run_in_the_address_no_more_is_kept_than_an_id_has(monkeypatch):
    """Each address that a session asks for is remembered: long ones, asked for again and again, filled the memory."""
    for number in range(3):
        monkeypatch.setattr(st, "query_params", {"run": f"{number}" + "x" * 1_000_000})
        assert state.current_job() is None
        assert state.has_lost_job()
    assert sum(map(len, st.session_state[keys.KNOWN_RUNS])) < 1000
