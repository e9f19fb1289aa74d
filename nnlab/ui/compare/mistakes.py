"""Two confusion matrices subtracted, and behind each cell the images on which the two networks disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.compare.entry import Entry
from nnlab.config import CLASSES
from nnlab.ui import classes, digits, keys, readers, shell
from nnlab.ui.compare import figures, reading
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.confusion import clicked_cell, let_cells_be_clicked
from nnlab.ui.images import show_image
from nnlab.ui.layout import beside
from nnlab.ui.numbers import change, probability_percent
from nnlab.ui.text import t, unmarked

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from nnlab.compare.disagreement import Disagreement

SHOWN = 8  # images of each of the two rows of a cell
EXAMPLE_PIXELS = 72


def show(chosen: Chosen) -> None:
    """The choice of two runs, the matrix, and the images of the open cell."""
    first, second = _choose(chosen)
    if first is None or second is None:
        st.info(t("compare.two_runs"), icon=":material/checklist:")
        return
    names = [chosen.labels[chosen.entries.index(entry)] for entry in (first, second)]
    if first.data_source != second.data_source:
        st.warning(t("compare.other_test_set"), icon=":material/info:")
        return
    found = digits.test_set(first.data_source)
    if found is None:
        return
    readers.wait_for_torch()
    read = reading.both((first, second), names, *found)
    if read is None:
        return
    import torch

    from nnlab.compare.disagreement import difference

    labels = torch.from_numpy(found[1]).long()
    matrix = difference(read[0], read[1], labels)
    disagreeing = int((read[0].argmax(1) != read[1].argmax(1)).sum())
    first_name, second_name = map(unmarked, names)
    st.markdown(t("compare.mistakes_look", first=first_name, second=second_name, count=f"{disagreeing:,}",
                  total=f"{len(labels):,}", data=digits.name_of(first.data_source)))  # fmt: skip
    left, right = beside(0.56, "top")
    with right:
        truth, predicted = _choose_cell(matrix, first.data_source)
        _show_cell(read[0], read[1], labels, found[0], names, (truth, predicted), first.data_source)
    with left:
        _show_matrix(matrix, names, truth, predicted, first.data_source)


def _choose(chosen: Chosen) -> tuple[Entry | None, Entry | None]:
    """Two menus of the runs; they begin with the first and the last of those that are finished."""
    done = [place for place, entry in enumerate(chosen.entries) if entry.is_over and not entry.has_diverged]
    if len(done) < 2:
        return None, None
    names = {place: chosen.labels[place] for place in done}
    places = []
    for number, column in enumerate(st.columns(2), start=1):
        key = keys.Compare.run(number)
        if st.session_state.get(key) not in names:
            st.session_state[key] = done[0] if number == 1 else done[1]
        with column:
            places.append(shell.menu(t(f"compare.run_{number}"), names, key, persist_state="session"))
    return chosen.entries[places[0]], chosen.entries[places[1]]


def _choose_cell(matrix: Tensor, source: str) -> tuple[int, int]:
    """Two menus, which a click on the matrix sets too; they begin where the mistakes differ most."""
    wrong = matrix.abs().fill_diagonal_(-1)
    truth, predicted = divmod(int(wrong.argmax()), CLASSES)
    labels = dict(enumerate(classes.names(source)))
    first, second = st.columns(2)
    with first:
        truth = shell.menu(
            t(classes.key("failures.truth", source)), labels, keys.Compare.TRUTH, truth, persist_state="session"
        )
    with second:
        predicted = shell.menu(
            t(classes.key("failures.predicted", source)),
            labels,
            keys.Compare.PREDICTED,
            predicted,
            persist_state="session",
        )
    return truth, predicted


def _show_matrix(matrix: Tensor, names: list[str], truth: int, predicted: int, source: str) -> None:
    called = classes.names(source)

    def sentence(row: int, column: int) -> str:
        values = {"truth": called[row], "predicted": called[column], "first": names[0], "second": names[1]}
        return t(classes.key("compare.matrix_hover", source), count=change(int(matrix[row, column])), **values)

    titles = t(classes.key("train.confusion_x", source)), t(classes.key("train.confusion_y", source))
    scale = t("compare.matrix_scale")
    height = round(shell.scaled(figures.MATRIX_HEIGHT))
    figure = figures.matrix_difference(matrix.numpy(), titles, scale, sentence, height, called)
    words = [[sentence(row, column) for column in range(CLASSES)] for row in range(CLASSES)]
    let_cells_be_clicked(figure, words, truth, predicted)
    shell.show_chart(
        figure, keys.Compare.CONFUSION, t(classes.key("compare.matrix_alt", source), first=names[0], second=names[1]),
        saved_as="compare-mistakes", on_select=_open_clicked, selection_mode="points",
    )  # fmt: skip


def _open_clicked() -> None:
    """Open the cell that was clicked. A second click on a cell takes the choice back: it opens that cell as well."""
    selection = (st.session_state.get(keys.Compare.CONFUSION) or {}).get("selection") or {}
    cell = clicked_cell(selection.get("points") or []) or st.session_state.get(keys.Compare.CELL)
    if cell is not None:
        st.session_state[keys.Compare.CELL] = cell
        st.session_state[keys.Compare.TRUTH], st.session_state[keys.Compare.PREDICTED] = cell


def _show_cell(
    first: Tensor, second: Tensor, labels: Tensor, images: np.ndarray, names: list[str], cell: tuple[int, int],
    source: str,
) -> None:  # fmt: skip
    """The images that only one of the two read so, the surest first."""
    from nnlab.compare.disagreement import disagreements

    truth, predicted = (classes.name(source, place) for place in cell)
    only = classes.key("compare.only_one", source)
    called = dict(zip(("first", "second"), map(unmarked, names), strict=True))
    for found, name in zip(disagreements(first, second, labels, *cell), names, strict=True):
        st.markdown(t(only, name=unmarked(name), truth=truth, predicted=predicted, count=f"{len(found):,}"))
        if found:
            notes = [t("compare.surest_first", shown=SHOWN)] if len(found) > SHOWN else []
            st.caption(" ".join([*notes, t("compare.read_as_note", **called)]))
        _show_images(found[:SHOWN], images, names, source)


def _show_images(found: list[Disagreement], images: np.ndarray, names: list[str], source: str) -> None:
    width = round(shell.scaled(EXAMPLE_PIXELS))
    with st.container(horizontal=True, gap="small"):
        for each in found:
            with st.container(width=width, gap=None):
                truth, one, two = (classes.name(source, place) for place in (each.label, each.first, each.second))
                alt = t(classes.key("compare.image_alt", source), truth=truth, one=one, two=two, first=names[0],
                        second=names[1])  # fmt: skip
                show_image(255 - images[each.index], alt, width=width)
                st.markdown(
                    t("compare.read_as", one=one, one_share=probability_percent(each.first_probability, 0), two=two,
                      two_share=probability_percent(each.second_probability, 0))
                )  # fmt: skip
