"""A map of test images, placed by their pixels or a layer's outputs: do the digits come apart, layer by layer?

And as training goes on: a run is looked at from any step whose weights were kept, always on the same axes.

Read next: ``placed``, where images lie.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from nnlab.config import ModelConfig
from nnlab.ui import beside, digits, keys, layout, saving, shell, terms
from nnlab.ui.inspect import failure_charts, map_picture, past, placed, tsne
from nnlab.ui.inspect.placed import PIXELS, Placed, Sample
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import made_beside
from nnlab.ui.numbers import adding_up, percent
from nnlab.ui.text import t

WAYS = ("pca", "tsne")
SHARE_DECIMALS = 3  # of a fraction: one of what is shown in per cent
LAYER_HEIGHT, BARS_MARGIN = 46, 110  # of the bars: for each layer, and for what is around them


def show(subject: Subject) -> None:
    """The choice of a layer and a step, the map with the subject's image in it, and how far the digits are apart."""
    found = test_tensors(subject.source)
    if found is None:
        return
    names = layer_names(subject.reader.model.config)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer, way = _choose_layer(names), _choose_way()
    terms.tell("failures.map_look" if way == "pca" else "tsne.look")
    past.choose(subject.past)
    sample = placed.sample_of(subject, found)
    if beside.takes_long(subject.reader.model.config.parameter_count, placed.WORK * len(sample.labels)):
        parts = [layer] if way == "tsne" else [layer, *range(len(names))]
        if made_beside(f"map {sample.name_at(layer)} {way}", partial(placed.find_out, sample, parts)) is None:
            return
    with st.spinner(t("failures.map_placing")):
        answers, here = placed.answers(sample), placed.place(sample, layer)
        alike = placed.alike_in_map(sample, layer)
    if answers is None or here is None or alike is None:
        st.error(t("common.not_a_number"), icon=":material/error:")
        return
    if way == "tsne":
        tsne.show(subject, sample, layer, names[layer], answers)
        return
    axes = [f"{names[layer]}: {t('failures.map_axis', number=number)}" for number in (1, 2)]
    points = map_picture.points_of(sample, here.places.numpy(), answers)
    map_picture.show(points, _place_of(subject, here, layer), axes, map_picture.title(subject, alike), subject.source)
    _say_shares(subject, here, sample, layer)
    with st.spinner(t("failures.map_measuring")):
        layers = range(len(names))
        measured = [(placed.alike(sample, each), placed.alike_in_map(sample, each)) for each in layers]
    if all(None not in shares for shares in measured):
        _show_apartness(names, measured, layer)


def layer_names(config: ModelConfig) -> list[str]:
    """What images can be placed by: their pixels, each hidden layer, the logits."""
    numbered = enumerate(config.hidden_sizes, start=1)
    hidden = [t("failures.map_hidden", number=number, units=f"{units:,}") for number, units in numbered]
    return [t("failures.map_pixels"), *hidden, t("failures.map_logits")]


def _choose_layer(names: list[str]) -> int:
    """One of the layers; the logits instead of one that another network had."""
    key = keys.Inspect.MAP_LAYER
    chosen = st.session_state.get(key, PIXELS)
    st.session_state[key] = chosen if chosen < len(names) else len(names) - 1
    return st.segmented_control(
        t("failures.map_layer"), range(len(names)), format_func=names.__getitem__, required=True, key=key,
        persist_state="session", wrap=True, label_visibility="collapsed",
    )  # fmt: skip


def _choose_way() -> str:
    return layout.choose_view(t("tsne.way"), {way: t(f"tsne.{way}") for way in WAYS}, keys.Inspect.MAP_WAY)


def _place_of(subject: Subject, here: Placed, layer: int) -> list[float]:
    """Where the subject's own image lies in the map."""
    from nnlab.inspection.map import representations

    return here.plane.place(representations(subject.reader.model, subject.image[None])[layer])[0].tolist()


def _say_shares(subject: Subject, here: Placed, sample: Sample, layer: int) -> None:
    first, second = here.shares.tolist()
    if first == second == 0:
        st.info(t("failures.map_flat"), icon=":material/info:")
        return
    shown = adding_up([first, second], SHARE_DECIMALS)  # so that the two add up to what they keep together
    shares = dict(zip(("first", "second", "share"), map(percent, [*shown, sum(shown)]), strict=True))
    counts = {"count": f"{len(sample.labels):,}", "total": f"{sample.total:,}"}
    said = [terms.told("failures.map_points", data=digits.name_of(subject.source), **counts, **shares)]
    if layer == PIXELS:
        said += [t("past.pixels")] if subject.past else []
    elif subject.past:
        said.append(t("past.axes", step=f"{subject.past.axes.step:,}"))
    st.caption(" ".join(said))


def _show_apartness(names: list[str], measured: list[tuple[float, float]], layer: int) -> None:
    st.markdown(f"**{t('failures.map_apart')}**")
    terms.note("failures.map_apart_note")
    titles = t("failures.map_apart_all"), t("failures.map_apart_map")
    series = dict(zip(titles, zip(*measured, strict=True), strict=True))
    height = round(shell.scaled(BARS_MARGIN + LAYER_HEIGHT * len(names)))
    figure = failure_charts.apartness(names, series, t("failures.map_apart_axis"), layer, height)
    saving.show_chart(figure, "inspect.apart", t("failures.map_apart_alt"), {t("failures.map_layer"): names} | series)
