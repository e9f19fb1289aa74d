"""Why a digit is read as it is: the steps to the image, the pixels for and against, look-alikes, a changed drawing.

Four views in one fold, of which only the open one is computed; ``nnlab.inspection`` does the work.

The fold has no fragment of its own. When one stroke follows another, Streamlit throws away what the page's fragment has
not sent yet, but still sends what a fragment inside it has drawn. The browser then gets a part without the page that it
belongs to, and gives up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.sources.published import is_of_digits
from nnlab.ui import charts, classes, digits, keys, layout, shell, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.draw.why_changes import show_changes
from nnlab.ui.draw.why_inquiry import PICTURE_PIXELS, Inquiry, named
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.numbers import fixed, probability_percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

STAGES = ("ink", "crop", "scaled", "placed", "result")
STAGE_PIXELS = 140  # the picture of a stage; two are side by side on a phone
GIVEN_PIXELS = 56  # the picture that the network would be given at a stage
LOOK_ALIKES = 5  # of each class; they fill a row
LOOK_ALIKE_PIXELS = 84
NO_RIVAL = -1  # in the menu of rivals: the answer alone
MAP_HEIGHT = 330

_READ = '<div class="nnlab-step{kind}"><b>{digit}</b>{probability}<small>{note}</small></div>'


def show(inquiry: Inquiry) -> None:
    """The fold below the drawing; nothing is computed while it is closed."""
    kind = "drawing" if inquiry.subject.stages else "digit"
    key = f"draw.why_{kind}"
    title = kind if is_of_digits(inquiry.source) else "digit"  # whatever was drawn, it was no digit that was misread
    fold = layout.fold(t(f"why.title_{title}"), key=key, icon=":material/troubleshoot:")
    if not fold.open:
        return
    views = VIEWS if kind == "drawing" else {name: view for name, view in VIEWS.items() if name != "steps"}
    titles = {name: t(f"why.view_{name}") for name in views}
    with fold:
        name = layout.choose_view(t("why.view"), titles, keys.Draw.why_view(kind))
        views[name](inquiry)


def show_steps(inquiry: Inquiry) -> None:
    """Every stage from the canvas to the image, and what would be read if the pipeline stopped there."""
    from nnlab.inspection.stages import stage_inputs

    found = inquiry.subject.stages
    inputs = stage_inputs(found)
    terms.tell("why.steps_text")
    with st.container(horizontal=True):
        for number, name in enumerate(STAGES, start=1):
            pixels = to_grey(getattr(found, name))
            height, width = pixels.shape
            with st.container(width=STAGE_PIXELS + 14, gap="xsmall"):
                st.markdown(f"**{number}. {t(f'why.stage_{name}')}**")
                shown_width = max(1, round(STAGE_PIXELS * width / max(pixels.shape)))
                with st.container(height=STAGE_PIXELS + 4, border=False, gap=None):  # so that the answers are in line
                    show_image(pixels, alt=t(f"why.stage_{name}"), width=shown_width)
                _show_step_answer(inquiry, name, inputs[name])
                st.caption(f"{width} × {height} px. {t(f'why.stage_{name}_text')}")


def _show_step_answer(inquiry: Inquiry, name: str, given: Tensor) -> None:
    """What the network would be given at a stage, and what it would read."""
    probabilities, is_doubtful = inquiry.reader.read(given)
    digit = digit_of(probabilities)
    compared = inquiry.meant if inquiry.is_misread else inquiry.read
    notes = [t("why.step_doubtful")] if is_doubtful else []
    if digit != compared:
        notes.append(
            t(
                "why.step_compared",
                digit=inquiry.called(compared),
                probability=probability_percent(probabilities[compared]),
            )
        )
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        alt = t("why.step_given_alt", stage=t(f"why.stage_{name}"))
        show_image(to_grey(given), alt=alt, width=GIVEN_PIXELS)
        st.html(
            _READ.format(
                digit=inquiry.called(digit), probability=probability_percent(probabilities[digit]),
                note="<br>".join(notes), kind="" if is_of_digits(inquiry.source) else " named",
            )
        )  # fmt: skip


def show_pixels(inquiry: Inquiry) -> None:
    """Which pixels spoke for the answer and which against it."""
    from nnlab.inspection.evidence import saliency

    choice, picture, figure_place = _three_places("why-pixels")
    with choice:
        rival = _choose_rival(inquiry)
    evidence = saliency(inquiry.reader.model, inquiry.image, inquiry.read, rival).detach().numpy()
    gain, loss = fixed(float(evidence.clip(min=0).sum()), 1), fixed(float(evidence.clip(max=0).sum()), 1)
    other = None if rival is None else inquiry.called(rival)
    versus = {"read": inquiry.called(inquiry.read), "rival": other, "gain": f"+{gain}", "loss": loss}
    with choice:
        st.markdown(t("why.pixels_alone" if rival is None else "why.pixels_against", **versus))
        terms.note("why.pixels_note")
    with picture:
        terms.note("draw.seen")
        show_image(to_grey(inquiry.image), alt=t("draw.seen_alt"), width=PICTURE_PIXELS)
    with figure_place:
        scale = t("why.pixels_scale_alone" if rival is None else "why.pixels_scale_against", **versus)
        height = round(shell.scaled(MAP_HEIGHT))
        figure = charts.pixel_map(evidence, scale, t("why.pixels_hover"), inquiry.image.numpy(), height)
        alt = t("why.pixels_alt_alone" if rival is None else "why.pixels_alt_against", **versus)
        shell.show_chart(figure, "draw.why_map", alt)


def _three_places(name: str) -> tuple[st.delta_generator.DeltaGenerator, ...]:
    """Words, a picture, a figure: side by side, or one below the other on a phone."""
    with st.container(horizontal=True, gap="medium", key=name):
        return st.container(width=300), st.container(width=PICTURE_PIXELS), st.container()


def _choose_rival(inquiry: Inquiry) -> int | None:
    """A menu of the other nine; it begins with what was meant, if that is one of them, and else with none."""
    labels = {NO_RIVAL: t(classes.key("why.rival_none", inquiry.source))} | {
        digit: named(inquiry, digit) for digit in range(10) if digit != inquiry.read
    }
    key = f"draw.why_rival_{inquiry.read}_{inquiry.meant}"
    title = t(classes.key("why.rival", inquiry.source), read=inquiry.called(inquiry.read))
    rival = shell.menu(title, labels, key, inquiry.meant if inquiry.is_misread else NO_RIVAL)
    return None if rival == NO_RIVAL else rival


def show_look_alikes(inquiry: Inquiry) -> None:
    """The training images most like the drawing, of the class that was read and of its rival."""
    source = digits.source_here() if is_of_digits(inquiry.source) else inquiry.source
    found = digits.training_set(source)
    if found is None:
        return
    images, labels = found
    terms.tell("why.look_alikes_text", count=f"{len(images):,}", source=digits.name_of(source))
    least = {}
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=PICTURE_PIXELS, gap="xsmall"):
            st.markdown(f"**{t('why.look_alikes_yours' if inquiry.subject.stages else 'why.look_alikes_this')}**")
            show_image(to_grey(inquiry.image), alt=t("draw.seen_alt"), width=PICTURE_PIXELS)
        with st.container():
            for digit in (inquiry.read, inquiry.rival):
                places, distances = look_alikes(images, labels, inquiry.image, digit)
                least[digit] = distances[0] if distances else float("inf")
                st.markdown(f"**{named(inquiry, digit)}**")
                with st.container(horizontal=True, gap="small"):
                    for place, distance in zip(places, distances, strict=True):
                        _show_look_alike(images[place], place, distance)
    nearer, farther = map(inquiry.called, sorted(least, key=least.get))
    terms.tell("why.look_alikes_nearer", nearer=nearer, farther=farther)


def look_alikes(images: np.ndarray, labels: np.ndarray, image: Tensor, digit: int) -> tuple[list[int], list[float]]:
    """The places of the nearest images of a class, and their Euclidean distances: sqrt(sum (a - b)^2), 0 to 28."""
    import torch

    from nnlab.inspection.variations import nearest

    members = np.flatnonzero(labels == digit)
    candidates = torch.from_numpy(images[members])  # a copy of a tenth of them
    found = nearest(candidates, torch.full((len(members),), digit), image, digit, LOOK_ALIKES)
    distances = (candidates[found] / 255 - image).flatten(1).norm(dim=1)
    return members[found.numpy()].tolist(), distances.tolist()


def _show_look_alike(image: np.ndarray, place: int, distance: float) -> None:
    with st.container(width=LOOK_ALIKE_PIXELS, gap=None):
        number = f"{place + 1:,}"
        show_image(image, t("why.look_alike_alt", number=number), width=LOOK_ALIKE_PIXELS)
        st.caption(t("why.look_alike", number=number, distance=f"{distance:.2f}"))


VIEWS: dict[str, Callable[[Inquiry], None]] = {
    "steps": show_steps,
    "pixels": show_pixels,
    "look_alikes": show_look_alikes,
    "changes": show_changes,
}
