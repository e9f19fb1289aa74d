"""What an address may say: the rules take what they write, refuse the rest, and let nothing of a stranger's through."""

import unicodedata
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.config import DataConfig, ModelConfig, TrainConfig
from nnlab.ui.learn import course
from nnlab.ui.parameters import CONTROLS, LONGEST_TEXT, MOST_LINES, PARAMETERS, PLACES, Name, PlainText, rule_of
from nnlab.ui.places import PAGES, section_title
from nnlab.ui.text import LANGUAGES, strings
from tests.hostile import TEXTS, within_bounds

RULES = [(name, page, rule) for name, rules in PARAMETERS.items() for page, rule in (rules or {}).items()]


@pytest.mark.parametrize(("name", "page", "rule"), RULES, ids=[f"{name}-{page}" for name, page, _ in RULES])
def test_whatever_stands_under_a_name_is_read_or_refused(name, page, rule):
    @given(TEXTS | st.text("0123456789,.-_ abcdefghk\n\u202e", max_size=400))
    def read(text):
        with within_bounds():
            try:
                value = rule.parse(text)
            except ValueError:
                return
        assert rule.parse(rule.write(value)) == value

    read()


@given(TEXTS)
def test_a_text_is_a_few_lines_of_what_can_be_seen(text):
    try:
        shown = PlainText().parse(text)
    except ValueError:
        return
    assert len(shown) <= LONGEST_TEXT
    assert shown.count("\n") < MOST_LINES
    assert all(letter == "\n" or unicodedata.category(letter)[0] != "C" for letter in shown)


def test_a_text_keeps_its_lines_and_loses_what_turns_the_writing_round():
    assert PlainText().parse("Train\u202e twice.\r\n\n\n\n\nWrite\tit down. ") == "Train twice.\n\nWrite it down."
    with pytest.raises(ValueError, match="300"):
        PlainText().parse("x" * (LONGEST_TEXT + 1))
    with pytest.raises(ValueError, match="10 lines"):
        PlainText().parse("\n".join("x" * (MOST_LINES + 1)))


def test_every_setting_can_be_hidden_and_locked_by_its_name_and_by_its_name_in_links():
    for config_type in (ModelConfig, TrainConfig, DataConfig):
        for setting in fields(config_type):
            for written in (setting.name, setting.metadata["query"]):
                for parameter in ("hide", "lock"):
                    assert rule_of(parameter, "train").parse(written) == (setting.name,)


def test_names_are_taken_one_by_one():
    rule = rule_of("hide", "learn")
    text = "optimizer, opt,Play,inspect.map,<b>,learn.loss,,home"
    assert rule.parse(text) == ("optimizer", "play", "inspect.map", "learn.loss")
    assert rule.unknown(text) == ["<b>", "home"]
    assert rule_of("lock", "learn").unknown("play,epochs") == ["play"]  # a page has no value to be shown


def test_an_unguessable_name_is_letters_and_digits_of_ascii():
    assert Name().parse("Zr_4-x") == "Zr_4-x"
    for wrong in ("", "a b", "٣", "x" * 65, "a\n"):
        with pytest.raises(ValueError, match="digits"):
            Name().parse(wrong)


def test_the_registry_knows_the_pages_sections_and_languages_that_there_are():
    assert rule_of("lang", "").options == tuple(LANGUAGES)
    assert rule_of("lesson", "learn").options == course.LESSONS
    assert rule_of("section", "learn") is None
    assert set(CONTROLS.values()).isdisjoint(PLACES)
    for name, page in PAGES.items():
        for section in page.sections:
            assert section_title(name, section) in strings("ko")
