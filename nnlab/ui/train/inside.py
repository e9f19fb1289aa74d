"""The inside of the run's network while it learns, folded away below its curve: by its neurons, or by its layers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.runs import halves
from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, digits, keys, layout, pulse
from nnlab.ui.components import living_run
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job

VIEWS = ("neurons", "layers")


def show(job: Job | None) -> None:
    """The fold, where there is a run; nothing is asked for while it is closed."""
    if job is not None:
        _show_fold(job)


@st.fragment
def _show_fold(job: Job) -> None:
    fold = layout.fold(t("train.inside"), key="train.inside", icon=":material/hub:")
    if fold.open:
        with fold:
            view = _choose_view()
            if view == "neurons":
                _show_network(job)
            else:
                pulse.show(job, "train.pulse")


def _choose_view() -> str:
    titles = {view: t(f"train.inside_{view}") for view in VIEWS}
    return layout.choose_view(t("train.inside_view"), titles, keys.Train.INSIDE_VIEW)


def _show_network(job: Job) -> None:
    if not halves.is_small(job):
        st.caption(t("train.inside_too_large", most=f"{halves.MOST_PARAMETERS:,}"))
        return
    found = digits.test_set(job.data_source)
    if found is None:
        living_run.show(job.id, None, None, job.data_source)
        return
    images, labels = found
    index = st.session_state.setdefault(keys.Train.DIGIT, 0) % len(images)
    source = job.data_source
    truth = classes.name(source, int(labels[index]))
    st.markdown(
        t(classes.key("train.inside_words", source), name=digits.name_of(source), index=f"{index + 1:,}", truth=truth)
    )
    living_run.show(job.id, images[index], int(labels[index]), source)
    if not is_of_digits(source):
        st.caption(classes.legend(source))
    st.button(
        t(classes.key("common.another_digit", source)),
        key="train.another_digit",
        icon=":material/casino:",
        on_click=_take_another,
        args=[len(images)],
    )


def _take_another(count: int) -> None:
    st.session_state[keys.Train.DIGIT] = random.randrange(count)
