"""Where it fails: which digits are taken for which, the images behind each count, and how sure it is when wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import CLASSES
from nnlab.ui import classes, digits, keys, saving, shell, terms
from nnlab.ui.confusion import clicked_cell, confusion_figure, let_cells_be_clicked
from nnlab.ui.examples import show_readings
from nnlab.ui.inspect import failure_charts
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.tested import Tested, read_test_set
from nnlab.ui.layout import beside
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.calibration import Reliability
    from nnlab.evaluation import Reading

SHOWN = 8  # images of a cell, and of each of the two rows below
EXAMPLE_PIXELS = 72
RELIABILITY_BINS = 10  # wide enough to be read from the last row
CHART_HEIGHT = 320
CALIBRATED = 0.005  # a gap between confidence and accuracy below which a network is called neither too sure nor too shy


def show(subject: Subject) -> None:
    """The confusion matrix and the images of a cell; surest mistakes, narrowest successes; classes; reliability."""
    tested = read_test_set(subject)
    if tested is None:
        return
    from nnlab.evaluation import confusion

    matrix = confusion(tested.labels, tested.probabilities.argmax(1))  # (C, C)
    count, right = len(tested.labels), int(matrix.trace())
    accuracy, data = percent(right / count, 2), digits.name_of(subject.source)
    terms.tell(classes.key("failures.look", subject.source))
    terms.tell("failures.accuracy", accuracy=accuracy, count=f"{count:,}", data=data, wrong=f"{count - right:,}")
    left, right_side = beside(0.56, "top")
    with right_side:
        cell = _choose_cell(matrix, subject.source)
        _show_cell(tested, matrix, *cell, subject.source)
    with left:
        _show_matrix(matrix, *cell, subject.source)
    _show_extremes(tested, subject.source)
    left, right_side = beside(0.5, "top")
    with left:
        _show_classes(matrix, subject.source)
    with right_side:
        _show_reliability(tested)


def _choose_cell(matrix: Tensor, source: str) -> tuple[int, int]:
    """Two menus, which a click on the matrix sets too; they begin with the most frequent mistake."""
    wrong = matrix.clone().fill_diagonal_(-1)
    truth, predicted = divmod(int(wrong.argmax()), CLASSES)
    labels = dict(enumerate(classes.names(source)))
    first, second = st.columns(2)
    with first:
        truth = shell.menu(
            t(classes.key("failures.truth", source)), labels, keys.Inspect.TRUTH, truth, persist_state="session"
        )
    with second:
        predicted = shell.menu(
            t(classes.key("failures.predicted", source)),
            labels,
            keys.Inspect.PREDICTED,
            predicted,
            persist_state="session",
        )
    return truth, predicted


def _show_matrix(matrix: Tensor, truth: int, predicted: int, source: str) -> None:
    names, hover = classes.names(source), classes.key("train.confusion_hover", source)
    shares = matrix / matrix.sum(1, keepdim=True).clamp(min=1)
    words = [
        [
            t(hover, truth=names[row], predicted=names[column], count=f"{matrix[row, column]:,}",
              share=percent(float(shares[row, column])))
            for column in range(CLASSES)
        ]
        for row in range(CLASSES)
    ]  # fmt: skip
    titles = t(classes.key("train.confusion_x", source)), t(classes.key("train.confusion_y", source))
    figure = confusion_figure(matrix.numpy(), *titles, lambda **cell: words[cell["truth"]][cell["predicted"]], names)
    let_cells_be_clicked(figure, words, truth, predicted)
    table = {titles[1]: names} | {
        f"{titles[0]} {names[column]}": matrix[:, column].tolist() for column in range(CLASSES)
    }
    saving.show_chart(
        figure,
        keys.Inspect.CONFUSION,
        t(classes.key("train.confusion_alt", source)),
        table,
        on_select=_open_clicked,
        selection_mode="points",
    )


def _open_clicked() -> None:
    """Open the cell that was clicked. A second click on a cell takes the choice back: it opens that cell as well."""
    selection = (st.session_state.get(keys.Inspect.CONFUSION) or {}).get("selection") or {}
    cell = clicked_cell(selection.get("points") or [])
    cell = cell or st.session_state.get(keys.Inspect.CELL)
    if cell is not None:
        st.session_state[keys.Inspect.CELL] = cell
        st.session_state[keys.Inspect.TRUTH], st.session_state[keys.Inspect.PREDICTED] = cell


def _show_cell(tested: Tested, matrix: Tensor, truth: int, predicted: int, source: str) -> None:
    from nnlab.inspection.failures import readings_of_cell

    count, total = int(matrix[truth, predicted]), int(matrix[truth].sum())
    key = "failures.cell_right" if truth == predicted else "failures.cell_wrong"
    names = classes.names(source)
    st.markdown(
        t(
            classes.key(key, source),
            truth=names[truth],
            predicted=names[predicted],
            count=f"{count:,}",
            total=f"{total:,}",
        )
    )
    if count > SHOWN:
        terms.note("failures.surest_first", shown=SHOWN)
    readings = readings_of_cell(tested.probabilities, tested.labels, truth, predicted, SHOWN)
    _show_examples(tested, readings, "inspect.cell", source)


def _show_extremes(tested: Tested, source: str) -> None:
    """The mistakes of which it was surest, and the right answers of which it was least sure."""
    from nnlab.evaluation import worst_mistakes
    from nnlab.inspection.failures import narrowest_successes

    worst = worst_mistakes(tested.probabilities, tested.labels, SHOWN)
    narrowest = narrowest_successes(tested.probabilities, tested.labels, SHOWN)
    for name, readings, place in zip(("worst", "narrowest"), (worst, narrowest), beside(0.5, "top"), strict=True):
        with place:
            st.markdown(f"**{t(f'failures.{name}')}**")
            st.caption(t(f"failures.{name}_note") if readings else t(f"failures.{name}_none"))
            _show_examples(tested, readings, f"inspect.{name}", source)


def _show_examples(tested: Tested, readings: Sequence[Reading], key: str, source: str) -> None:
    images = [tested.images[reading.index].numpy() for reading in readings]
    alt = classes.key("train.mistake_alt", source)
    show_readings(readings, images, alt, key, EXAMPLE_PIXELS, source)


def _show_classes(matrix: Tensor, source: str) -> None:
    from nnlab.evaluation import accuracy_per_class

    accuracies = accuracy_per_class(matrix).tolist()
    names = classes.names(source)
    counts, right = matrix.sum(1).tolist(), matrix.diagonal().tolist()
    worst = min((digit for digit in range(CLASSES) if counts[digit]), key=accuracies.__getitem__)
    st.markdown(f"**{t('failures.classes')}**")
    words = {"digit": names[worst], "accuracy": percent(accuracies[worst])}
    terms.note(classes.key("failures.classes_note", source), **words)
    hover = [
        t("failures.class_hover", digit=names[digit], right=f"{right[digit]:,}", count=f"{counts[digit]:,}")
        for digit in range(CLASSES)
    ]
    titles = t("failures.recognised"), t(classes.key("failures.true_digit", source))
    figure = failure_charts.class_accuracies(accuracies, *titles, hover, round(shell.scaled(CHART_HEIGHT)), names)
    table = {titles[1]: names, t("failures.images"): counts, t("failures.right"): right}
    saving.show_chart(figure, "inspect.classes", t("failures.classes_alt"), table)


def _show_reliability(tested: Tested) -> None:
    from nnlab.calibration import reliability

    found = reliability(tested.probabilities, tested.labels, RELIABILITY_BINS)
    st.markdown(f"**{t('failures.reliability')}**")
    terms.tell("failures.reliability_look")
    key, values = reliability_words(found)
    terms.note(key, **values)
    counts, confidences, accuracies = (part.tolist() for part in found)
    hover = [
        t("failures.bin_hover", confidence=percent(confidence), accuracy=percent(accuracy), count=f"{count:,}")
        for count, confidence, accuracy in zip(counts, confidences, accuracies, strict=True)
    ]
    titles = {name: t(f"failures.axis_{name}") for name in ("confidence", "accuracy", "count", "ideal")}
    figure = failure_charts.reliability_diagram(counts, accuracies, titles, hover, round(shell.scaled(CHART_HEIGHT)))
    table = {titles["confidence"]: confidences, titles["accuracy"]: accuracies, titles["count"]: counts}
    saving.show_chart(figure, "inspect.reliability", t("failures.reliability_alt"), table)


def reliability_words(found: Reliability) -> tuple[str, dict[str, str]]:
    """A sentence's key and values: what the network claims on average, what is true, and what to call that."""
    total = int(found.count.sum())
    claimed = float((found.count * found.confidence).sum()) / total
    true = float((found.count * found.accuracy).sum()) / total
    gap = claimed - true
    kind = "honest" if abs(gap) < CALIBRATED else "too_sure" if gap > 0 else "too_shy"
    values = {"claimed": percent(claimed, 2), "true": percent(true, 2), "error": f"{100 * found.error:.2f}"}
    return f"failures.reliability_{kind}", values
