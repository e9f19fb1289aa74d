"""Attribution: what the answer rests on, what would change it, and what a class or a unit likes best."""

from __future__ import annotations

import numpy as np
import streamlit as st
from torch import Tensor

from nnlab.config import CLASSES, Number
from nnlab.inspection import attribution as core
from nnlab.inspection.evidence import saliency
from nnlab.inspection.preferences import CLIMBS, EXAMPLES, Change, favourite_images, smallest_change
from nnlab.inspection.variations import nearest
from nnlab.model import MLP
from nnlab.ui import charts, classes, keys, shell, terms
from nnlab.ui.answers import digit_of, ranking_of
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.inspect.network import choose_favourites_layer, choose_view, fingerprint
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import name_of_set
from nnlab.ui.numbers import fixed, probability_percent
from nnlab.ui.saving import offer_pictures, pixel_columns, pixel_rows, show_chart
from nnlab.ui.text import t

VIEWS = ("why", "change", "favourite")
METHODS = ("gradient_input", "integrated", "occlusion")
NO_RIVAL = -1  # in the menu of rivals: the logit alone
MAP_PIXELS, MAP_HEIGHT = 214, 214
PICTURE_PIXELS = 168
FAVOURITE_PIXELS = 112
FAVOURITES = 10  # shown at once
CANDIDATES = 20  # nearest test images of the wanted class; a search starts from the first few that are read as it
PATCHES = (1, 10)  # the smallest and the largest side of the square that covers
SMOOTHNESS = (0.0, 0.1, 0.3, 0.6, 0.9)


def show(subject: Subject) -> None:
    """One of three views."""
    view = choose_view("attribution", VIEWS, keys.Inspect.ATTRIBUTION_VIEW)
    {"why": _show_why, "change": _show_change, "favourite": _show_favourites}[view](subject)


def _show_why(subject: Subject) -> None:
    """Three methods side by side, on one scale, and the sums of those that promise one."""
    terms.tell("attribution.look_why")
    target, rival, baseline, patch = _choose_question(subject)
    name = fingerprint(subject.reader.model, subject.image)
    maps, whole = _maps(name, target, rival, baseline, patch, _model=subject.reader.model, _image=subject.image)
    span = max(float(np.abs(values).max()) for values in maps.values())
    with st.container(horizontal=True, gap="small"):
        for method, values in maps.items():
            with st.container(width=round(shell.scaled(MAP_PIXELS)), gap="xsmall"):
                _show_map(method, values, span)
    called = classes.names(subject.source)
    words = {"target": called[target], "rival": "" if rival is None else called[rival]}
    scale = t("attribution.scale_alone" if rival is None else "attribution.scale_against", **words)
    terms.note("attribution.scale", scale=scale, span=fixed(span, 3))
    st.markdown(_sums(maps, whole))
    terms.note("attribution.sums_note", steps=core.STEPS)


def _choose_question(subject: Subject) -> tuple[int, int | None, float, int]:
    """The class that is explained, its rival if any, what counts as nothing, and the side of the covering square."""
    ranking = ranking_of(subject.reader.read(subject.image).probabilities)
    called = classes.names(subject.source)
    places = st.columns(4, vertical_alignment="bottom")
    with places[0]:
        names = {digit: _named(called[digit], digit == ranking[0]) for digit in ranking}
        target = shell.menu(t("attribution.target"), names, f"inspect.explained_{ranking[0]}", ranking[0])
    with places[1]:
        rivals = {NO_RIVAL: t("attribution.rival_none")} | {
            digit: _named(called[digit], digit == ranking[0]) for digit in ranking if digit != target
        }
        rival = shell.menu(t("attribution.rival"), rivals, f"inspect.rival_{target}", NO_RIVAL)
    with places[2]:
        baselines = {core.PAPER: t("attribution.baseline_paper"), core.GREY: t("attribution.baseline_grey")}
        baseline = shell.menu(
            t("attribution.baseline"), baselines, keys.Inspect.BASELINE, core.PAPER,
            help=t("attribution.baseline_help"), persist_state="session",
        )  # fmt: skip
    with places[3]:
        patch = st.slider(
            t("attribution.patch"), *PATCHES, 4, key=keys.Inspect.PATCH, format="%d px", persist_state="session"
        )
    return target, None if rival == NO_RIVAL else rival, baseline, patch


def _named(called: str, is_answer: bool) -> str:
    return t("attribution.answer", digit=called) if is_answer else called


@st.cache_data(show_spinner=False, max_entries=200)
def _maps(
    name: str, target: int, rival: int | None, baseline: float, patch: int, _model: MLP, _image: Tensor
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The three maps, (28, 28) each, per pixel, and by how much the evidence differs from that in the baseline."""
    found = (
        saliency(_model, _image, target, rival),
        core.integrated_gradients(_model, _image, target, rival, baseline),
        core.occlusion(_model, _image, target, rival, patch, baseline) / patch**2,  # shared out among its pixels
    )
    of_paper = core.difference(_model, _image, target, rival)
    of_baseline = core.difference(_model, _image, target, rival, baseline)
    wholes = {"gradient_input": of_paper, "integrated": of_baseline, "occlusion": of_baseline}
    return {method: values.detach().numpy() for method, values in zip(METHODS, found, strict=True)}, wholes


def _show_map(method: str, values: np.ndarray, span: float) -> None:
    words = t(f"attribution.{method}")
    terms.head(f"attribution.{method}", help=t(f"attribution.{method}_help"))
    figure = charts.pixel_map(values, "", t("attribution.hover"), height=round(shell.scaled(MAP_HEIGHT)))
    figure["data"][0] |= {"zmin": -span, "zmax": span, "showscale": False}
    gain, loss = fixed(float(values.clip(min=0).sum()), 2), fixed(float(values.clip(max=0).sum()), 2)
    alt = t("attribution.map_alt", method=words, gain=gain, loss=loss)
    show_chart(figure, f"inspect.map_{method}", alt, _pixel_table(values))


def _pixel_table(values: np.ndarray) -> dict[str, list]:
    """The numbers of a picture as it stands: a row for each of its rows, a column for each of its columns."""
    rows = {"": [f"row {row + 1}" for row in range(len(values))]}
    return rows | {f"column {column + 1}": numbers.tolist() for column, numbers in enumerate(values.T)}


def _sums(maps: dict[str, np.ndarray], wholes: dict[str, float]) -> str:
    heads = [t(f"attribution.column_{name}") for name in ("method", "sum", "whole", "promise")]
    rows = [
        [
            t(f"attribution.{method}"),
            fixed(float(values.sum()), 3),
            fixed(wholes[method], 3),
            t(f"attribution.promise_{method}"),
        ]
        for method, values in maps.items()
    ]
    marks = [":--", "--:", "--:", ":--"]  # words, two numbers, words
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *rows))


def _show_change(subject: Subject) -> None:
    """The smallest change found that makes the network read another class."""
    called = classes.names(subject.source)
    probabilities = subject.reader.read(subject.image).probabilities
    read = digit_of(probabilities)
    others = [digit for digit in range(CLASSES) if digit != read]
    target = st.pills(
        t("attribution.wanted"),
        others,
        default=max(others, key=lambda digit: float(probabilities[digit])),  # the likeliest of them, and so the nearest
        required=True,
        key=f"inspect.wanted_{read}",
        wrap=True,
        format_func=called.__getitem__,
    )
    terms.tell("attribution.look_change", target=called[target], read=called[read])
    with st.spinner(t("attribution.searching")):
        name, tested = fingerprint(subject.reader.model, subject.image), test_tensors(subject.source)
        change = _change(
            name, target, tested and name_of_set(tested),
            _model=subject.reader.model, _image=subject.image, _tested=tested,
        )  # fmt: skip
    if not change.is_found:
        st.warning(t("attribution.not_found", target=called[target]))
        return
    moved = (change.image - subject.image).numpy()
    after = subject.reader.read(change.image)
    probability = probability_percent(after.probabilities[target])
    before = probability_percent(subject.reader.read(subject.image).probabilities[target])
    with st.container(horizontal=True, gap="medium"):
        width = round(shell.scaled(PICTURE_PIXELS))
        for words, picture in (("before", subject.image), ("after", change.image)):
            with st.container(width=width, gap="xsmall"):
                st.markdown(f"**{t(f'attribution.{words}')}**")
                alt = t(f"attribution.{words}_alt", target=called[target])
                show_image(to_grey(picture), alt, width)
        with st.container(width=round(shell.scaled(MAP_PIXELS + 70)), gap="xsmall"):
            st.markdown(f"**{t('attribution.moved')}**")
            height = round(shell.scaled(MAP_HEIGHT))
            figure = charts.pixel_map(moved, t("attribution.moved_scale"), t("attribution.hover_moved"), height=height)
            largest = fixed(float(np.abs(moved).max()), 2)
            alt = t("attribution.moved_alt", target=called[target], largest=largest)
            show_chart(figure, "inspect.moved", alt, _pixel_table(moved))
    offer_pictures(
        [to_grey(subject.image), to_grey(change.image)],
        pixel_rows(ink_before=subject.image.numpy(), ink_after=change.image.numpy(), ink_change=moved),
        "inspect.changed",
        [t("attribution.before"), f"{t('attribution.after')}: {called[target]}, {probability}"],
    )
    terms.tell(
        "attribution.changed",
        target=called[target],
        probability=probability,
        before=before,
        distance=fixed(change.distance, 2),
        own=fixed(float(subject.image.norm()), 2),
        largest=largest,
    )
    if after.is_doubtful:
        st.markdown(t("attribution.changed_doubtful", target=called[target]))
    terms.note("attribution.change_note", target=called[target], examples=EXAMPLES)


@st.cache_data(show_spinner=False, max_entries=200)
def _change(
    name: str, target: int, test_set: str | None, _model: MLP, _image: Tensor, _tested: tuple[Tensor, Tensor] | None
) -> Change:
    if _tested is None:
        return smallest_change(_model, _image, target)
    images, labels = _tested
    return smallest_change(_model, _image, target, images[nearest(images, labels, _image, target, CANDIDATES)] / 255)


def _show_favourites(subject: Subject) -> None:
    """What excites the units of a layer most; for the output layer, the ten classes."""
    terms.tell(classes.key("attribution.look_favourite", subject.source))
    called = classes.names(subject.source)
    model = subject.reader.model
    last = len(model.config.hidden_sizes)
    layer_place, first_place, smooth_place = st.columns(3, vertical_alignment="bottom")
    with layer_place:
        layer = choose_favourites_layer(model.config)
    units = model.config.layer_sizes[layer + 1]
    with first_place:
        first = 1
        if units > FAVOURITES:
            rule = Number(1, units - FAVOURITES + 1, integer=True)
            key = keys.Inspect.FIRST_FAVOURITE
            st.session_state[key] = min(st.session_state.get(key, 1), int(rule.high))
            first = number_field(t("attribution.first_unit", units=f"{units:,}"), rule, key, step=FAVOURITES)
    with smooth_place:
        smoothness = st.select_slider(
            t("attribution.smoothness"), SMOOTHNESS, 0.3, key=keys.Inspect.SMOOTHNESS,
            help=t("attribution.smoothness_help"), persist_state="session",
        )  # fmt: skip
    shown = list(range(first - 1, min(first - 1 + FAVOURITES, units)))
    with st.spinner(t("attribution.searching")):
        images, excitations = _favourites(fingerprint(model), layer, tuple(shown), smoothness, _model=model)
    with st.container(horizontal=True, gap="small"):
        for unit, image, excitation in zip(shown, images, excitations.tolist(), strict=True):
            _show_favourite(subject, unit, image, excitation, is_class=layer == last)
    terms.note("attribution.favourite_note", steps=CLIMBS)
    table = {"neuron": [called[unit] if layer == last else unit + 1 for unit in shown], "z": excitations.tolist()}
    captions = [f"{name}: z = {fixed(z, 1)}" for name, z in zip(*table.values(), strict=True)]
    table |= pixel_columns(images.numpy())
    offer_pictures([to_grey(image) for image in images], table, "inspect.favourites", captions)


@st.cache_data(show_spinner=False, max_entries=200)
def _favourites(name: str, layer: int, units: tuple[int, ...], smoothness: float, _model: MLP) -> tuple[Tensor, Tensor]:
    return favourite_images(_model, layer, units, smoothness)


def _show_favourite(subject: Subject, unit: int, image: Tensor, excitation: float, is_class: bool) -> None:
    probabilities = subject.reader.read(image).probabilities
    digit = digit_of(probabilities)
    called = classes.names(subject.source)
    name = t("attribution.unit", number=f"{unit + 1:,}")
    if is_class:
        name = t(classes.key("attribution.class", subject.source), digit=called[unit])
    width = round(shell.scaled(FAVOURITE_PIXELS))
    with st.container(width=width, gap="xsmall"):
        st.markdown(f"**{name}**")
        show_image(to_grey(image), t("attribution.favourite_alt", name=name), width)
        words = {
            "z": fixed(excitation, 1),
            "digit": called[digit],
            "probability": probability_percent(probabilities[digit], 0),
        }
        st.caption(t("attribution.favourite", **words))
