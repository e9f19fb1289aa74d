"""A map of test images, placed by their pixels or a layer's outputs: do the digits come apart, layer by layer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import ModelConfig
from nnlab.ui import digits, keys, shell
from nnlab.ui.components import point_map
from nnlab.ui.inspect import failure_charts, saving
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import KEPT, name_of
from nnlab.ui.numbers import percent
from nnlab.ui.readers import BUNDLED
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.inspection.map import Plane
    from nnlab.model import MLP

SAMPLE = 2000  # test images in the map
LAYERS = 8  # about as many as a network here has; kept maps are counted by it
MAP_HEIGHT = 410
LAYER_HEIGHT, BARS_MARGIN = 46, 110  # of the bars: for each layer, and for what is around them
PIXELS = 0  # of the layers to choose from, the first is none


@dataclass(frozen=True, eq=False)
class Mapped:
    """Images placed by a layer: the plane of the map, (N, 2) places in it, and (N,) what the network answers."""

    plane: Plane
    places: Tensor
    predicted: Tensor


def show(subject: Subject) -> None:
    """The choice of a layer, the map with the subject's image in it, and how far the digits have come apart."""
    found = test_tensors(subject.source)
    if found is None:
        return
    from nnlab.evaluation import evenly_spread
    from nnlab.inspection.map import representations

    st.markdown(t("failures.map_look"))
    names = layer_names(subject.reader.model.config)
    layer = _choose_layer(names)
    model = subject.reader.model
    with st.spinner(t("failures.map_placing")):
        name = name_of(subject, found)
        mapped = _mapped(name, layer, _model=model, _found=found)
    if mapped is None:
        st.error(t("common.not_a_number"), icon=":material/error:")
        return
    images, labels = found
    sample = evenly_spread(len(labels), SAMPLE)
    here = mapped.plane.place(representations(model, subject.image[None])[layer])[0].tolist()
    points = point_map.Points(
        mapped.places.numpy(), labels[sample].tolist(), mapped.predicted.tolist(), (sample + 1).tolist(),
        point_map.sheet_of(images[sample].numpy()),
    )  # fmt: skip
    _show_map(points, here, names[layer])
    _say_shares(mapped, len(sample), len(labels), digits.name_of(subject.source))
    if subject.network != BUNDLED:
        st.caption(t("failures.map_now"))
    with st.spinner(t("failures.map_measuring")):
        measured = [_apartness(name, place, _model=model, _found=found) for place in range(len(names))]
    if all(measured):
        _show_apartness(names, measured, layer)


def layer_names(config: ModelConfig) -> list[str]:
    """What images can be placed by: their pixels, each hidden layer, the logits."""
    numbered = enumerate(config.hidden_sizes, start=1)
    hidden = [t("failures.map_hidden", number=number, units=units) for number, units in numbered]
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


def _say_shares(mapped: Mapped, count: int, total: int, data: str) -> None:
    first, second = mapped.plane.shares.tolist()
    if first == 0:
        st.info(t("failures.map_flat"), icon=":material/info:")
        return
    words = {"first": percent(first), "second": percent(second), "share": percent(first + second)}
    st.caption(t("failures.map_points", count=f"{count:,}", total=f"{total:,}", data=data, **words))


def _show_map(points: point_map.Points, here: list[float], name: str) -> None:
    blanks = {"number": "{number}", "truth": "{truth}", "predicted": "{predicted}"}  # for the browser to fill in
    words = {
        "label": t("failures.map_alt", count=f"{len(points.labels):,}"),
        "point": t("failures.map_point", **blanks),
        "mark": t("failures.map_this"),
        "all": t("failures.map_everything"),
        "class": t("failures.map_class", digit="{digit}"),
        "save": t("failures.map_save"),
        "file": "inspect-map",
    }
    point_map.show("inspect.map_points", points, here, round(shell.scaled(MAP_HEIGHT)), words)
    table = {
        t("failures.map_number"): points.numbers,
        t("failures.truth"): points.labels,
        t("failures.predicted"): points.predicted,
        f"{name}: {t('failures.map_axis', number=1)}": points.places[:, 0].tolist(),
        f"{name}: {t('failures.map_axis', number=2)}": points.places[:, 1].tolist(),
    }
    saving.offer_table(table, "inspect-map", "inspect.map_table")


def _show_apartness(names: list[str], measured: list[tuple[float, float]], layer: int) -> None:
    st.markdown(f"**{t('failures.map_apart')}**")
    st.caption(t("failures.map_apart_note"))
    titles = t("failures.map_apart_all"), t("failures.map_apart_map")
    series = dict(zip(titles, zip(*measured, strict=True), strict=True))
    height = round(shell.scaled(BARS_MARGIN + LAYER_HEIGHT * len(names)))
    figure = failure_charts.apartness(names, series, t("failures.map_apart_axis"), layer, height)
    saving.show_chart(figure, "inspect.apart", t("failures.map_apart_alt"), {t("failures.map_layer"): names} | series)


def _placed_by(found: tuple[Tensor, Tensor], layer: int, model: MLP) -> tuple[Tensor, Tensor, Tensor]:
    """(N, D) what the layer makes of the sampled images, (N, 10) the logits, (N,) the labels."""
    from nnlab.evaluation import evenly_spread, to_float
    from nnlab.inspection.map import representations

    images, labels = found
    sample = evenly_spread(len(labels), SAMPLE)
    placed = representations(model, to_float(images[sample]))
    return placed[layer], placed[-1], labels[sample]


@st.cache_resource(show_spinner=False, max_entries=KEPT * LAYERS)
def _mapped(name: str, layer: int, _model: MLP, _found: tuple[Tensor, Tensor]) -> Mapped | None:
    """None where what the layer or the network says of some image is no number."""
    from nnlab.inspection.map import principal_plane

    points, logits, _ = _placed_by(_found, layer, _model)
    if not (points.isfinite().all() and logits.isfinite().all()):
        return None
    plane = principal_plane(points)
    return Mapped(plane, plane.place(points), logits.argmax(1))


@st.cache_data(show_spinner=False, max_entries=KEPT * LAYERS)
def _apartness(name: str, layer: int, _model: MLP, _found: tuple[Tensor, Tensor]) -> tuple[float, float] | None:
    """The fraction of neighbours of the same digit: by all numbers of the layer, and in the map; None without a map."""
    from nnlab.inspection.map import same_class_neighbours

    points, _, labels = _placed_by(_found, layer, _model)
    mapped = _mapped(name, layer, _model=_model, _found=_found)
    return mapped and (same_class_neighbours(points, labels), same_class_neighbours(mapped.places, labels))
