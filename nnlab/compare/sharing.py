"""What runs have in common, so that a difference between them is due to what was changed, and what they have not.

A seed decides the order of the images by itself alone, so runs with the same seed and as many images see them in the
same order. It decides the starting weights layer after layer, from one row of random numbers. So two networks begin
with the same weights in all layers before the first whose shape differs; that layer and those behind it begin with
others, even where their shapes agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nnlab.config import Setup

# Which kind of random numbers an initialisation draws: two of the same kind draw the same ones, and scale them.
DRAWN = {"torch": "uniform", "kaiming": "normal", "xavier": "normal", "lecun": "normal", "small_normal": "normal",
         "zeros": "nothing"}  # fmt: skip


class Common(NamedTuple):
    """What some set-ups with one seed have in common.

    Attributes:
        has_images: they learn from the same images.
        has_order: they see these in the same order, in the same batches.
        layers: how many layers, from the input on, begin with the same random numbers.
        has_all_layers: those are all layers of all networks.
        is_scaled: the numbers are the same, but not all networks scale them alike.
    """

    has_images: bool
    has_order: bool
    layers: int
    has_all_layers: bool
    is_scaled: bool


def common(setups: Sequence[Setup]) -> Common:
    """What they have in common; their seeds are taken to be the same."""
    models, trains = [setup.model for setup in setups], [setup.train for setup in setups]
    has_images = len({(setup.data.source, setup.train.training_images) for setup in setups}) == 1
    has_order = has_images and len({train.batch_size for train in trains}) == 1
    sizes = [model.layer_sizes for model in models]
    layers = 0
    if len({DRAWN[model.initialization] for model in models}) == 1:
        for shapes in zip(*(zip(each[:-1], each[1:], strict=True) for each in sizes), strict=False):
            if len(set(shapes)) > 1:
                break
            layers += 1
    # He's initialisation alone asks the activation function for its scale, and has none for the output layer.
    scales = {(model.initialization, model.activation * (model.initialization == "kaiming")) for model in models}
    is_scaled = len(scales) > 1
    return Common(has_images, has_order, layers, layers == max(map(len, sizes)) - 1, is_scaled)
