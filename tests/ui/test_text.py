"""The two languages say the same things."""

import re
import string

import pytest

from nnlab.ui.text import LANGUAGES, LOCALE, duration, strings

HANGUL = re.compile("[가-힣]")
NAMES = ("Leaky ReLU",)  # written so in Korean too


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert strings("en").keys() == strings("ko").keys()


@pytest.mark.parametrize("key", strings("en"))
def test_a_string_has_the_same_placeholders_in_both_languages(key):
    assert placeholders(strings("en")[key]) == placeholders(strings("ko")[key])


def test_english_holds_no_korean():
    assert [key for key, text in strings("en").items() if HANGUL.search(text)] == []


def test_korean_is_korean():
    """A Korean string without one Hangul letter is a translation that was forgotten, unless it is the same word."""
    marks = re.compile(r"\{.*?\}|\$.*?\$|:material/\w+:|:\w+(?=\[)")  # placeholders, formulas, icons, colours
    untranslated = {
        key
        for key, text in strings("ko").items()
        if not HANGUL.search(text) and re.search("[a-z]{3}", marks.sub("", text)) and text not in NAMES
    }
    assert {key for key in untranslated if strings("en")[key] != strings("ko")[key]} == set()
    assert {key for key in untranslated if " " in strings("ko")[key]} == set()


def test_both_languages_have_the_same_prose():
    names = [
        {path.relative_to(LOCALE / language) for path in (LOCALE / language).rglob("*.md")} for language in LANGUAGES
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0.53, "0.5 s"), (42.4, "42 s"), (125, "2 min 5 s"), (59.7, "1 min 0 s")]
)
def test_durations(monkeypatch, seconds, text):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: "en")
    assert duration(seconds) == text
