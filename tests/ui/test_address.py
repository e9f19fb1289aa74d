"""An address is followed where it says something new, written when something is chosen, and otherwise passed over."""

import re
from urllib.parse import parse_qs, urlencode

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.state.query_params import QueryParams

from nnlab.ui import address, ignored, restrictions, state
from nnlab.ui.parameters import PARAMETERS, rule_of
from nnlab.ui.places import PAGES
from tests.hostile import within_bounds
from tests.ui.latest import latest

NAMES = st.sampled_from([*PARAMETERS, "leson", "fbclid"]) | st.text(max_size=20)
VALUES = (
    st.text()
    | st.text("0123456789.,-e`*_[](){}<>#\n\u2028\u202e ", max_size=400)
    | st.sampled_from(["ko", "large", "1", "optimizer,epochs", "play", "loss", "map", "units", "7"])
)
ADDRESSES = st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=3), max_size=8)


@pytest.fixture
def opened(monkeypatch):
    """A function that opens a page with an address, in the same session."""
    monkeypatch.setattr(streamlit, "session_state", {})
    now = [100.0]
    monkeypatch.setattr(address.time, "monotonic", lambda: now[0])

    def opened(page: str, /, **query: str | list[str]) -> None:
        now[0] += 10
        monkeypatch.setattr(streamlit, "query_params", QueryParams(dict(query)))
        address.arrive(page)

    opened.now = now
    return opened


@given(st.sampled_from(sorted(PAGES)), ADDRESSES)
def test_whatever_an_address_says_each_name_is_used_or_told(opened, page, query):
    streamlit.session_state.clear()
    with within_bounds():
        opened(page, **query)
        state.follow_address()
        restrictions.follow(page)
        notes = address.notes()
    told = {note.key for note in notes}
    for name in query.keys() & PARAMETERS.keys():
        if rule_of(name, page) is not None and not isinstance(address.value(name), tuple):
            assert (address.value(name) is None) == (name in told and len(query[name]) == 1) or len(query[name]) > 1
    assert state.language() in ("en", "ko")
    streamlit.session_state["language"] = "en"
    slips = ignored.slips(address.names(), address.rules())
    words = ignored.explain([*notes, *slips], address.rules())
    assert len(words) < 4000
    outside = re.sub(r"`[^`\n]*`", "", words)  # what is quoted is shown as it is; all else is the page's own
    assert not re.search(r"[<>\[\]]|\n\n", outside), words


def test_an_address_is_followed_once(opened):
    opened("activations", section="depth")
    assert address.asked("section") == "depth"
    assert address.asked("section") is None
    assert address.value("section") == "depth"


def test_what_was_chosen_is_not_undone_by_the_address_that_the_browser_sends_late(opened):
    opened("activations", section="depth")
    address.asked("section")
    address.write(section="health")
    streamlit.query_params["section"] = "depth"  # sent before the browser heard of the change
    opened.now[0] += 1
    assert address.asked("section") is None


def test_the_browsers_way_back_is_followed(opened):
    opened("activations", section="depth")
    address.asked("section")
    address.write(section="health")
    opened.now[0] += 5
    streamlit.query_params["section"] = "depth"
    assert address.asked("section") == "depth"


def test_a_page_that_is_opened_again_is_asked_again_but_the_visit_is_not(opened):
    opened("activations", section="depth", lang="ko")
    assert (address.asked("section"), address.asked("lang")) == ("depth", "ko")
    opened("learn", lang="ko")
    opened("activations", section="depth", lang="ko")
    assert (address.asked("section"), address.asked("lang")) == ("depth", None)


def test_a_name_of_another_page_means_nothing(opened):
    opened("learn", section="depth", lesson="nonsense")
    assert address.asked("section") is None
    assert [note.key for note in address.notes()] == ["lesson"]


def test_what_is_told_stays_until_something_else_is_chosen(opened):
    opened("activations", section="nonsense")
    address.write(section="curves")  # what stands in for it
    address.write(section="curves")
    assert address.notes()
    address.write(section="depth")
    assert not address.notes()


def test_only_changes_are_written_and_all_in_one_message(opened, monkeypatch):
    opened("train", epochs="3", fbclid="x")
    sent = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda self: sent.append(dict(self._query_params)))
    address.write(epochs="3", lr=None)
    assert sent == []
    address.write(epochs=None, lr="0.5", seed="0")
    assert sent == [{"fbclid": ["x"], "lr": "0.5", "seed": "0"}]


@pytest.mark.parametrize("seconds", [1, 30])
def test_what_is_chosen_back_before_the_browser_heard_of_a_change_is_written(opened, monkeypatch, seconds):
    """A rate is stepped to 0.33 and at once back to 0.32, faster than the server answers."""
    opened("train", lr="0.32")
    sent = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda self: sent.append(dict(self._query_params)))
    address.write(lr="0.33")
    opened.now[0] += seconds
    monkeypatch.setattr(streamlit, "query_params", QueryParams({"lr": "0.32"}))  # as it was when the browser spoke
    address.arrive("train")
    address.write(lr="0.32")
    address.write(lr="0.32")
    assert sent == [{"lr": "0.33"}, {"lr": "0.32"}]


def test_what_the_browser_has_not_heard_of_is_not_taken_back_by_the_next_write(opened, monkeypatch):
    """A lesson is opened, and a part of it that is drawn alone writes before the browser knows the new address."""
    opened("learn", lesson="training", lang="en")
    address.write(lesson="plane")
    monkeypatch.setattr(streamlit, "query_params", QueryParams({"lesson": "training", "lang": "en"}))
    sent = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda self: sent.append(dict(self._query_params)))
    address.write(plane="points:xor")
    assert sent == [{"lang": ["en"], "lesson": "plane", "plane": "points:xor"}]
    opened("learn", lesson="training", lang="en")  # back, a while later: that is what the visitor wants
    assert address.asked("lesson") == "training"
    address.write(plane=None)
    assert sent[1:] == [{"lesson": ["training"], "lang": ["en"]}]


def test_an_address_that_was_followed_back_is_not_written_again(opened, monkeypatch):
    """The browser would take it for a new page, and its way forward would be gone."""
    opened("activations", section="depth")
    address.asked("section")
    sent = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda self: sent.append(dict(self._query_params)))
    address.write(section="health")
    opened("activations", section="depth")
    assert address.asked("section") == "depth"
    address.write(section="depth")
    assert sent == [{"section": "health"}]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_its_language_and_size_and_so_do_its_links(open_page, name, language):
    page = open_page(name, language, size="large")
    assert not page.exception
    assert page.session_state["large_text"] is True
    assert page.query_params["lang"] == language or page.query_params["lang"] == [language]
    links = [parse_qs(link.proto.query_string) for link in page.get("page_link")]
    assert links
    assert all(link == {"lang": [language], "size": ["large"]} for link in links)


def test_a_chosen_size_stands_in_the_address_and_normal_does_not(open_page):
    page = open_page("draw")
    latest(page.toggle, "large_text.switch").set_value(True).run()
    assert _said(page)["size"] == "large"
    latest(page.toggle, "large_text.switch").set_value(False).run()
    assert "size" not in _said(page)


def _said(page) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_wrong_section_lesson_or_neuron_is_told_and_the_page_opens(open_page, language):
    page = open_page("activations", language, section="<b>")
    assert page.segmented_control(key="activations.section").value == "curves"
    assert "`section=<b>`" in page.warning[0].value
    assert "curves, depth, health" in page.warning[0].value
    page.segmented_control(key="activations.section").set_value("depth").run()
    assert not page.run().warning  # the head of the page is drawn before its section is known
    page = open_page("home", language, size="huge")
    assert "`size=huge`" in page.warning[0].value
    assert "normal, large" in page.warning[0].value
    assert "`lesson=x`" in open_page("learn", language, lesson="x").warning[0].value
    page = open_page("inspect", language, layer="7", neuron="3")  # the bundled network has four
    assert not page.exception
    assert "`layer=7`" in page.warning[0].value
    assert _said(page)["layer"] == "1"


def test_a_slip_in_a_name_is_told_and_what_messengers_append_is_not(open_page):
    assert "`leson`" in open_page("learn", leson="loss", fbclid="x").warning[0].value
    assert not open_page("learn", fbclid="x", utm_source="mail").warning


def test_a_network_that_is_gone_is_told(open_page):
    page = open_page("draw", network="made-up")
    assert not page.exception
    assert page.selectbox(key="draw.network").value == "bundled"
    assert "`network=made-up`" in page.warning[0].value


def test_the_digit_that_is_shown_stands_in_the_address(open_page):
    page = open_page("draw", view="test", image="5")
    assert page.session_state["draw.digit"] == 4
    assert (_said(page)["view"], _said(page)["image"]) == ("test", "5")
    assert page.segmented_control(key="draw.source").value == "test"


def test_a_set_up_in_the_address_of_another_page_is_the_train_pages(open_page):
    page = open_page("learn", lesson="loss", act="tanh", epochs="3")
    page.query_params = {}
    page.switch_page("pages/train.py").run()
    assert page.session_state["train.activation"] == "tanh"
    assert page.session_state["train.epochs"] == 3
    assert urlencode({"act": "tanh", "epochs": "3"}) in urlencode(_said(page))
