"""Statements that were wrong once: what the texts say of a network is what the code has."""

import re

import pytest

from nnlab import reader
from nnlab.ui.text import strings

LANGUAGES = ["en", "ko"]


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_and_after_training_are_one_network_and_its_accuracy_is_told(open_page, language):
    """They were two networks of different sizes once."""
    page = open_page("learn", language, lesson="forward")
    pills = page.pills(key="learn.network_from_untrained")
    texts = strings(language)
    assert [option.content for option in pills.proto.options] == [
        texts["learn.network_untrained"],
        texts["learn.network_trained"],
    ]
    facts = reader.twin_facts()
    before, after = reader.twins()
    assert before.model.config == after.model.config
    story = next(caption.value for caption in page.caption if "784-128-64-10" in caption.value)
    assert f"{facts['test_accuracy']:.2%}" in story
    assert f"{facts['test_samples']:,}" in story


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("digits", "agrees"), [(0, False), (2, False), (3, True), (8, True)])
def test_a_gradient_check_agrees_only_where_digits_agree(open_page, monkeypatch, language, digits, agrees):
    """It once had a green tick for "agree to 0 digits"."""
    from nnlab.ui.learn.student import Check

    check = Check(0.0, 0.0, 1.0 + 10.0 ** -(digits + 0.5), 1.0)
    assert check.agreeing_digits == digits
    monkeypatch.setattr("nnlab.ui.learn.backward.check_gradient", lambda *given: check)
    monkeypatch.setattr("nnlab.ui.learn.backward.VIEWS", ("check", "gradient", "step"))
    page = open_page("learn", language, lesson="backward")
    assert not page.exception
    key = "learn.check_agrees" if agrees else "learn.check_differs"
    said = page.success if agrees else page.warning
    assert [element.value for element in said] == [strings(language)[key].format(digits=digits)]
    assert not (page.warning if agrees else page.success)


BY_BRIGHTNESS = {"en": r"\b(pal|bright|dark|light)er\b", "ko": r"(옅|짙|밝|어두)\S*( \S+)?수록|짙은 색"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_colour_is_told_by_its_brightness(language):
    """The paper is white in one theme and black in the other: what is weak is pale here and dark there."""
    said = {key: text for key, text in strings(language).items() if re.search(BY_BRIGHTNESS[language], text)}
    assert said == {}
