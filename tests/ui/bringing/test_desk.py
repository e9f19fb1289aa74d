"""Files that are brought: shown before they count, corrected, taken off, and then among the visitor's own digits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nnlab.sources.brought.errors import REASONS, BroughtError
from nnlab.sources.brought.reading import Refusal
from nnlab.ui import collection, keys, state
from nnlab.ui.bringing import desk, readings, tray
from nnlab.ui.bringing.readings import Reading
from nnlab.ui.numbers import percent
from nnlab.ui.text import fill, strings
from tests.nnlab.sources.brought.test_tables import csv
from tests.nnlab.sources.sheets import file_of, page, photograph

LANGUAGES = ["en", "ko"]
MAKING = "nnlab_making"


def said(app) -> str:
    return "\n".join(
        element.value for kind in ("markdown", "caption", "warning", "success") for element in app.get(kind)
    )


def key(language: str, name: str, **values: object) -> str:
    return fill(strings(language)[f"brought.{name}"], **values)


def read(app):
    """The page once the files that it reads have been read."""
    if keys.Bringing.READING in app.session_state:
        app.session_state[keys.Bringing.READING].wait(60)
        app.run()
    assert not app.exception
    return app


@pytest.fixture
def bring(open_page):
    """A function that opens a page's fold and puts files into its field."""

    def bring(
        *files: tuple[str, bytes], place: str = "draw", language: str = "en", many: bool = False, waits: bool = True
    ):
        app = open_page(place, language)
        app.session_state[desk.FOLD] = True
        app.run()
        if many:
            app.session_state[desk.MANY] = "many"
            app.run()
        app.file_uploader[0].set_value([(name, content, "") for name, content in files]).run()
        return read(app) if waits else app

    return bring


@pytest.fixture(scope="module")
def photo() -> tuple[bytes, list[int]]:
    ink, labels = page(1, 4, seed=1)
    return file_of(photograph(ink), "JPEG"), labels


def kept(app) -> list[collection.KeptDigit]:
    return list(app.session_state[keys.OWN_DIGITS]) if keys.OWN_DIGITS in app.session_state else []


def test_what_was_brought_stays_while_the_fold_is_closed(bring, photo):
    content, labels = photo
    app = bring(("page.jpg", content), many=True)
    app.selectbox(key=keys.label_of_brought(0)).select(9).run()
    app.session_state[desk.FOLD] = False
    app.run()
    app.session_state[desk.FOLD] = True
    app.run()
    assert [app.selectbox(key=keys.label_of_brought(number)).value for number in range(4)] == [9, *labels[1:]]
    app.file_uploader[0].set_value([]).run()
    assert not app.exception
    assert "bringing.take" not in [button.key for button in app.button]


@pytest.mark.parametrize(("language", "count", "place"), [("en", 4, "draw"), ("en", 4, "train"), ("ko", 1, "train")])
def test_what_is_brought_is_shown_with_what_is_read_and_counts_when_taken(bring, language, count, place):
    """A page of four, or one: AppTest says a choice of several in English, whatever the page speaks."""
    ink, labels = page(1, count, seed=1)
    photo = "page.jpg", file_of(photograph(ink), "JPEG")
    app = bring(photo, place=place, language=language, many=count > 1)
    assert not kept(app)
    assert [app.selectbox(key=keys.label_of_brought(number)).value for number in range(count)] == labels
    assert key(language, "found_dark", count=count) in said(app)
    assert key(language, "guessed", count=count) in said(app)  # nobody has said what they are
    app.button(key="bringing.take").click().run()
    assert not app.exception
    assert [digit.meant for digit in kept(app)] == labels
    assert all(digit.is_right and not digit.is_only_test for digit in kept(app))
    assert key(language, "taken", count=count) in said(app)
    assert not app.get("file_uploader")[0].value  # and the files are gone


def test_a_wrong_guess_is_corrected_one_is_taken_off_the_rest_is_a_test(bring, photo):
    content, labels = photo
    app = bring(("page.jpg", content), many=True)
    app.selectbox(key=keys.label_of_brought(1)).set_value((labels[1] + 1) % 10).run()
    told = key("en", "score", right=0, count=1, share=percent(0.0)), key("en", "guessed", count=3)
    assert " ".join(told) in said(app)
    app.button(key="bringing.remove_0").click().run()
    app.segmented_control(key=desk.USE).set_value("test").run()
    app.button(key="bringing.take").click().run()
    found = kept(app)
    assert [digit.meant for digit in found] == [(labels[1] + 1) % 10, *labels[2:]]
    assert [digit.read for digit in found] == labels[1:]
    assert all(digit.is_only_test for digit in found)


def test_all_are_named_in_order(bring, photo):
    app = bring(("page.jpg", photo[0]), many=True)
    app.button(key="bringing.remove_1").click().run()
    app.text_input(key=tray.IN_ORDER).set_value("7 8").run()
    assert key("en", "in_order_count", typed=2, count=3) in said(app)
    app.text_input(key=tray.IN_ORDER).set_value("7 8 9").run()
    app.button(key="bringing.take").click().run()
    assert [digit.meant for digit in kept(app)] == [7, 8, 9]


def test_labels_of_a_file_stand_there_and_are_not_guessed(bring):
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    images[1, 4:8, 8:20] = 255
    images[2, 20:24, 8:20] = 255
    app = bring(("three.csv", csv(images, np.array([6, 7, 8]))))
    app.button(key="bringing.take").click().run()
    assert [digit.meant for digit in kept(app)] == [6, 7, 8]


def test_the_other_ink_is_read_when_it_is_said(bring, photo):
    app = bring(("page.jpg", photo[0]))
    before = app.session_state[keys.Bringing.READ][1].images
    read(app.segmented_control(key=desk.INK).set_value("light").run())
    after = app.session_state[keys.Bringing.READ][1].images
    assert before[0].is_dark
    assert not any(image.is_dark for image in after)


@pytest.fixture
def held(monkeypatch):
    """Somebody else has the turn, until ``leave`` is called: nothing is read."""
    line = readings.Line()
    line.enter()
    monkeypatch.setattr(Reading.__init__, "__defaults__", (line,))
    monkeypatch.setattr(desk, "QUICK_SECONDS", 0)
    return line


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_files_are_read_the_page_goes_on_with_a_bar_and_a_way_out(bring, photo, held, language):
    app = bring(("page.jpg", photo[0]), language=language, waits=False)
    reading = app.session_state[keys.Bringing.READING]
    assert not app.exception
    assert reading.status == "running"
    [bar] = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.component_name == MAKING]
    assert bar["feed"] == {"id": reading.id, "language": language, "share": 0, "folder": "readings"}
    assert bar["words"] == key(language, "reading", number=1, count=1)
    app.button(key="bringing.cancel").click().run()
    held.leave()
    reading.wait(60)
    assert reading.status == "cancelled"
    assert key(language, "cancelled") in [info.value for info in app.info]
    assert not [button for button in app.button if button.key == "bringing.take"]
    read(app.button(key="bringing.again").click().run())
    assert [button.key for button in app.button if button.key == "bringing.take"]


def test_what_was_read_before_stays_when_reading_anew_is_cancelled(bring, photo, monkeypatch, request):
    app = bring(("page.jpg", photo[0]), many=True)
    app.button(key="bringing.remove_0").click().run()
    before = app.session_state[keys.Bringing.READ]
    held = request.getfixturevalue("held")
    app.segmented_control(key=desk.INK).set_value("light").run()
    app.button(key="bringing.cancel").click().run()
    held.leave()
    assert app.session_state[keys.Bringing.READ] is before
    assert app.session_state[keys.Bringing.REMOVED] == {0}
    assert key("en", "before") in app.info[0].value
    app.button(key="bringing.take").click().run()
    assert [digit.meant for digit in kept(app)] == photo[1][1:]


def test_a_failure_is_said_and_what_was_read_before_stays(bring, photo, monkeypatch, capfd):
    app = bring(("page.jpg", photo[0]), many=True)
    before = app.session_state[keys.Bringing.READ]

    def fail(images):
        raise MemoryError("none left")

    monkeypatch.setattr(tray, "probabilities_of", fail)
    read(app.segmented_control(key=desk.INK).set_value("light").run())
    assert app.session_state[keys.Bringing.READ] is before
    assert app.error[0].value == f"{key('en', 'failed')} {key('en', 'before')}"
    assert "MemoryError" in capfd.readouterr().err


def test_files_taken_back_are_read_no_further(bring, photo, held):
    app = bring(("page.jpg", photo[0]), waits=False)
    reading = app.session_state[keys.Bringing.READING]
    app.file_uploader[0].set_value([]).run()
    assert reading.status == "cancelled"
    held.leave()
    reading.wait(60)
    assert reading.done == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_used_is_a_sentence(bring, language):
    app = bring(("a.png", b"\x89PNG nothing"), ("`b`.csv", b"1,2\n"), language=language)
    assert f"`a.png`: {key(language, 'refused_broken')}" in said(app) or key(language, "refused_kind") in said(app)
    assert f"`'b'.csv`: {key(language, 'refused_csv', line=1)}" in said(app)
    assert not [button for button in app.button if button.key == "bringing.take"]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_a_sentence_in_both_languages(monkeypatch, reason):
    facts = {"most": 1, "megabytes": 1, "line": 1, "label": 1, "shape": "1 × 1", "total": 1, "labels": 1, "images": 1}
    for language in LANGUAGES:
        monkeypatch.setattr(state, "language", lambda language=language: language)
        assert "{" not in desk.words_of(Refusal("x", BroughtError(reason, **facts)))


def test_a_link_that_hides_own_digits_hides_it(open_page):
    app = open_page("draw", hide="own_digits")
    assert not [fold for fold in app.expander if fold.label == key("en", "title")]


def test_a_test_alone_is_no_training_image(open_page):
    """Of each digit six are a test alone; the other six are divided, three and three. Of fewer, none is held back."""
    from nnlab.sources.own import choose

    labels = np.repeat([3, 5], 12)
    only_test = np.tile([True, False], 12)
    images = np.zeros((24, 28, 28), np.uint8)
    divided = choose(images, labels, True, only_test)
    assert not divided.is_trained[only_test].any()
    assert (divided.trained_count, divided.held_out_count) == (6, 18)
    few = choose(images[6:18], labels[6:18], True, only_test[6:18])  # the page says that all are learned from
    assert (few.trained_count, few.held_out_count) == (6, 6)
    assert choose(images, labels, False, only_test).trained_count == 12
    assert choose(images, labels, True, ~np.zeros(24, bool)).trained_count == 0
