"""The glossary can be searched in both languages, and every term has its anchor and a way to where it is seen."""

import pytest

from nnlab.ui import state
from nnlab.ui.glossary.page import matching, place_address
from nnlab.ui.terms import TERMS
from nnlab.ui.text import strings


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_terms_stand_there_each_with_its_anchor_and_its_way(open_page, language):
    page = open_page("glossary", language)
    assert not page.exception
    anchors = [heading.proto.anchor for heading in page.subheader]
    assert sorted(anchors) == sorted(TERMS)
    shown = [element.value for element in page.markdown]
    for term in TERMS:
        text = strings(language)[f"terms.{term}_text"]
        assert any(value.startswith(text) and f"lang={language})" in value for value in shown), term


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_search_finds_a_term_by_either_language(open_page, language):
    page = open_page("glossary", language)
    for asked in ("epoch", "에포크", "EPOCH  "):
        page.text_input(key="glossary.search").set_value(asked).run()
        assert "epoch" in [heading.proto.anchor for heading in page.subheader]
        assert len(page.subheader) < 6
    page.text_input(key="glossary.search").set_value("xyzzy").run()
    assert page.info[0].value == strings(language)["glossary.none"]
    assert not page.subheader


def test_every_word_that_is_typed_must_be_found(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")
    assert "gradient_clipping" in matching("gradient long")
    assert "gradient_clipping" not in matching("gradient banana")
    assert matching("") == sorted(TERMS, key=lambda term: strings("en")[f"terms.{term}"].casefold())


def test_the_way_leads_to_the_lesson_or_section(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "ko")
    assert place_address("epoch") == "learn?lesson=training&lang=ko"
    assert place_address("confusion_matrix") == "inspect?section=failures&lang=ko"
    assert place_address("adam") == "train?lang=ko"
    assert place_address("mnist") == ".?lang=ko"
