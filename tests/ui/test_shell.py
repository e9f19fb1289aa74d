"""The frame of every page."""

import re

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage

from nnlab.ui import keys
from nnlab.ui.shell import PAGES
from nnlab.ui.text import strings
from tests.ui.drawing import SEVEN, draw
from tests.ui.latest import latest


def without_links(markdown: str) -> str:
    """The words of prose without its links to the glossary."""
    return re.sub(r'\[([^\]]*)\]\(glossary\?\S+ "[^"]*"\)', r"\1", markdown)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_with_its_title_and_purpose(open_page, name, language):
    page = open_page(name, language)
    assert not page.exception
    assert page.title[0].value == strings(language)[f"{name}.title"]
    assert without_links(page.markdown[0].value) == strings(language)[f"{name}.purpose"]


def test_the_language_switch_changes_the_words(open_page):
    page = open_page("home", "en")
    latest(page.segmented_control, "shell.language").set_value("ko").run()
    assert without_links(page.markdown[0].value) == strings("ko")["home.purpose"]


@pytest.mark.parametrize(
    ("name", "key", "title"), [("draw", "bringing.fold", "brought.title"), ("train", "train.advice", "advice.title")]
)
def test_a_fold_stays_as_it_was_when_its_words_change(open_page, name, key, title):
    page = open_page(name, "en")
    page.session_state[key] = True
    page.run()
    for language in ("ko", "en"):
        latest(page.segmented_control, "shell.language").set_value(language).run()
        assert is_open(page, strings(language)[title])
    page.session_state[key] = False
    page.run()
    latest(page.segmented_control, "shell.language").set_value("ko").run()
    assert not is_open(page, strings("ko")[title])


def is_open(page, title: str) -> bool:
    (fold,) = [fold for fold in page.expander if fold.label == title]
    return fold.proto.expanded


def test_a_menu_is_told_its_word_again_when_that_changed(open_page):
    """The browser shows the word it was chosen by, until the value is set anew; and not more often than that."""
    page = open_page("train", "en")
    menu = page.selectbox(key="train.schedule")
    menu.set_value("cosine").run()
    assert not page.selectbox(key="train.schedule").proto.set_value
    latest(page.segmented_control, "shell.language").set_value("ko").run()
    menu = page.selectbox(key="train.schedule")
    assert (menu.value, menu.proto.set_value) == ("cosine", True)
    assert menu.proto.raw_value == strings("ko")["train.schedule_cosine"]
    page.run()
    assert not page.selectbox(key="train.schedule").proto.set_value


@pytest.mark.parametrize("name", PAGES)
def test_no_fragment_lies_in_another(open_page, monkeypatch, name):
    """Of two quick reruns, the browser would get the inner fragment's elements without the outer one's, and give up."""
    parents = []
    register = MemoryFragmentStorage.register

    def remember(self, *args, parent_fragment_id=None, **options):
        parents.append(parent_fragment_id)
        register(self, *args, parent_fragment_id=parent_fragment_id, **options)

    monkeypatch.setattr(MemoryFragmentStorage, "register", remember)
    page = open_page(name)
    if name == "draw":
        page.session_state["draw.why_drawing"] = True
        draw(page, SEVEN)
    assert parents, "every page has a fragment; are they still registered like this?"
    assert set(parents) == {None}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_survives_what_the_browser_says_of_forgotten_widgets(open_page, name):
    """Of a page that is left in mid-run, Streamlit forgets what the widgets held, and then calls it changed."""
    page = open_page(name, "ko")
    if name == "draw":
        page.session_state["draw.why_drawing"] = True
        draw(page, SEVEN)
    said = page._tree.get_widget_states()  # AppTest's own way of a run, with a step between the browser and the server
    for widget in said.widgets:
        key = widget.id.split("-", 2)[2]
        is_real = widget.WhichOneof("value") != "trigger_value" and not key.endswith(".typed")
        if is_real and key in page.session_state:  # no button, which is pressed or unknown; no stand-in of the tests
            del page.session_state[key]
    assert "shell.language" not in page.session_state
    page._run(said)
    assert not page.exception
    assert page.title[0].value == strings("ko")[f"{name}.title"]


def test_what_the_browser_says_before_it_hears_of_the_language_does_not_change_it_back(open_page):
    page = open_page("learn", "en")
    late = page._tree.get_widget_states()
    page.session_state[keys.LANGUAGE] = "ko"  # as when the browser has said whose visit this is
    page.session_state[keys.LARGE_TEXT] = True
    page.run()
    page._run(late)
    assert page.session_state[keys.LANGUAGE] == latest(page.segmented_control, "shell.language").value == "ko"
    assert page.session_state[keys.LARGE_TEXT]
    assert latest(page.toggle, keys.switch_of(keys.LARGE_TEXT)).value
