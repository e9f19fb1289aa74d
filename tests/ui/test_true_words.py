"""Statements that were wrong once: what the texts say of a network is what the code has."""

import pytest

from nnlab import reader
from nnlab.ui.learn import specimen
from nnlab.ui.learn.specimen import UNTRAINED
from nnlab.ui.text import strings

LANGUAGES = ["en", "ko"]


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_networks_of_a_lesson_are_told_apart_by_their_sizes(open_page, language):
    assert UNTRAINED.hidden_sizes != reader.bundled().model.config.hidden_sizes  # if they are, the words can be simpler
    page = open_page("learn", language, lesson="forward")
    labels = [option.content for option in page.pills(key="learn.network_from_untrained").proto.options]
    expected = {"untrained": "128–64", "trained": specimen.sizes_of(reader.bundled().model)}
    assert labels == [
        strings(language)[f"learn.network_{name}"].format(sizes=sizes) for name, sizes in expected.items()
    ]


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
