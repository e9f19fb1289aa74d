"""The gallery of one's own digits: its rules, the question that fills it, and what it shows."""

import subprocess
import sys

import numpy as np
import pytest

from nnlab.ui import collection, keys
from nnlab.ui.draw import gallery
from nnlab.ui.text import fill, strings
from tests.ui.conftest import ROOT
from tests.ui.drawing import ONE, SEVEN, draw, words
from tests.ui.latest import latest

LANGUAGES = ["en", "ko"]


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)


@pytest.fixture
def visit(monkeypatch):
    """A session of its own for the functions that need no page."""
    monkeypatch.setattr(gallery.st, "session_state", {})


@pytest.mark.usefixtures("visit")
def test_the_score_counts_what_was_read_right():
    assert collection.score() == (0, 0)
    collection.add(picture(1), meant=4, read=9, probability=0.7)
    collection.add(picture(2), meant=3, read=3, probability=0.9)
    collection.add(picture(3), meant=5, read=5, probability=0.8)
    assert collection.score() == (2, 3)
    assert [digit.is_right for digit in collection.kept_digits()] == [False, True, True]
    for _ in range(2):  # a second press on its button takes no other with it
        collection.remove(picture(2))
    assert collection.score() == (1, 2)
    assert [digit.meant for digit in collection.kept_digits()] == [4, 5]


@pytest.mark.usefixtures("visit")
def test_the_arrays_are_a_data_set():
    assert collection.arrays()[0].shape == (0, 28, 28)
    collection.add(picture(1), meant=4, read=9, probability=0.7)
    collection.add(picture(2), meant=3, read=3, probability=0.9)
    images, labels = collection.arrays()
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert np.array_equal(images, np.stack([picture(1), picture(2)]))
    assert labels.tolist() == [4, 3]


@pytest.mark.usefixtures("visit")
def test_one_drawing_counts_once():
    collection.add(picture(1), meant=4, read=9, probability=0.7)
    collection.add(picture(2), meant=3, read=3, probability=0.9)
    collection.add(picture(1), meant=9, read=9, probability=0.7)
    assert [digit.meant for digit in collection.kept_digits()] == [9, 3]
    assert collection.score() == (2, 2)


@pytest.mark.usefixtures("visit")
def test_a_kept_digit_is_a_copy_that_nobody_changes():
    image = picture(1)
    collection.add(image, meant=4, read=9, probability=0.7)
    image[:] = 0
    assert np.array_equal(collection.kept_digits()[0].image, picture(1))
    with pytest.raises(ValueError, match="read-only"):
        collection.kept_digits()[0].image[0, 0] = 1


@pytest.mark.usefixtures("visit")
def test_the_oldest_make_room(monkeypatch):
    monkeypatch.setattr(collection, "MOST", 3)
    for number in range(5):
        collection.add(picture(number), meant=number, read=0, probability=1)
    assert [digit.meant for digit in collection.kept_digits()] == [2, 3, 4]


def test_the_gallery_needs_no_torch():
    program = "import sys, nnlab.ui.draw.gallery; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120).returncode == 0


def say(page, digit):
    latest(page.pills, "draw.meant").set_value(digit).run()
    assert not page.exception
    return page


def open_gallery(page):
    page.session_state["draw.gallery"] = True
    page.run()
    assert not page.exception
    return page


def labels_of(page, kind: str) -> list[str]:
    return [element.proto.label for element in page.get(kind)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_gallery_says_what_to_do(open_page, language):
    page = open_gallery(open_page("draw", language))
    assert strings(language)["gallery.empty"] in words(page)
    assert strings(language)["gallery.title"] in labels_of(page, "expander")
    assert strings(language)["gallery.title"] not in words(page)  # no score of nothing
    assert not page.pills  # nothing has been read that could be asked about


@pytest.mark.parametrize("language", LANGUAGES)
def test_saying_what_was_meant_keeps_the_digit_and_the_score(open_page, language):
    text = strings(language)
    page = draw(open_page("draw", language), SEVEN)
    assert latest(page.pills, "draw.meant").value is None
    say(page, 7)
    assert fill(text["gallery.right"], meant=7, read=7) in words(page)
    assert text["gallery.score"].format(right=1, count=1) in words(page)
    (kept,) = page.session_state[keys.OWN_DIGITS]
    assert (kept.meant, kept.read) == (7, 7)
    assert kept.probability > 0.9
    assert kept.image.max() > 200  # ink is bright, as the network sees it
    say(draw(page, ONE), 9)
    assert fill(text["gallery.misread"], meant=9, read=1) in words(page)
    assert text["gallery.score"].format(right=1, count=2) in words(page)
    page.button(key="draw.clear").click().run()
    draw(page)  # which the browser has followed
    assert f"{text['gallery.title']}: {text['gallery.score'].format(right=1, count=2)}" in words(page)


def test_another_answer_to_the_same_drawing_replaces_the_first(open_page):
    page = say(draw(open_page("draw"), SEVEN), 1)
    assert [digit.meant for digit in page.session_state[keys.OWN_DIGITS]] == [1]
    say(page, 7)
    assert [digit.meant for digit in page.session_state[keys.OWN_DIGITS]] == [7]
    draw(draw(page, ONE), SEVEN)  # the same drawing again, as after an undo
    assert latest(page.pills, "draw.meant").value == 7
    say(page, None)  # taken back
    assert page.session_state[keys.OWN_DIGITS] == ()


def test_what_the_browser_says_before_it_hears_of_an_answer_does_not_take_it_back(open_page):
    """After a lost connection the new session asks first, and then learns from the browser that it was answered."""
    page = draw(open_page("draw"), SEVEN)
    late = page._tree.get_widget_states()  # with no answer
    kept = say(page, 7).session_state[keys.OWN_DIGITS]
    page.session_state[keys.OWN_DIGITS] = ()
    page.run()
    page.session_state[keys.OWN_DIGITS] = kept
    page.run()
    page._run(late)
    assert page.session_state[keys.OWN_DIGITS] == kept
    assert latest(page.pills, "draw.meant").value == 7


def test_an_answer_is_not_given_to_the_next_drawing(open_page):
    """The message with the next stroke still holds the answer to the last drawing."""
    page = say(draw(open_page("draw"), SEVEN), 7)
    late = page._tree.get_widget_states()
    draw(page, ONE)
    page._run(late)
    assert len(page.session_state[keys.OWN_DIGITS]) == 1


def test_the_next_digit_begins_with_an_empty_canvas(open_page):
    page = draw(open_page("draw"), SEVEN)
    assert "draw.next" not in [button.key for button in page.button]
    say(page, 7).button(key="draw.next").click().run()
    assert page.session_state["draw.start"].objects == []


def test_a_digit_that_another_network_reads_otherwise_says_when_it_was_read(open_page):
    page = draw(open_page("draw"), SEVEN)
    say(page, 4)
    (kept,) = page.session_state[keys.OWN_DIGITS]
    page.session_state[keys.OWN_DIGITS] = (collection.KeptDigit(kept.image, 4, 9, 0.6),)
    page.run()
    assert strings("en")["gallery.was_read"].format(meant=4, read=9) in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_shows_the_misread_ones_first_or_only(open_page, language):
    page = open_page("draw", language)
    page.session_state[keys.OWN_DIGITS] = (
        collection.KeptDigit(picture(1), 3, 3, 0.9),
        collection.KeptDigit(picture(2), 4, 9, 0.7),
        collection.KeptDigit(picture(3), 1, 7, 0.6),
    )
    open_gallery(page)

    def shown() -> list[str]:
        keys = [button.key for button in page.button]
        return [key for key in keys if key.startswith("draw.remove_")]

    first, second, third = (f"draw.remove_{collection.name_of(picture(seed))}" for seed in (1, 2, 3))
    assert shown() == [third, second, first]
    text = strings(language)
    assert labels_of(page, "download_button") == [
        text[f"gallery.download_{kind}"].format(count=3) for kind in ("idx", "png")
    ]
    card = text["gallery.digit_misread"].format(meant=4, read=9, probability="70.0%")
    assert card in words(page)
    page.toggle(key="draw.only_misread").set_value(True).run()
    assert shown() == [third, second]
    assert text["gallery.download_idx"].format(count=2) in labels_of(page, "download_button")
    page.button(key=third).click().run()
    assert [digit.read for digit in page.session_state[keys.OWN_DIGITS]] == [3, 9]
    page.button(key=second).click().run()
    assert text["gallery.none_misread"] in words(page)


def test_a_long_gallery_is_shown_in_full_when_asked_for(open_page, monkeypatch):
    monkeypatch.setattr(gallery, "SHOWN", 2)
    page = open_page("draw")
    page.session_state[keys.OWN_DIGITS] = tuple(collection.KeptDigit(picture(seed), 1, 1, 1.0) for seed in range(3))
    open_gallery(page)
    assert len([button for button in page.button if button.key.startswith("draw.remove_")]) == 2
    page.toggle(key="draw.all_digits").set_value(True).run()
    assert len([button for button in page.button if button.key.startswith("draw.remove_")]) == 3
