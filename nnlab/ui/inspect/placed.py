"""Where a map's images lie, and how far their classes have come apart there: computed once for a network and a layer.

Read next: ``map``, which shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.tested import KEPT, name_of, name_of_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nnlab.inspection.map import Plane
    from nnlab.model import MLP
    from nnlab.ui.beside import Hear

SIZE = 2000  # test images in a map
WORK = 5  # times as much for each image as reading it: a wide network's map is made beside the page
LAYERS = 8  # about as many as a network here has; what is kept of maps is counted by it
PIXELS = 0  # of the layers to choose from, the first is none: no network changes them


@dataclass(frozen=True, eq=False)
class Sample:
    """The images of a map, and the network that places them.

    Attributes:
        images, labels: (N, 28, 28) uint8, (N,) int64, spread evenly over the test set.
        numbers: (N,) int64, theirs in the test set, from 1 on.
        total: how many images the test set has.
        set_name: names the test set; ``name`` the network as well.
        axes_of: the network whose axes the map has, and its name; None if it is the network itself.
    """

    images: Tensor
    labels: Tensor
    numbers: Tensor
    total: int
    model: MLP
    set_name: str
    name: str
    axes_of: tuple[MLP, str] | None

    @cached_property
    def outputs(self) -> list[Tensor]:
        """(N, D) for the pixels, then for each layer."""
        return _outputs(self.model, self.images)

    def points_name(self, layer: int) -> str:
        """Names what the layer makes of the images."""
        return self.set_name if layer == PIXELS else f"{self.name} {layer}"

    def name_at(self, layer: int) -> str:
        """The same, and the axes on which it is drawn."""
        return f"{self.points_name(layer)} {self.axes_of[1] if self.axes_of and layer != PIXELS else ''}"


@dataclass(frozen=True, eq=False)
class Placed:
    """The plane of a map, (N, 2) float32 places in it, and (2,) what share of the variance each axis keeps."""

    plane: Plane
    places: Tensor
    shares: Tensor


def sample_of(subject: Subject, found: tuple[Tensor, Tensor]) -> Sample:
    """Some images of a test set, its images and labels, for the subject's network."""
    from nnlab.evaluation import evenly_spread

    images, labels = found
    chosen = evenly_spread(len(labels), SIZE)
    axes_of = None
    if subject.past:
        state = subject.past.axes
        axes_of = state.model, f"{subject.network}-{state.step}-kept"
    name = name_of(subject, found)
    return Sample(
        images[chosen], labels[chosen], chosen + 1, len(labels), subject.reader.model, name_of_set(found), name, axes_of
    )  # fmt: skip


def place(sample: Sample, layer: int) -> Placed | None:
    """The images on the axes of the map; None where what the layer says of some image is no number."""
    return _placed(sample.name_at(layer), layer, _sample=sample)


def answers(sample: Sample) -> Tensor | None:
    """(N,) what the network reads; None where what it says of some image is no number."""
    return _answers(sample.name, _sample=sample)


def alike_in_map(sample: Sample, layer: int) -> float | None:
    """Of the nearest neighbours in the map, the fraction that are the same digit; None without a map."""
    return _alike_in_map(sample.name_at(layer), layer, _sample=sample)


def alike(sample: Sample, layer: int) -> float | None:
    """The same by all numbers of the layer."""
    return _alike(sample.points_name(layer), layer, _sample=sample)


def find_out(sample: Sample, layers: Sequence[int], hear: Hear) -> bool:
    """Find out beside the page what the functions above say of the sample in these layers; they answer at once then."""
    answers(sample)
    for done, layer in enumerate(layers):
        hear(done / len(layers), "inspect.reading_placed")
        alike_in_map(sample, layer)
        alike(sample, layer)
    return True


def _outputs(model: MLP, images: Tensor) -> list[Tensor]:
    from nnlab.evaluation import to_float
    from nnlab.inspection.map import representations

    return representations(model, to_float(images))


@st.cache_resource(show_spinner=False, max_entries=KEPT * LAYERS)
def _placed(name: str, layer: int, _sample: Sample) -> Placed | None:
    from nnlab.inspection.map import principal_plane

    points, plane = _sample.outputs[layer], None
    if not points.isfinite().all():
        return None
    if _sample.axes_of and layer != PIXELS:
        plane = _plane(_sample.axes_of[1] + _sample.set_name, layer, _sample=_sample)
    plane = plane or principal_plane(points)
    return Placed(plane, plane.place(points), plane.shares_of(points))


@st.cache_resource(show_spinner=False, max_entries=KEPT * LAYERS)
def _plane(name: str, layer: int, _sample: Sample) -> Plane | None:
    """The axes of the other network; None where it says what is no number."""
    from nnlab.inspection.map import principal_plane

    points = _outputs(_sample.axes_of[0], _sample.images)[layer]
    return principal_plane(points) if points.isfinite().all() else None


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _answers(name: str, _sample: Sample) -> Tensor | None:
    logits = _sample.outputs[-1]
    return logits.argmax(1) if logits.isfinite().all() else None


@st.cache_data(show_spinner=False, max_entries=KEPT * LAYERS)
def _alike_in_map(name: str, layer: int, _sample: Sample) -> float | None:
    from nnlab.inspection.map import same_class_neighbours

    placed = place(_sample, layer)
    return placed and same_class_neighbours(placed.places, _sample.labels)


@st.cache_data(show_spinner=False, max_entries=KEPT * LAYERS)
def _alike(name: str, layer: int, _sample: Sample) -> float | None:
    from nnlab.inspection.map import same_class_neighbours

    points = _sample.outputs[layer]
    return same_class_neighbours(points, _sample.labels) if points.isfinite().all() else None
