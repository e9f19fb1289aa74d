"""A unit's arithmetic: what it computes for the image, what excites it most, what it does to the answer.

Read next: ``nnlab.inspection.units``, which computes it; ``excitement``; ``unit_changes``, to change what is read here.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE
from nnlab.inspection import units
from nnlab.inspection.units import Arithmetic
from nnlab.ui import charts as shared_charts
from nnlab.ui import classes, keys, saving, shell, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.components import unit_grid
from nnlab.ui.images import paper_and_ink
from nnlab.ui.inspect import charts, excitement, place, unit_changes
from nnlab.ui.inspect.network import layer_name
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.unit_table import DECIMALS, arithmetic_table, input_name, shown_parts, signed
from nnlab.ui.layout import beside
from nnlab.ui.numbers import fixed
from nnlab.ui.text import t

LISTED = 6  # terms, and units to go to
LAYER_HEIGHT = 190
MAP_HEIGHT = 250
BARS_HEIGHT = 250


def show(subject: Subject) -> None:
    """The unit to look at, and everything about it."""
    model, image = subject.reader.model, subject.image
    terms.tell("inspect.units_look")
    layer, unit = place.choose(model.config, lambda layer: _first_to_look_at(subject, layer), subject.source)
    with st.container():  # what stands below keeps its place when the note goes, and is not drawn anew
        if st.session_state.get(keys.Inspect.OPENED) == (subject.before.id, subject.image_id, layer, unit):
            terms.note("inspect.opened_on")
    found = units.arithmetic(model, image, layer, unit)
    left, right = beside(0.5, "top")
    with left:
        _show_layer(subject, layer, unit)
        _show_arithmetic(subject, found, layer, unit)
        unit_changes.show(subject, found, layer, unit)
        _show_ways(subject, found, layer, unit)
    with right:
        excitement.show(subject, found, layer, unit)
        if layer == 0:
            _show_pixels(found)
        _show_part(subject, found, layer, unit)


def _first_to_look_at(subject: Subject, layer: int) -> int:
    """The unit of a layer with the largest part in the answer: in the logit of the digit that is read."""
    model = subject.reader.model
    logits = units.layer_now(model, subject.image, len(model.linears) - 1).output
    unit = int(units.parts_in_logit(model, subject.image, layer, int(logits.argmax())).argmax())
    st.session_state[keys.Inspect.OPENED] = subject.before.id, subject.image_id, layer, unit
    return unit


# The layer, to choose from


def _show_layer(subject: Subject, layer: int, unit: int) -> None:
    config = subject.reader.model.config
    now = units.layer_now(subject.reader.model, subject.image, layer)
    outputs, totals = now.output.numpy(), now.pre_activation.numpy()
    key = f"inspect.layer_picture_{layer}"
    words = {
        "label": t("inspect.layer_alt", count=f"{len(outputs):,}"),
        "unit": place.name_of_any(config, layer, "{unit}", subject.source),
        "scale": t("inspect.scale_output"),
        "save": t("failures.map_save"),
        "file": saving.file_of(key),
        "layer": layer_name(config, layer),
        "neuron": t("inspect.unit_column"),
    }
    names = [place.called(config, layer, number, subject.source) for number in range(len(outputs))]
    told = names if place.is_last(config, layer) else ()
    unit_grid.show(
        key, outputs, totals, unit, told, round(shell.scaled(LAYER_HEIGHT)), words, partial(place.go, config, layer)
    )
    saving.offer_table({"neuron": names, "z": totals, "a": outputs}, saving.file_of(key), f"{key}.table")


# Its arithmetic


def _show_arithmetic(subject: Subject, found: Arithmetic, layer: int, unit: int) -> None:
    config = subject.reader.model.config
    name, source = place.name_of(config, layer, unit, subject.source), subject.source
    st.html(arithmetic_table(found, [input_name(config, layer, number, source) for number in found.largest(LISTED)]))
    if place.is_last(config, layer):
        terms.tell("inspect.no_activation", name=name, total=fixed(found.total, DECIMALS))
    else:
        function = t(f"train.activation_{config.activation}")
        numbers = {key: fixed(getattr(found, key), DECIMALS) for key in ("total", "output", "slope")}
        terms.tell("inspect.activation", function=function, **numbers)
    terms.note("inspect.adds_up")
    if layer == 0:
        terms.note("inspect.pixels_rescaled", **paper_and_ink(config.input_normalization))
    table = {  # whose products add up to z: the bias is the weight of an input that is always 1
        "input": [*range(1, len(found.inputs) + 1), t("columns.bias")],
        "value": [*found.inputs.tolist(), 1],
        "weight": [*found.weights.tolist(), found.bias],
        "product": [*found.products.tolist(), found.bias],
    }
    saving.offer_table(table, f"inspect-terms-{layer + 1}-{place.number_of(config, layer, unit)}", "inspect.terms")


# From here to a unit before or after


def _show_ways(subject: Subject, found: Arithmetic, layer: int, unit: int) -> None:
    model = subject.reader.model
    if layer > 0:
        listed = found.largest(LISTED)
        _pills("before", "before_ways", subject, layer - 1, dict(zip(listed, shown_parts(found, listed), strict=False)))
    if not place.is_last(model.config, layer):
        weights = model.linears[layer + 1].weight[:, unit].detach()  # (D of the next layer,)
        parts = weights * found.output if found.output else weights
        largest = parts.abs().argsort(descending=True, stable=True)[:LISTED].tolist()
        words = "after_ways" if found.output else "after_ways_silent"
        _pills("after", words, subject, layer + 1, {number: float(parts[number]) for number in largest})


def _pills(way: str, words: str, subject: Subject, layer: int, parts: dict[int, float]) -> None:
    """Units to go to, each with its product unless all products are 0."""
    config = subject.reader.model.config
    key = f"inspect.{way}"
    called = partial(place.called, config, layer, source=subject.source)
    if any(parts.values()):
        labels = {number: f"{called(number)} ({signed(part)})" for number, part in parts.items()}
    else:
        words, labels = f"{way}_ways_none", {number: called(number) for number in parts}
    name = t("inspect.outputs") if place.is_last(config, layer) else t("inspect.layer_name", layer=layer + 1)
    st.pills(
        t(f"inspect.{words}", layer=name),
        list(labels),
        format_func=labels.get,
        key=key,
        on_change=_follow,
        args=[key, subject, layer],
        wrap=True,
    )


def _follow(key: str, subject: Subject, layer: int) -> None:
    unit = st.session_state.get(key)
    if unit is not None:
        st.session_state[key] = None
        place.go(subject.reader.model.config, layer, unit)


# Its weights as a picture


def _show_pixels(found: Arithmetic) -> None:
    """The weights of a unit of the first layer, or their products with the pixels, as a picture."""
    kind = st.segmented_control(
        t("inspect.pixels"),
        ("weights", "products"),
        default="weights",
        required=True,
        format_func=lambda name: t(f"inspect.pixels_{name}"),
        key="inspect.pixels",
        label_visibility="collapsed",
        wrap=True,
    )
    values = (found.weights if kind == "weights" else found.products).view(IMAGE_SIDE, IMAGE_SIDE).numpy()
    figure = shared_charts.pixel_map(
        values, t(f"inspect.pixels_{kind}_scale"), t("inspect.pixels_hover"), height=round(shell.scaled(MAP_HEIGHT))
    )
    rows, columns = np.divmod(np.arange(values.size), IMAGE_SIDE)
    table = {"row": (rows + 1).tolist(), "column": (columns + 1).tolist(), kind: values.flatten().tolist()}
    saving.show_chart(figure, "inspect.pixel_map", t(f"inspect.pixels_{kind}_alt"), table)


# What it does to the answer


def _show_part(subject: Subject, found: Arithmetic, layer: int, unit: int) -> None:
    model = subject.reader.model
    st.markdown(f"**{t('inspect.part')}**")
    last = len(model.linears) - 1
    if layer < last and found.output == 0:
        terms.tell("inspect.part_none")
        return
    names = classes.names(subject.source)
    logits = units.layer_now(model, subject.image, last).output.tolist()
    if layer == last:
        terms.tell("inspect.part_last", digit=names[unit])
        values, marked, kind = logits, unit, "logit"
    else:
        values, marked = units.part_in_logits(model, subject.image, layer, unit).tolist(), digit_of(logits)
        kind = "product" if layer == last - 1 else "difference"
        terms.tell(f"inspect.part_{kind}", digit=names[marked], part=signed(values[marked]))
    axis, height = t(classes.key("common.digit", subject.source)), round(shell.scaled(BARS_HEIGHT))
    figure = charts.signed_bars(values, t(f"inspect.part_axis_{kind}"), axis, marked, height)
    figure["data"][0]["y"] = names
    table = {axis: names, t(f"inspect.part_axis_{kind}"): values}
    saving.show_chart(figure, "inspect.part", t("inspect.part_alt"), table)
