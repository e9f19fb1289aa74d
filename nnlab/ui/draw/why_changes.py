"""A drawing changed by sliders: what becomes of the answer, and where along a slider's way it turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import charts, classes, keys, shell, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.draw import why_charts
from nnlab.ui.draw.why_inquiry import PICTURE_PIXELS, Inquiry, named, probabilities_of
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.numbers import probability_percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

LINE_HEIGHT, BARS_HEIGHT = 300, 300


@dataclass(frozen=True)
class Knob:
    """One way to change a drawing: the slider's bounds, its step, where it changes nothing, and how it is written."""

    least: float
    most: float
    step: float
    usual: float
    format: str

    def positions(self) -> list[float]:
        """All positions of the slider, rounded as the slider rounds them."""
        count = round((self.most - self.least) / self.step)
        return [type(self.step)(round(self.least + place * self.step, 2)) for place in range(count + 1)]


# As far as a person might write askew; thickness as far as ``augment.change_thickness`` can.
KNOBS = {
    "rotation": Knob(-45, 45, 3, 0, "%d°"),
    "right": Knob(-8, 8, 1, 0, "%d px"),
    "down": Knob(-8, 8, 1, 0, "%d px"),
    "size": Knob(50, 150, 5, 100, "%d %%"),
    "thickness": Knob(-1.0, 2.0, 0.1, 0.0, "%.1f px"),
}


def knob_key(name: str) -> str:
    """The session key of a slider."""
    return f"draw.why_{name}"


def show_changes(inquiry: Inquiry) -> None:
    """Sliders that change the drawing, and what becomes of the answer."""
    _reset_for(inquiry.image)
    with st.container(horizontal=True, gap="medium"):
        picture = st.container(width=PICTURE_PIXELS)
        with st.container(width=420):
            at = _move_knobs()
        bars = st.container()
    changed = change(inquiry.image, at)
    probabilities = probabilities_of(inquiry.reader, changed[None])[0].tolist()
    with picture:
        terms.note("why.changed")
        show_image(to_grey(changed), alt=t("why.changed_alt"), width=PICTURE_PIXELS)
        _show_changed_answer(inquiry, probabilities)
    with bars:
        height = round(shell.scaled(BARS_HEIGHT))
        answer = _answer_words(inquiry, probabilities)
        figure = charts.probability_bars(
            probabilities, t("common.probability"), t(classes.key("common.digit", inquiry.source)), inquiry.meant,
            height, classes.names(inquiry.source),
        )  # fmt: skip
        charts.update_axes(figure, "x", range=[0, 1.45], tickvals=[0, 0.5, 1], tickangle=0)
        charts.hold_still(figure)
        shell.show_chart(
            figure, key="draw.why_bars", alt=t(classes.key("why.changed_bars_alt", inquiry.source), answer=answer)
        )
    _show_way(inquiry, at, digit_of(probabilities))


def _reset_for(image: Tensor) -> None:
    """Another image starts from where the sliders change nothing."""
    name = image.numpy().tobytes()
    if st.session_state.get(keys.Draw.WHY_CHANGED) != name:
        st.session_state[keys.Draw.WHY_CHANGED] = name
        _reset()
    for knob_name, knob in KNOBS.items():  # sliders that were not on the page have forgotten where they were
        st.session_state.setdefault(knob_key(knob_name), knob.usual)
    st.session_state.setdefault(keys.Draw.WHY_MOVED, "rotation")


def _reset() -> None:
    for name, knob in KNOBS.items():
        st.session_state[knob_key(name)] = knob.usual


def _move_knobs() -> dict[str, float]:
    """The sliders and the button that undoes them all; returns their positions."""
    places = [*st.columns(2, gap="medium"), *st.columns(2, gap="medium"), *st.columns(2, gap="medium")]
    at = {}
    for place, (name, knob) in zip(places, KNOBS.items(), strict=False):
        at[name] = place.slider(
            t(f"why.knob_{name}"),
            knob.least,
            knob.most,
            step=knob.step,
            format=knob.format,
            key=knob_key(name),
            on_change=_remember_moved,
            args=[name],
        )
    is_unchanged = all(at[name] == knob.usual for name, knob in KNOBS.items())
    with places[-1].container(height="stretch", vertical_alignment="center"):
        st.button(
            t("why.reset"),
            key="draw.why_reset",
            icon=":material/restart_alt:",
            on_click=_reset,
            disabled=is_unchanged,
        )
    return at


def _remember_moved(name: str) -> None:
    st.session_state[keys.Draw.WHY_MOVED] = name


def change(image: Tensor, at: dict[str, float]) -> Tensor:
    """The image as the sliders have it: (28, 28) float32 in [0, 1]."""
    from nnlab.inspection.variations import transform

    return transform(image, -at["rotation"], at["right"], at["down"], at["size"] / 100, at["thickness"])


def _answer_words(inquiry: Inquiry, probabilities: list[float]) -> str:
    digit = digit_of(probabilities)
    key = classes.key("common.answer_alt", inquiry.source)
    return t(key, digit=inquiry.called(digit), probability=probability_percent(probabilities[digit]))


def _show_changed_answer(inquiry: Inquiry, probabilities: list[float]) -> None:
    """Whether the answer still stands."""
    digit = digit_of(probabilities)
    words = {"digit": inquiry.called(digit), "probability": probability_percent(probabilities[digit])}
    words["before"] = inquiry.called(inquiry.read)
    st.markdown(t("why.stands" if digit == inquiry.read else "why.flipped", **words))


def _show_way(inquiry: Inquiry, at: dict[str, float], digit: int) -> None:
    """The probability of the answer along the slider moved last, the others left where they are."""
    import torch

    moved = st.session_state[keys.Draw.WHY_MOVED]
    positions = KNOBS[moved].positions()
    images = torch.stack([change(inquiry.image, {**at, moved: position}) for position in positions])
    probabilities = probabilities_of(inquiry.reader, images)  # (N, C)
    rival = digit if digit != inquiry.read and not inquiry.is_misread else inquiry.rival
    lines = {named(inquiry, one): probabilities[:, one].tolist() for one in (inquiry.read, rival)}
    axis = t(f"why.axis_{moved}")
    figure = why_charts.answer_along(
        positions, lines, at[moved], t("why.now"), axis, t("common.probability"), round(shell.scaled(LINE_HEIGHT))
    )
    named_so = {"read": inquiry.called(inquiry.read), "rival": inquiry.called(rival)}
    shell.show_chart(figure, "draw.why_way", t("why.way_alt", axis=axis, **named_so))
