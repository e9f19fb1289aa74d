"""What a network would read if a drawing's way to MNIST's form stopped at each of its stages."""

from __future__ import annotations

import torch
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.drawing import Stages, area_weights


def stage_inputs(found: Stages) -> dict[str, Tensor]:
    """What the network would be given if the pipeline stopped at each stage: (28, 28) float32 by name of the stage.

    The whole canvas is scaled down, the crop is stretched to the full field, the 20 x 20 box lies in the top left
    corner; the last two are images of the right size already. A stage without ink gives an empty image.
    """
    corner = torch.zeros(IMAGE_SIDE, IMAGE_SIDE)
    height, width = found.scaled.shape
    corner[:height, :width] = found.scaled
    crop = corner if found.is_empty else _stretch(found.crop)
    return {
        "ink": _stretch(found.ink),
        "crop": crop,
        "scaled": corner,
        "placed": found.placed,
        "result": found.result,
    }


def _stretch(image: Tensor) -> Tensor:
    rows, columns = (area_weights(side, IMAGE_SIDE) for side in image.shape)
    return (rows @ image @ columns.T).clamp(0, 1)  # (28, 28)
