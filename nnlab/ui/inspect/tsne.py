"""The map by t-SNE: made when asked for, watched while it is made, kept when it is finished.

Read next: ``runs.mapping``, who makes it; ``inspection.tsne``, how.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from nnlab.runs.mapping import Mapping, mapper
from nnlab.ui import keys, state, terms
from nnlab.ui.components import point_map
from nnlab.ui.inspect import map_picture, placed
from nnlab.ui.inspect.placed import Sample
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.numbers import percent
from nnlab.ui.text import duration, t

if TYPE_CHECKING:
    from torch import Tensor


def show(subject: Subject, sample: Sample, layer: int, layer_name: str, answers: Tensor) -> None:
    """The map, or how its making goes on, or the button that begins it."""
    name = sample.points_name(layer)
    mapping = mapper.of(name)
    if mapping is None or mapping.status in ("cancelled", "failed"):
        _offer(sample, layer, name, mapping)
    elif mapping.status == "finished":
        _show_finished(subject, sample, layer, layer_name, answers, mapping)
    else:
        _show_making(sample, layer, answers, mapping, subject.source)


def _offer(sample: Sample, layer: int, name: str, mapping: Mapping | None) -> None:
    if mapping is not None and mapping.status == "failed":
        st.error(t("tsne.failed"), icon=":material/error:")
    if st.session_state.pop(keys.Inspect.MAP_REFUSED, False):
        st.warning(t("tsne.busy"), icon=":material/hourglass_empty:")
    st.info(t("tsne.offer", count=f"{len(sample.labels):,}"), icon=":material/scatter_plot:")
    points = partial(sample.outputs.__getitem__, layer)
    st.button(
        t("tsne.make"), key="inspect.make_map", icon=":material/play_arrow:", type="primary", on_click=_begin,
        args=[name, points],
    )  # fmt: skip


def _begin(name: str, points: Any) -> None:
    mapping = mapper.begin(state.owner(), name, points().numpy())
    st.session_state[keys.Inspect.MAP_REFUSED] = mapping is None


def _show_making(sample: Sample, layer: int, answers: Tensor, mapping: Mapping, source: str) -> None:
    st.button(
        t("tsne.cancel"), key="inspect.cancel_map", icon=":material/cancel:", on_click=mapper.cancel,
        args=[state.owner(), mapping],
    )  # fmt: skip
    points = map_picture.points_of(sample, _places_so_far(sample, layer, mapping), answers)
    feed = point_map.Feed(mapping.id, state.language(), mapping.share)
    map_picture.show(points, None, [], words_of(mapping), source, feed)


def _places_so_far(sample: Sample, layer: int, mapping: Mapping) -> np.ndarray:
    """Before the first are known, those of the principal components, from which it starts."""
    if mapping.places is not None:
        return mapping.places
    here = placed.place(sample, layer)
    return here.places.numpy() if here else np.zeros((len(sample.labels), 2), np.float32)


def _show_finished(
    subject: Subject,
    sample: Sample,
    layer: int,
    layer_name: str,
    answers: Tensor,
    mapping: Mapping,
) -> None:
    places = _places_so_far(sample, layer, mapping)
    share = _share(mapping.name, _places=places, _labels=sample.labels)
    axes = [f"{layer_name}: t-SNE {number}" for number in (1, 2)]
    mark = _mark(subject, sample, places)
    map_picture.show(
        map_picture.points_of(sample, places, answers), mark, axes, map_picture.title(subject, share), subject.source
    )
    others = {"whole": placed.alike(sample, layer), "pca": placed.alike_in_map(sample, layer)}
    shares = {name: percent(share) for name, share in {**others, "here": share}.items()}
    said = [terms.told("tsne.shares", **shares), terms.told("tsne.divergence", divergence=f"{mapping.divergence:.2f}")]
    if mark is None:
        said.append(t("tsne.not_among"))
    st.caption(" ".join(said))


def _mark(subject: Subject, sample: Sample, places: np.ndarray) -> list[float] | None:
    """Where the subject's image lies, if it is one of the sample: t-SNE has no place for any other."""
    among = [at for at, number in enumerate(sample.numbers.tolist())
             if subject.image_id == f"test-{subject.source}-{number}"]  # fmt: skip
    return places[among[0]].tolist() if among else None


@st.cache_data(show_spinner=False, max_entries=200)
def _share(name: str, _places: np.ndarray, _labels: Tensor) -> float:
    import torch

    from nnlab.inspection.map import same_class_neighbours

    return same_class_neighbours(torch.from_numpy(_places.copy()), _labels)


def words_of(mapping: Mapping) -> str:
    """How the making goes on."""
    if mapping.status == "waiting":
        return t("tsne.waiting", count=mapper.before(mapping))
    if mapping.places is None:
        return t("tsne.starting")
    words, left = t("tsne.step", step=mapping.step, steps=mapping.steps), mapping.seconds_left
    return words if left is None else f"{words} · {t('tsne.left', time=duration(left))}"


def follow(mapping: Mapping, known_step: int) -> dict[str, Any]:
    """What a browser is told that watches a map being made and knows the places after this step.

    Returns:
        "isOver", and while it is being made "words", "share", "step" and, if they are news, "places" as
        ``point_map`` takes them.
    """
    if mapping.is_over:
        return {"isOver": True}
    told = {"isOver": False, "words": words_of(mapping), "share": mapping.share, "step": known_step}
    places, step = mapping.places, mapping.step
    if places is not None and step != known_step:
        told |= {"step": step, "places": point_map.scaled(places)[0]}
    return told
