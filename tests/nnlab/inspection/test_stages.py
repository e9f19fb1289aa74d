"""What a network would read after each stage of a drawing's way."""

import pytest
import torch

from nnlab.drawing import stages
from nnlab.inspection.stages import stage_inputs


def test_each_stage_gives_an_image_and_the_last_is_what_the_network_sees():
    canvas = torch.zeros(280, 280, dtype=torch.uint8)
    canvas[20:120, 200:220] = 255
    found = stages(canvas)
    inputs = stage_inputs(found)
    assert all(image.shape == (28, 28) and image.min() >= 0 and image.max() <= 1 for image in inputs.values())
    assert inputs["result"] is found.result
    assert inputs["crop"].min() == pytest.approx(1)  # a full box, stretched to the whole field
    assert inputs["ink"][2:12, 20:22].min() == pytest.approx(1)  # one tenth of the canvas, at its place
    assert stage_inputs(stages(torch.zeros(9, 9, dtype=torch.uint8)))["crop"].sum() == 0
