"""The landscape of the loss around the way that a network came: a slice through it, in which the way lies.

A network with P weights and biases is a point among P dimensions, and its loss is a height there. The states that a run
had along its way are some of these points. Two directions can be drawn: those in which the states lie furthest from the
last one, the principal components of the way. The plane through the last state along both is a slice through the
landscape. The way itself leaves the plane, mostly a little; ``Slice.share`` says how much of it is seen.

Read before: ``evaluation``, ``map``. Read next: ``damage``.
Source: Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of neural nets, section 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from nnlab.evaluation import score
from nnlab.model import MLP

LEAST_STATES = 3  # as many as a plane needs
CORNERS = 25  # heights in each direction
MARGIN = 0.25  # of the way's extent, around it
PIECE = 1 << 16  # weights of all states that are in float64 at a time
LEAST_EXTENT = 0.2  # of the longer direction: a way that is almost straight gets some landscape at its sides


@dataclass(frozen=True, eq=False)
class Slice:
    """A plane among P dimensions, and the way in it.

    Attributes:
        origin: (P,) float32, the last state.
        directions: (2, P) float32, of length 1 and at right angles.
        way: (T, 2) float32, the place of each state, seen at right angles to the plane; the last one is at 0, 0.
        share: of the squared distances between the states and the last one, the fraction that lies in the plane.
    """

    origin: Tensor
    directions: Tensor
    way: Tensor
    share: float

    def axes(self) -> tuple[Tensor, Tensor]:
        """The places along both directions at which ``heights`` are measured: (CORNERS,) each."""
        low, high = self.way.min(0).values, self.way.max(0).values
        middle, extent = (low + high) / 2, high - low
        reach = extent.clamp(min=LEAST_EXTENT * float(extent.max())) * (0.5 + MARGIN)
        first, second = (
            torch.linspace(float(middle[axis] - reach[axis]), float(middle[axis] + reach[axis]), CORNERS)
            for axis in range(2)
        )
        return first, second


def weights_of(model: MLP) -> Tensor:
    """All weights and biases in a row, (P,) float32, a copy."""
    return parameters_to_vector(model.parameters()).detach().clone()


def slice_along(states: Sequence[Tensor]) -> Slice:
    """The plane through the last of the states that lies nearest to all of them.

    The first direction is the one in which they lie furthest away; the start is to the left.

    Args:
        states: (P,) float32 each, at least ``LEAST_STATES``, in the order of the way.

    Raises:
        ValueError: if they are too few, or lie on a line or at a point.
    """
    if len(states) < LEAST_STATES:
        raise ValueError(f"a plane needs {LEAST_STATES} states, and there are {len(states)}")
    differences = torch.stack([state - states[-1] for state in states])  # (T, P)
    # (T, T), so that no matrix of P times P is needed; in float64, since rounding would make a plane of a line.
    parts = (part.double() for part in differences.split(PIECE, dim=1))
    products = torch.stack([part @ part.T for part in parts]).sum(0)
    lengths, mixtures = torch.linalg.eigh(products)  # ascending
    if lengths[-2] <= 1e-9 * lengths[-1]:
        raise ValueError("the states lie on a line")
    directions = mixtures[:, [-1, -2]].T.float() @ differences  # (2, P)
    directions = directions / directions.norm(dim=1, keepdim=True)
    way = differences @ directions.T  # (T, 2)
    signs = torch.tensor([-1.0 if way[0, 0] > 0 else 1.0, -1.0 if way[way[:, 1].abs().argmax(), 1] < 0 else 1.0])
    share = float(lengths[-2:].sum() / lengths.clamp(min=0).sum())
    return Slice(states[-1], directions * signs[:, None], way * signs, share)


def heights(
    model: MLP,
    slice_: Slice,
    images: Tensor,
    labels: Tensor,
    hear: Callable[[float], None] = lambda share: None,
) -> Tensor:
    """The mean loss at each corner of the slice, (CORNERS, CORNERS) float32 in nats: rows along the second direction.

    Args:
        model: a network of the states' kind, whose weights are overwritten.
        images, labels: (N, 28, 28) uint8 and (N,) int64, of which the loss is the mean.
        hear: called with the share of the corners that are done.
    """
    across, up = slice_.axes()
    found = torch.empty(len(up), len(across))
    for row, along_second in enumerate(up):
        for column, along_first in enumerate(across):
            place = slice_.origin + along_first * slice_.directions[0] + along_second * slice_.directions[1]
            found[row, column] = loss_at(model, place, images, labels)
        hear((row + 1) / len(up))
    return found


def loss_at(model: MLP, place: Tensor, images: Tensor, labels: Tensor) -> float:
    """The mean loss in nats with these weights, (P,); the model keeps them."""
    vector_to_parameters(place, model.parameters())
    return score(model, images, labels)[0]
