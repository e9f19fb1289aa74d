"""Where a network fails: what is told and drawn, against counting in the page's own test set."""

from __future__ import annotations

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab import evaluation, reader
from nnlab.calibration import Reliability
from nnlab.config import ModelConfig
from nnlab.inspection.failures import readings_of_cell
from nnlab.model import MLP
from nnlab.ui import beside, keys, waiting
from nnlab.ui.inspect import failures
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import speaking, strings
from tests.nnlab.short_runs import TIMEOUT
from tests.ui.drawing import sent_to, words

LANGUAGES = ["en", "ko"]


def read(tested_digits) -> tuple[torch.Tensor, torch.Tensor]:
    """What the bundled network reads in the page's test set, and the truth."""
    images, labels = tested_digits()
    return reader.bundled().predict_proba(evaluation.to_float(images)), labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counts_are_those_of_the_whole_test_set(opened, drawn, tested_digits, language):
    page = opened("failures", language)
    probabilities, labels = read(tested_digits)
    matrix = evaluation.confusion(labels, probabilities.argmax(1))
    right = int(matrix.trace())
    assert 0 < right < len(labels) == 100
    text = strings(language)
    told = text["failures.accuracy"].format(
        accuracy=percent(right / 100, 2), count="100", data=text["common.source_builtin"], wrong=100 - right
    )
    assert told in words(page)
    figure, table = drawn["inspect.confusion"]
    assert (figure["data"][0]["text"] == matrix.numpy()).all()
    assert list(table.values())[1:] == matrix.T.tolist()
    for worst in evaluation.worst_mistakes(probabilities, labels, 3):
        assert f"{worst.label} → **{worst.predicted}** {probability_percent(worst.probability)}" in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", ["failures", "unsure", "damage", "map", "layers"])
def test_a_wide_network_reads_beside_the_page(opened, use, monkeypatch, section, language):
    monkeypatch.setattr(beside, "FAST_PARAMETERS", 0)
    monkeypatch.setattr(waiting, "SOON", 0)
    use(MLP(ModelConfig((9,)), seed=3), f"wide-{section}-{language}")
    with beside.LINE:  # another one has its turn
        page = opened(section, language)
        if section == "layers":
            page.segmented_control(key=keys.Inspect.LAYERS_VIEW).set_value("test_set").run()
        told = sent_to(page, "nnlab_making")
        assert told["feed"]["folder"] == "beside"
        assert told["words"] == strings(language)["common.beside_waiting"]
        page.button(key="inspect.reading_cancel").click().run()
        assert not page.exception
        assert page.session_state[keys.Inspect.READING].status == "cancelled"
    page.button(key="inspect.reading_again").click().run()
    page.session_state[keys.Inspect.READING].wait(TIMEOUT)
    page.run()
    assert not page.exception
    assert "inspect.reading_again" not in [button.key for button in page.button]
    assert page.get("plotly_chart")


def test_the_most_frequent_mistake_is_open_and_the_menus_open_another_cell(opened, drawn, tested_digits):
    page = opened("failures")
    probabilities, labels = read(tested_digits)
    matrix = evaluation.confusion(labels, probabilities.argmax(1))
    truth, predicted = page.selectbox(key=keys.Inspect.TRUTH), page.selectbox(key=keys.Inspect.PREDICTED)
    wrong = matrix.clone().fill_diagonal_(0)
    assert wrong[truth.value, predicted.value] == wrong.max() > 0
    truth.set_value(6).run()
    page.selectbox(key=keys.Inspect.PREDICTED).set_value(6).run()
    assert f"**{matrix[6, 6]}** of {matrix[6].sum()} images of the digit **6** are read correctly." in words(page)
    for found in readings_of_cell(probabilities, labels, 6, 6, failures.SHOWN):
        assert f"6 → **6** {probability_percent(found.probability)}" in words(page)
    (frame,) = drawn["inspect.confusion"][0]["layout"]["shapes"]
    assert (frame["x0"], frame["x1"], frame["y0"], frame["y1"]) == (5.5, 6.5, 5.5, 6.5)


def test_a_click_opens_its_cell_and_a_second_click_on_it_as_well(opened):
    """Plotly takes a choice back at the second click: then the browser sends no point."""
    page = opened("failures")

    def click(points: list[dict]) -> AppTest:
        def run() -> None:
            import streamlit as st

            from nnlab.ui import keys
            from nnlab.ui.inspect import failures

            st.session_state[keys.Inspect.CONFUSION] = {"selection": {"points": st.session_state.points}}
            failures._open_clicked()

        clicked = AppTest.from_function(run)
        clicked.session_state["points"] = points
        for key in (keys.Inspect.CELL, keys.Inspect.TRUTH, keys.Inspect.PREDICTED):
            if key in page.session_state:
                clicked.session_state[key] = page.session_state[key]
        clicked.run()
        assert not clicked.exception
        return clicked

    page = click([{"point_number": 49}])
    assert (page.session_state[keys.Inspect.TRUTH], page.session_state[keys.Inspect.PREDICTED]) == (4, 9)
    page.session_state[keys.Inspect.TRUTH] = 7
    page = click([])
    assert (page.session_state[keys.Inspect.TRUTH], page.session_state[keys.Inspect.PREDICTED]) == (4, 9)


@pytest.mark.parametrize(
    ("points", "cell"),
    [
        ([{"point_number": 0}], (0, 0)),
        ([{"curve_number": 1, "point_number": 93}], (9, 3)),
        ([{"x": "3", "y": "8"}], None),
        ([{"point_number": 100}], None),
        ([{"point_number": "7"}], None),
        ([], None),
    ],
)
def test_what_was_clicked_is_a_cell_or_nothing(points, cell):
    assert failures.clicked_cell(points) == cell


def test_each_cell_has_a_point_of_its_number_to_click(opened, drawn):
    opened("failures")
    points = drawn["inspect.confusion"][0]["data"][1]
    places = list(zip(points["y"], points["x"], strict=True))
    assert [failures.clicked_cell([{"point_number": place}]) for place in range(100)] == [
        (int(row), int(column)) for row, column in places
    ]


def test_the_accuracy_of_each_digit_and_the_weakest(opened, drawn, tested_digits):
    page = opened("failures")
    probabilities, labels = read(tested_digits)
    accuracies = evaluation.accuracy_per_class(evaluation.confusion(labels, probabilities.argmax(1))).tolist()
    figure, table = drawn["inspect.classes"]
    assert figure["data"][0]["x"] == accuracies
    assert [right / count for count, right in zip(*list(table.values())[1:], strict=True)] == pytest.approx(accuracies)
    weakest = accuracies.index(min(accuracies))
    assert f"weakest with the **{weakest}**: it recognises {percent(accuracies[weakest])}" in words(page)


def test_the_reliability_diagram_holds_every_answer_once(opened, drawn, tested_digits):
    opened("failures")
    probabilities, labels = read(tested_digits)
    confidences, accuracies, counts = drawn["inspect.reliability"][1].values()
    assert sum(counts) == 100
    right = (probabilities.argmax(1) == labels).sum().item()
    assert sum(count * accuracy for count, accuracy in zip(counts, accuracies, strict=True)) == pytest.approx(right)
    filled = [place for place, count in enumerate(counts) if count]
    assert all(place / 10 <= confidences[place] <= (place + 1) / 10 for place in filled)
    bars = drawn["inspect.reliability"][0]["data"][0]
    assert bars["y"] == [accuracies[place] for place in filled]


@pytest.mark.parametrize(
    ("accuracy", "kind"), [(0.9, "honest"), (0.897, "honest"), (0.8, "too_sure"), (0.95, "too_shy")]
)
def test_the_sentence_reads_the_diagram(accuracy, kind):
    """100 answers of 90 % each."""
    found = Reliability(torch.tensor([0, 100]), torch.tensor([0, 0.9]), torch.tensor([0, accuracy]))
    with speaking("en"):
        key, told = failures.reliability_words(found)
    error = f"{100 * abs(0.9 - accuracy):.2f}"
    values = {"claimed": "90.00%", "true": percent(accuracy, 2), "error": error}
    assert (key, told) == (f"failures.reliability_{kind}", values)


@pytest.mark.parametrize("hidden", [(), (12, 9, 8)])
def test_untaught_networks_of_any_depth_are_examined(opened, use, drawn, hidden):
    model = MLP(ModelConfig(hidden), seed=3)
    use(model, f"failures-{hidden}")
    page = opened("failures")
    assert drawn["inspect.confusion"][0]["data"][0]["text"].sum() == 100
    assert not page.error


@pytest.mark.parametrize("section", ["failures", "damage", "unsure", "map"])
def test_weights_that_are_no_numbers_are_said_to_be_none(opened, use, section):
    model = MLP(ModelConfig((8,)))
    with torch.no_grad():
        model.linears[0].weight[0, 0] = torch.nan
    use(model, f"nan-{section}")
    page = opened(section)
    assert [error.value for error in page.error] == [strings("en")["common.not_a_number"]]
    assert not page.get("plotly_chart")


@pytest.mark.parametrize("section", ["failures", "unsure", "map"])
def test_a_network_that_overflows_for_other_images_alone_is_said_to_have_no_answers(
    opened, use, tested_digits, monkeypatch, section
):
    """Its weights are numbers, and it reads the chosen image: nothing but pixels that are empty there count."""
    opened(section)
    images, _ = tested_digits()
    first = images[0].flatten()
    pixel = next(at for at in range(784) if first[at] == 0 and (images.flatten(1)[1:, at] > 0).any())
    model = MLP(ModelConfig((8,), initialization="zeros", input_normalization="none"))
    with torch.no_grad():
        model.linears[0].weight[:, pixel] = 3e38
        model.linears[1].weight[:] = 3e38
    use(model, f"overflow-{section}")
    page = opened(section)
    assert strings("en")["common.not_a_number"] in [error.value for error in page.error]
    assert not page.get("plotly_chart")
