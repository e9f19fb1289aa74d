"""Two matrices subtracted on the page, and the images behind a cell, against the networks themselves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.compare.disagreement import difference, disagreements
from nnlab.compare.grid import Axis, Grid
from nnlab.compare.series import all_series
from nnlab.config import ModelConfig, Setup
from nnlab.evaluation import predict
from nnlab.model import MLP
from nnlab.ui import beside, classes, keys, shell, waiting
from nnlab.ui.charts import checked
from nnlab.ui.compare import figures, own
from nnlab.ui.text import strings
from tests.nnlab.short_runs import TIMEOUT
from tests.ui.compare.made import entry, series_of
from tests.ui.drawing import sent_to, words

RUNS = Grid(Setup(ModelConfig((8,))), (Axis("activation", ("relu", "sigmoid", "tanh")),)).setups
MODELS = {setup.model.activation: MLP(setup.model, seed).eval() for seed, setup in enumerate(RUNS)}

CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


@pytest.fixture
def networks(monkeypatch):
    monkeypatch.setattr(own, "weights", lambda run: SimpleNamespace(step=10, model=MODELS[run.setup.model.activation]))


def opened(open_page, runs=None) -> AppTest:
    page = open_page("compare", series=series_of(runs or [entry(setup) for setup in RUNS]).id, section="mistakes")
    assert not page.exception
    return page


def read(*names: str) -> tuple[list[torch.Tensor], torch.Tensor]:
    """What the networks read in the page's own test set, and the truth."""
    from nnlab.ui import digits

    images, labels = digits.test_set("builtin")
    return [predict(MODELS[name], torch.from_numpy(images)) for name in names], torch.from_numpy(labels).long()


def test_the_page_counts_the_disagreements_and_opens_the_cell_that_differs_most(open_page, networks):
    page = opened(open_page)
    (first, second), labels = read("relu", "sigmoid")
    count = int((first.argmax(1) != second.argmax(1)).sum())
    assert f"**ReLU** and **Sigmoid** disagree on **{count}** of the {len(labels)} test images" in words(page)
    wrong = difference(first, second, labels).abs().fill_diagonal_(0)
    truth, predicted = page.selectbox(key=keys.Compare.TRUTH).value, page.selectbox(key=keys.Compare.PREDICTED).value
    assert wrong[truth, predicted] == wrong.max() > 0
    for found, name in zip(disagreements(first, second, labels, truth, predicted), ("ReLU", "Sigmoid"), strict=True):
        told = f"Only **{name}** reads these images of the digit **{truth}** as **{predicted}**: {len(found)}"
        assert told in words(page)


def test_clothes_are_called_by_their_names(open_page, networks, monkeypatch):
    monkeypatch.setattr(classes, "name", lambda source, index: CLOTHES[index])
    monkeypatch.setattr(classes, "is_of_digits", lambda source: False)
    drawn = {}
    monkeypatch.setattr(shell, "show_chart", lambda figure, key, *_, **__: drawn.update({key: figure}))
    page = opened(open_page)
    assert page.selectbox(key=keys.Compare.TRUTH).options == list(CLOTHES)
    assert page.selectbox(key=keys.Compare.PREDICTED).options == list(CLOTHES)
    truth, predicted = (CLOTHES[page.selectbox(key=key).value] for key in (keys.Compare.TRUTH, keys.Compare.PREDICTED))
    assert f"Only **ReLU** reads these images of **{truth}** as **{predicted}**: " in words(page)
    figure = drawn[keys.Compare.CONFUSION]
    assert list(figure["data"][0]["x"]) == list(figure["data"][0]["y"]) == list(CLOTHES)
    assert figure["data"][0]["hovertext"][9][1].startswith("True class: ankle boot, read as: trousers")
    checked(figure)


@pytest.fixture
def wide(networks, monkeypatch):
    """The networks count as wide."""
    monkeypatch.setattr(beside, "FAST_PARAMETERS", 0)
    monkeypatch.setattr(waiting, "SOON", 0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_wide_networks_read_beside_the_page(open_page, wide, language):
    with beside.LINE:  # another one has its turn
        series = series_of([entry(setup) for setup in RUNS]).id
        page = open_page("compare", language, series=series, section="mistakes")
        assert not page.exception
        told = sent_to(page, "nnlab_making")
        assert told["feed"]["folder"] == "beside"
        assert told["words"] == strings(language)["common.beside_waiting"]
        task = page.session_state[keys.Compare.READING]
    task.wait(TIMEOUT)
    page.run()
    assert not page.exception
    (first, second), _ = read("relu", "sigmoid")
    assert task.result[0].equal(first)
    assert task.result[1].equal(second)
    assert f"**{int((first.argmax(1) != second.argmax(1)).sum())}" in words(page)


def test_the_reading_can_be_cancelled_and_begun_again(open_page, wide):
    with beside.LINE:
        page = opened(open_page)
        page.button(key="compare.reading_cancel").click().run()
        assert not page.exception
        assert page.session_state[keys.Compare.READING].status == "cancelled"
    page.button(key="compare.reading_again").click().run()
    page.session_state[keys.Compare.READING].wait(TIMEOUT)
    page.run()
    assert "disagree on" in words(page)


def test_other_runs_can_be_chosen(open_page, networks):
    page = opened(open_page)
    page.selectbox(key=keys.Compare.run(2)).set_value(2).run()
    (first, second), _ = read("relu", "tanh")
    count = int((first.argmax(1) != second.argmax(1)).sum())
    assert f"**ReLU** and **tanh** disagree on **{count}**" in words(page)


def test_a_click_opens_its_cell():
    def run() -> None:
        import streamlit as st

        from nnlab.ui import keys
        from nnlab.ui.compare import mistakes

        st.session_state[keys.Compare.CONFUSION] = {"selection": {"points": [{"point_number": 37}]}}
        mistakes._open_clicked()

    page = AppTest.from_function(run).run()
    assert (page.session_state[keys.Compare.TRUTH], page.session_state[keys.Compare.PREDICTED]) == (3, 7)


def test_weights_that_are_gone_are_told(open_page, monkeypatch):
    monkeypatch.setattr(own, "weights", lambda run: None)
    assert "The weights of “ReLU” are not on this server any more" in words(opened(open_page))


def test_runs_that_learned_from_other_digits_are_not_compared(open_page, networks):
    page = opened(open_page, [entry(RUNS[0]), entry(RUNS[1])])
    series = next(iter(all_series._series.values()))
    series.planned[0].entry = entry(RUNS[0], data_source="mnist")
    page.run()
    assert "learned from different data sets" in words(page)


def test_one_finished_run_is_not_enough(open_page, networks):
    page = opened(open_page, [entry(RUNS[0]), entry(RUNS[1])])
    next(iter(all_series._series.values())).planned[0].entry = entry(RUNS[0], has_diverged=True)
    page.run()
    assert "This takes two runs" in words(page)


def test_the_matrix_shows_signs_and_its_colours_belong_to_the_mistakes():
    matrix = np.zeros((10, 10), int)
    matrix[3, 5], matrix[3, 3] = 4, -4
    matrix[7, 7], matrix[7, 1] = 90, -2
    figure = figures.matrix_difference(matrix, ("x", "y"), "scale", lambda row, column: f"{row}{column}", 300)
    table = figure["data"][0]
    assert (table["zmin"], table["zmax"]) == (-4, 4)
    assert (table["text"][3][5], table["text"][7][1], table["text"][0][0]) == ("+4", "−2", "")
    assert table["hovertext"][7][1] == "71"
    checked(figure)
