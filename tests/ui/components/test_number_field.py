"""Numbers as people type them: read where they mean one number, told where they do not."""

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnlab.config import MAX_SEED, Number
from nnlab.ui.components import number_field as numbers
from nnlab.ui.components.number_field import LONGEST_TEXT, WrongNumber, parse
from nnlab.ui.numbers import in_full
from nnlab.ui.text import strings
from tests.hostile import JSON, TEXTS, tried, within_bounds

RATE, IMAGES = Number(1e-6, 100.0), Number(10, 60_000, integer=True)
PENALTY, SEED = Number(0.0, 1000.0), Number(0, MAX_SEED, integer=True)


@pytest.mark.parametrize(
    ("typed", "rule", "value"),
    [
        ("0.05", RATE, 0.05),
        ("0,05", RATE, 0.05),
        ("0,050", RATE, 0.05),  # nobody groups 0,050
        (",5", RATE, 0.5),
        (".5", RATE, 0.5),
        ("5,", RATE, 5.0),
        (" 3e-5 ", RATE, 3e-5),
        ("1,5E-3", RATE, 0.0015),
        ("1.000", RATE, 1.0),
        ("０．０５", RATE, 0.05),
        ("０，０５", RATE, 0.05),
        ("0。05", RATE, 0.05),
        ("0、05", RATE, 0.05),
        ("٠٫٠٥", RATE, 0.05),
        ("+1", RATE, 1.0),
        ("999,9", PENALTY, 999.9),
        ("1,000.0", PENALTY, 1000.0),
        ("1.000,0", PENALTY, 1000.0),
        ("1 000", PENALTY, 1000.0),
        ("1,000", IMAGES, 1000),
        ("10,000", IMAGES, 10_000),
        ("10 000", IMAGES, 10_000),
        ("10\u202f000", IMAGES, 10_000),
        ("10'000", IMAGES, 10_000),
        ("１０００", IMAGES, 1000),
        ("2,147,483,647", SEED, MAX_SEED),
        ("2.147.483.647", SEED, MAX_SEED),
        ("64.0", IMAGES, 64),
        ("1e3", IMAGES, 1000),
        ("007", SEED, 7),
    ],
)
def test_what_means_one_number_is_read(typed, rule, value):
    read = parse(typed, rule)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("typed", "rule", "reason"),
    [
        ("", RATE, "empty"),
        (" \u3000 ", IMAGES, "empty"),
        ("1,000", PENALTY, "ambiguous"),  # one, or a thousand
        ("1,000", RATE, "ambiguous"),  # also where only one of them is allowed
        ("1.000", IMAGES, "ambiguous"),
        ("12.5", IMAGES, "fraction"),
        ("12,5", IMAGES, "fraction"),
        ("1e-1", SEED, "fraction"),
        ("9", IMAGES, "range"),
        ("60001", IMAGES, "range"),
        ("-1", SEED, "range"),
        ("−1", SEED, "range"),
        ("0", RATE, "range"),
        ("100.1", RATE, "range"),
        ("1e999", RATE, "range"),
        ("1e9999", SEED, "range"),
        ("1e99999999999", SEED, "unreadable"),
        ("1" * 41, SEED, "unreadable"),
        ("nan", RATE, "unreadable"),
        ("inf", RATE, "unreadable"),
        ("0,0,5", RATE, "unreadable"),
        ("1,00,000", IMAGES, "unreadable"),
        ("0.000,5", PENALTY, "unreadable"),
        ("1_000", IMAGES, "unreadable"),
        ("10²", IMAGES, "unreadable"),  # not 102
        ("0x10", IMAGES, "unreadable"),
        ("64 units", IMAGES, "unreadable"),
        ("1/2", RATE, "unreadable"),
        (".", RATE, "unreadable"),
        ("-", RATE, "unreadable"),
    ],
)
def test_what_does_not_is_told_and_why(typed, rule, reason):
    with pytest.raises(WrongNumber) as raised:
        parse(typed, rule)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("value", "text"),
    [(64, "64"), (0, "0"), (60_000, "60000"), (0.05, "0.05"), (1e-6, "0.000001"), (100.0, "100"), (0.0, "0"),
     (0.1234567, "0.1234567")],
)  # fmt: skip
def test_a_number_is_shown_with_all_its_digits_and_read_again(value, text):
    assert in_full(value) == text
    assert parse(text, Number(0.0, 1e5, integer=isinstance(value, int))) == value


def page_of_fields():
    """Two fields, the second one's highest number set by the test."""
    import streamlit as st

    from nnlab.config import Number
    from nnlab.ui.components.number_field import number_field

    calls = st.session_state.setdefault("calls", [])
    number_field("Rate", Number(1e-6, 100.0), "rate", 0.01, on_change=calls.append, args=["rate"])
    number_field("Images", Number(1, st.session_state.get("most", 100), integer=True), "images")


@pytest.fixture
def app():
    app = AppTest.from_function(page_of_fields, default_timeout=30)
    app.session_state["language"] = "en"
    return app.run()


def type_into(app, key: str, text: str) -> None:
    app.text_input(key=f"{key}.typed").set_value(text).run()
    assert not app.exception


def told(app) -> list[str]:
    return [caption.value for caption in app.caption]


def test_a_field_begins_with_its_value_or_its_lowest_number(app):
    assert (app.session_state["rate"], app.session_state["images"]) == (0.01, 1)
    assert app.text_input(key="rate.typed").value == "0.01"


def test_what_is_typed_is_the_value_and_the_page_hears_of_it_once(app):
    type_into(app, "rate", "0,05")
    assert app.session_state["rate"] == 0.05
    assert app.text_input(key="rate.typed").value == "0.05"
    type_into(app, "rate", "0.050")  # the same number
    assert app.session_state["calls"] == ["rate"]
    assert told(app) == []


def test_a_wrong_number_is_told_and_stands_until_it_is_mended(app):
    type_into(app, "images", "9999999")
    assert told(app) == ["“9999999” is outside 1 to 100; 1 stays."]
    assert app.text_input(key="images.typed").value == "9999999"
    assert app.session_state["images"] == 1
    app.session_state["language"] = "ko"
    app.run()
    assert told(app) == ["‘9999999’: 1~100 범위를 벗어났습니다. 1 값을 그대로 둡니다."]
    type_into(app, "images", "99")
    assert told(app) == []
    assert app.session_state["images"] == 99


def test_an_emptied_field_keeps_its_value_and_shows_it(app):
    type_into(app, "rate", "")
    assert told(app) == ["The field was empty; 0.01 stays."]
    assert app.text_input(key="rate.typed").value == "0.01"
    assert app.session_state["calls"] == []


def test_nothing_is_told_any_more_when_the_value_is_set_elsewhere(app):
    type_into(app, "rate", "many")
    assert told(app) == ["“many” is not a number; 0.01 stays."]
    app.session_state["rate"] = 0.3
    app.run()
    assert told(app) == []
    assert app.text_input(key="rate.typed").value == "0.3"


def test_a_value_that_is_no_longer_allowed_gives_way(app):
    type_into(app, "images", "99")
    app.session_state["most"] = 50
    app.run()
    assert app.session_state["images"] == 1


@pytest.mark.parametrize("sent", [None, 5, "5", {}, {"text": 5}, {"text": None, "number": 1}])
def test_nonsense_from_the_browser_sets_nothing(app, sent):
    app.session_state["rate.field"] = {"typed": sent}
    app.run()
    assert not app.exception
    assert app.session_state["rate"] == 0.01


RULES = st.sampled_from([RATE, IMAGES, PENALTY, SEED])
NUMBER_LIKE = st.text("0123456789.,+-eE '٣５．−\u00a0", max_size=LONGEST_TEXT + 5)


@given(NUMBER_LIKE | TEXTS, RULES)
def test_whatever_is_typed_is_a_number_that_the_field_takes_or_told_why_not(typed, rule):
    value, wrong = tried(WrongNumber, parse, typed, rule)
    if wrong:
        assert f"common.number_{wrong.reason}" in strings("en")
    else:
        assert rule.check(value) == value


@given(st.fixed_dictionaries({"text": NUMBER_LIKE | JSON}, optional={"number": JSON}) | JSON)
def test_whatever_a_browser_says_was_typed_the_value_stays_or_is_allowed(typed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamlit, "session_state", {"language": "en", "rate": 0.01, "rate.field": {"typed": typed}})
        with within_bounds():
            numbers._take("rate", RATE, None, ())
        assert RATE.check(streamlit.session_state["rate"])
        if refusal := streamlit.session_state.get("rate.refusal"):
            assert streamlit.session_state["rate"] == 0.01
            sentence = numbers._sentence(refusal, RATE, typed)
            assert sentence.endswith("0.01 stays.")
            assert len(sentence) < 300
            sentence.encode()


@pytest.mark.parametrize(("disabled", "held"), [(False, 9), (True, 3)])
def test_what_is_sent_to_a_field_that_only_shows_its_value_is_not_taken(monkeypatch, disabled, held):
    sent = []
    monkeypatch.setattr(streamlit, "session_state", {"language": "en", "epochs": 3})
    monkeypatch.setattr(numbers, "_labelled", lambda key, data, on_typed_change: sent.append((data, on_typed_change)))
    numbers.number_field("Epochs", Number(1, 10, integer=True), "epochs", disabled=disabled)
    ((data, on_typed_change),) = sent
    streamlit.session_state["epochs.field"] = {"typed": {"text": "9", "number": 1}}
    on_typed_change()
    assert data["disabled"] is disabled
    assert streamlit.session_state["epochs"] == held
