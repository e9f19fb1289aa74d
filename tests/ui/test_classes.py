"""Classes are called by their data set's names, on every page that names them first."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab.config import DATA_SOURCES
from nnlab.sources.published import DATA_SETS
from nnlab.ui import classes, state
from nnlab.ui.components import live_reading, living_network
from nnlab.ui.confusion import confusion_figure, let_cells_be_clicked
from nnlab.ui.text import strings

LANGUAGES = ["en", "ko"]
TWINS = [
    "train.confusion_x", "train.confusion_y", "train.mistake_alt", "train.mistakes_legend", "train.inside_words",
    "failures.look", "failures.truth", "failures.cell_wrong", "failures.cell_right", "failures.classes_note",
    "failures.true_digit", "failures.map_class", "attribution.class", "attribution.look_favourite", "common.digit",
    "common.answer_alt", "draw.right", "draw.wrong",
]  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request, monkeypatch):
    monkeypatch.setattr(state, "language", lambda: request.param)
    return request.param


@pytest.mark.parametrize("source", [source for source in DATA_SOURCES if source != "auto"])
def test_each_data_set_has_ten_names_in_each_language(source, language):
    names = classes.names(source)
    assert len({*names}) == 10
    assert (names == list("0123456789")) == (source not in ("fashion", "kmnist"))
    assert len({*classes.signs(source)}) == 10
    assert f"common.source_{source}" in strings(language)


def test_names_are_in_the_order_of_the_labels(language):
    """Fashion-MNIST's label 1 is trousers, 9 ankle boots; KMNIST's 1 is ki: its authors' tables."""
    assert classes.name("fashion", 1) == {"en": "trousers", "ko": "바지"}[language]
    assert classes.name("fashion", 9) == {"en": "ankle boot", "ko": "앵클부츠"}[language]
    assert classes.name("kmnist", 1).startswith("き")
    assert classes.signs("kmnist") == list("おきすつなはまやれを")
    assert classes.signs("fashion") == list("0123456789")


def test_the_verdict_and_the_legend_speak_of_the_class(language):
    assert "7" in classes.verdict("mnist", 7, 7)
    trousers = classes.name("fashion", 1)
    assert trousers in classes.verdict("fashion", 1, 1)
    assert classes.verdict("fashion", 2, 1) != classes.verdict("fashion", 1, 1)
    assert ", ".join(classes.names("fashion")) in classes.legend("fashion")


def test_a_string_of_digits_has_its_twin_for_classes(language):
    for name in TWINS:
        assert classes.key(name, "mnist") == classes.key(name, "emnist") == name
        assert classes.key(name, "kmnist") in strings(language)


def test_the_confusion_matrix_and_its_clickable_cells_have_the_names(language):
    names = classes.names("fashion")
    figure = confusion_figure(np.eye(10, dtype=int), "x", "y", lambda **cell: str(cell), names)
    assert figure["data"][0]["x"] == figure["data"][0]["y"] == names
    let_cells_be_clicked(figure, [["" for _ in range(10)] for _ in range(10)], 0, 0)
    assert figure["data"][1]["x"][:10] == names
    assert figure["data"][1]["y"][::10] == names


def test_the_browser_is_told_the_names(language):
    told = living_network.words("kmnist")
    assert told["signs"] == list("おきすつなはまやれを")
    assert told["classes"] == classes.names("kmnist")
    assert told["digits"] == strings(language)["living.digits_other"]
    digits = living_network.words()
    assert digits["signs"] == digits["classes"] == list("0123456789")
    assert not told["isNamed"]
    assert not digits["isNamed"]
    assert living_network.words("fashion")["isNamed"]  # a number would say nothing of a piece of clothing
    assert told["softmax"] == strings(language)["living.softmax_other"]
    assert live_reading._named("fashion")["signs"] == [""] * 10
    assert live_reading._named("fashion")["digits"] == classes.names("fashion")
    assert live_reading._named("mnist")["digits"][3] == strings(language)["common.digit_3"]


@pytest.mark.parametrize("source", DATA_SETS)
def test_the_train_page_says_what_each_is(source, language):
    assert strings(language)[f"classes.about_{source}"]
    assert strings(language)[f"train.source_{source}"]
    assert strings(language)[f"draw.source_{source}"]


def test_the_table_of_clickable_cells_fills_its_place():
    """Left alone, plotly.js keeps a margin for the largest marker on each side."""
    figure = confusion_figure(np.eye(10, dtype=int), "x", "y", lambda **_: "", classes.names("fashion"))
    let_cells_be_clicked(figure, [["" for _ in range(10)] for _ in range(10)], 0, 0)
    layout = figure["layout"]
    assert (layout["xaxis"]["range"], layout["yaxis"]["range"]) == ([-0.5, 9.5], [9.5, -0.5])
    assert layout["yaxis"]["autorange"] is False
