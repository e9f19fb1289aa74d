"""Why a digit is read as it is: the steps to the image, the pixels for and against, look-alikes, a changed drawing.

Four views in one fold, of which only the open one is computed, in a fragment: a slider moves nothing but its view.
``explain`` does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.idx import DataError
from nnlab.ui import charts, digits, shell, why_charts
from nnlab.ui.draw_parts import Reading, Subject, to_grey
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.ui.readers import Reader

STAGES = ("ink", "crop", "scaled", "placed", "result")
STAGE_PIXELS = 140  # the picture of a stage; two are side by side on a phone
GIVEN_PIXELS = 56  # the picture that the network would be given at a stage
PICTURE_PIXELS = 168
LOOK_ALIKES = 5  # of each class; they fill a row
LOOK_ALIKE_PIXELS = 84
NO_RIVAL = -1  # in the menu of rivals: the answer alone
MAP_HEIGHT, LINE_HEIGHT, BARS_HEIGHT = 330, 300, 300
MOVED, CHANGED = "draw.why_moved", "draw.why_changed"  # session keys: the last slider moved; the image they belong to

# A stage's reading, small; its numbers keep their width.
_READ = """<style>
.nnlab-step {{ font-variant-numeric: tabular-nums; line-height: 1.25rem; font-size: 0.95rem; min-height: 5.6rem; }}
.nnlab-step b {{ font-size: 1.7rem; line-height: 1.8rem; margin-right: 0.3rem; }}
.nnlab-step small {{ opacity: 0.75; display: block; font-size: 0.85rem; }}
</style><div class="nnlab-step"><b>{digit}</b>{probability}<small>{note}</small></div>"""


@dataclass(frozen=True, eq=False)
class Case:
    """One answer to be explained.

    Attributes:
        subject: what was read.
        reading: who read it, and the probabilities.
        meant: what it was meant to be: a test digit's label, or what the visitor said; None where nobody knows.
    """

    subject: Subject
    reading: Reading
    meant: int | None

    @property
    def reader(self) -> Reader:
        return self.reading.reader

    @property
    def image(self) -> Tensor:
        return self.subject.image

    @cached_property
    def ranking(self) -> list[int]:
        """The ten digits, the most probable first."""
        return ranking_of(self.reading.probabilities)

    @property
    def read(self) -> int:
        return self.ranking[0]

    @property
    def is_misread(self) -> bool:
        return self.meant is not None and self.meant != self.read

    @property
    def rival(self) -> int:
        """Whom the answer is compared with: what was meant if that is another digit, and else the second guess."""
        return self.meant if self.is_misread else self.ranking[1]


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


def ranking_of(probabilities: list[float]) -> list[int]:
    """The ten digits, the most probable first."""
    return sorted(range(len(probabilities)), key=lambda digit: -probabilities[digit])


def probabilities_of(reader: Reader, images: Tensor) -> Tensor:
    """What a reader makes of many images: (N, 28, 28) float32 in [0, 1] -> (N, 10), calibrated as it is."""
    import torch

    from nnlab.calibration import calibrated

    with torch.inference_mode():
        return calibrated(reader.model(images), reader.temperature)


@st.fragment
def show(case: Case) -> None:
    """The fold below the drawing; nothing is computed while it is closed."""
    kind = "drawing" if case.subject.stages else "digit"
    key = f"draw.why_{kind}"
    fold = st.expander(t(f"why.title_{kind}"), key=key, icon=":material/troubleshoot:", on_change="rerun")
    if not fold.open:
        return
    views = VIEWS if kind == "drawing" else {name: view for name, view in VIEWS.items() if name != "steps"}
    labels = {name: t(f"why.view_{name}") for name in views}
    with fold:
        name = st.segmented_control(
            t("why.view"),
            list(views),
            format_func=labels.get,
            default=next(iter(views)),
            required=True,
            key=f"{key}_view",
            label_visibility="collapsed",
            persist_state="session",
        )
        views[name](case)


def show_steps(case: Case) -> None:
    """Every stage from the canvas to the image, and what would be read if the pipeline stopped there."""
    from nnlab.explain import stage_inputs

    found = case.subject.stages
    inputs = stage_inputs(found)
    st.markdown(t("why.steps_text"))
    with st.container(horizontal=True):
        for number, name in enumerate(STAGES, start=1):
            pixels = to_grey(getattr(found, name))
            height, width = pixels.shape
            with st.container(width=STAGE_PIXELS + 14, gap="xsmall"):
                st.markdown(f"**{number}. {t(f'why.stage_{name}')}**")
                shown_width = max(1, round(STAGE_PIXELS * width / max(pixels.shape)))
                with st.container(height=STAGE_PIXELS + 4, border=False, gap=None):  # so that the answers are in line
                    shell.show_image(pixels, alt=t(f"why.stage_{name}"), width=shown_width)
                _show_step_answer(case, name, inputs[name])
                st.caption(f"{width} × {height} px. {t(f'why.stage_{name}_text')}")


def _show_step_answer(case: Case, name: str, given: Tensor) -> None:
    """What the network would be given at a stage, and what it would read."""
    probabilities, is_doubtful = case.reader.read(given)
    digit = ranking_of(probabilities)[0]
    compared = case.meant if case.is_misread else case.read
    notes = [t("why.step_doubtful")] if is_doubtful else []
    if digit != compared:
        notes.append(t("why.step_compared", digit=compared, probability=f"{probabilities[compared]:.1%}"))
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        alt = t("why.step_given_alt", stage=t(f"why.stage_{name}"))
        shell.show_image(to_grey(given), alt=alt, width=GIVEN_PIXELS)
        st.html(_READ.format(digit=digit, probability=f"{probabilities[digit]:.1%}", note="<br>".join(notes)))


def show_pixels(case: Case) -> None:
    """Which pixels spoke for the answer and which against it."""
    from nnlab.explain import saliency

    choice, picture, figure_place = _three_places("why-pixels")
    with choice:
        rival = _choose_rival(case)
    evidence = saliency(case.reader.model, case.image, case.read, rival).detach().numpy()
    gain, loss = f"+{evidence.clip(min=0).sum():.1f}", f"−{-evidence.clip(max=0).sum():.1f}"
    versus = {"read": case.read, "rival": rival, "gain": gain, "loss": loss}
    with choice:
        st.markdown(t("why.pixels_alone" if rival is None else "why.pixels_against", **versus))
        st.caption(t("why.pixels_note"))
    with picture:
        st.caption(t("draw.seen"))
        shell.show_image(to_grey(case.image), alt=t("draw.seen_alt"), width=PICTURE_PIXELS)
    with figure_place:
        scale = t("why.pixels_scale_alone" if rival is None else "why.pixels_scale_against", **versus)
        height = round(shell.scaled(MAP_HEIGHT))
        figure = why_charts.evidence_map(evidence, case.image.numpy(), scale, t("why.pixels_hover"), height)
        alt = t("why.pixels_alt_alone" if rival is None else "why.pixels_alt_against", **versus)
        shell.show_chart(figure, "draw.why_map", alt)


def _three_places(name: str) -> tuple[st.delta_generator.DeltaGenerator, ...]:
    """Words, a picture, a figure: side by side, or one below the other on a phone."""
    with st.container(horizontal=True, gap="medium", key=name):
        return st.container(width=300), st.container(width=PICTURE_PIXELS), st.container()


def _choose_rival(case: Case) -> int | None:
    """A menu of the other nine; it begins with what was meant, if that is one of them, and else with none."""
    labels = {NO_RIVAL: t("why.rival_none")} | {digit: _named(case, digit) for digit in range(10) if digit != case.read}
    key = f"draw.why_rival_{case.read}_{case.meant}"
    rival = shell.menu(t("why.rival", read=case.read), labels, key, case.meant if case.is_misread else NO_RIVAL)
    return None if rival == NO_RIVAL else rival


def _named(case: Case, digit: int) -> str:
    """A digit, and what it is to the case: "4 (meant)"."""
    if digit == case.meant and case.is_misread:
        return t("why.named_meant", digit=digit)
    if digit == case.read:
        return t("why.named_read", digit=digit)
    return t("why.named_second", digit=digit) if digit == case.ranking[1] else str(digit)


def show_look_alikes(case: Case) -> None:
    """The training digits most like the drawing, of the class that was read and of its rival."""
    source = digits.source_here()
    try:
        images, labels = digits.load_training_set(source)
    except DataError as error:
        st.error(t("why.broken_mnist", reason=error), icon=":material/error:")
        shell.link("home")
        return
    st.markdown(t("why.look_alikes_text", count=f"{len(images):,}", source=digits.name_of(source)))
    least = {}
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=PICTURE_PIXELS, gap="xsmall"):
            st.markdown(f"**{t('why.look_alikes_yours' if case.subject.stages else 'why.look_alikes_this')}**")
            shell.show_image(to_grey(case.image), alt=t("draw.seen_alt"), width=PICTURE_PIXELS)
        with st.container():
            for digit in (case.read, case.rival):
                places, distances = look_alikes(images, labels, case.image, digit)
                least[digit] = distances[0] if distances else float("inf")
                st.markdown(f"**{_named(case, digit)}**")
                with st.container(horizontal=True, gap="small"):
                    for place, distance in zip(places, distances, strict=True):
                        _show_look_alike(images[place], place, distance)
    nearer, farther = sorted(least, key=least.get)
    st.markdown(t("why.look_alikes_nearer", nearer=nearer, farther=farther))


def look_alikes(
    images: np.ndarray, labels: np.ndarray, image: Tensor, digit: int, count: int = LOOK_ALIKES
) -> tuple[list[int], list[float]]:
    """The places of the nearest images of a class, and their Euclidean distances: sqrt(sum (a - b)^2), 0 to 28."""
    import torch

    from nnlab.explain import nearest

    members = np.flatnonzero(labels == digit)
    candidates = torch.from_numpy(images[members])  # a copy of a tenth of them
    found = nearest(candidates, torch.full((len(members),), digit), image, digit, count)
    distances = (candidates[found] / 255 - image).flatten(1).norm(dim=1)
    return members[found.numpy()].tolist(), distances.tolist()


def _show_look_alike(image: np.ndarray, place: int, distance: float) -> None:
    with st.container(width=LOOK_ALIKE_PIXELS, gap=None):
        number = f"{place + 1:,}"
        shell.show_image(image, t("why.look_alike_alt", number=number), width=LOOK_ALIKE_PIXELS)
        st.caption(t("why.look_alike", number=number, distance=f"{distance:.2f}"))


def show_changes(case: Case) -> None:
    """Sliders that change the drawing, and what becomes of the answer."""
    _reset_for(case.image)
    with st.container(horizontal=True, gap="medium"):
        picture = st.container(width=PICTURE_PIXELS)
        with st.container(width=420):
            at = _move_knobs()
        bars = st.container()
    changed = change(case.image, at)
    probabilities = probabilities_of(case.reader, changed[None])[0].tolist()
    with picture:
        st.caption(t("why.changed"))
        shell.show_image(to_grey(changed), alt=t("why.changed_alt"), width=PICTURE_PIXELS)
        _show_changed_answer(case, probabilities)
    with bars:
        height = round(shell.scaled(BARS_HEIGHT))
        answer = _answer_words(probabilities)
        figure = charts.probability_bars(probabilities, t("why.probability"), t("why.digit"), case.meant, height)
        figure.update_xaxes(range=[0, 1.45], tickvals=[0, 0.5, 1], tickangle=0)
        charts.hold_still(figure)
        shell.show_chart(figure, key="draw.why_bars", alt=t("why.changed_bars_alt", answer=answer))
    _show_way(case, at, ranking_of(probabilities)[0])


def _reset_for(image: Tensor) -> None:
    """Another image starts from where the sliders change nothing."""
    name = image.numpy().tobytes()
    if st.session_state.get(CHANGED) != name:
        st.session_state[CHANGED] = name
        _reset()
    for knob_name, knob in KNOBS.items():  # sliders that were not on the page have forgotten where they were
        st.session_state.setdefault(knob_key(knob_name), knob.usual)
    st.session_state.setdefault(MOVED, "rotation")


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
    st.session_state[MOVED] = name


def change(image: Tensor, at: dict[str, float]) -> Tensor:
    """The image as the sliders have it: (28, 28) float32 in [0, 1]."""
    from nnlab.explain import transform

    return transform(image, -at["rotation"], at["right"], at["down"], at["size"] / 100, at["thickness"])


def _answer_words(probabilities: list[float]) -> str:
    digit = ranking_of(probabilities)[0]
    return t("draw.answer_alt", digit=digit, probability=f"{probabilities[digit]:.1%}")


def _show_changed_answer(case: Case, probabilities: list[float]) -> None:
    """Whether the answer still stands."""
    digit = ranking_of(probabilities)[0]
    words = {"digit": digit, "probability": f"{probabilities[digit]:.1%}", "before": case.read}
    st.markdown(t("why.stands" if digit == case.read else "why.flipped", **words))


def _show_way(case: Case, at: dict[str, float], digit: int) -> None:
    """The probability of the answer along the slider moved last, the others left where they are."""
    import torch

    moved = st.session_state[MOVED]
    positions = KNOBS[moved].positions()
    images = torch.stack([change(case.image, {**at, moved: position}) for position in positions])
    probabilities = probabilities_of(case.reader, images)  # (N, C)
    rival = digit if digit != case.read and not case.is_misread else case.rival
    lines = {_named(case, one): probabilities[:, one].tolist() for one in (case.read, rival)}
    axis = t(f"why.axis_{moved}")
    figure = why_charts.answer_along(
        positions, lines, at[moved], t("why.now"), axis, t("why.probability"), round(shell.scaled(LINE_HEIGHT))
    )
    shell.show_chart(figure, "draw.why_way", t("why.way_alt", read=case.read, rival=rival, axis=axis))


VIEWS: dict[str, Callable[[Case], None]] = {
    "steps": show_steps,
    "pixels": show_pixels,
    "look_alikes": show_look_alikes,
    "changes": show_changes,
}
