"""What is asked about an answer: the rival, and what the network says to many images."""

import pytest
import torch

from nnlab import checkpoint
from nnlab.calibration import Calibration
from nnlab.ui.draw.reply import Reply
from nnlab.ui.draw.subject import Subject
from nnlab.ui.draw.why_inquiry import Inquiry, probabilities_of
from nnlab.ui.readers import NamedReader


def inquiry(probabilities, meant=None, model=None) -> Inquiry:
    reader = NamedReader(model or checkpoint.load_bundled(), "a network")
    image = torch.rand(28, 28, generator=torch.Generator().manual_seed(3))
    return Inquiry(Subject(image), Reply(reader, probabilities), meant)


PROBABILITIES = [0.0, 0.1, 0.0, 0.0, 0.2, 0.0, 0.0, 0.7, 0.0, 0.0]


@pytest.mark.parametrize(
    ("meant", "rival", "is_misread"), [(None, 4, False), (7, 4, False), (1, 1, True)], ids=["unknown", "right", "wrong"]
)
def test_the_rival_is_what_was_meant_and_else_the_second_guess(meant, rival, is_misread):
    found = inquiry(PROBABILITIES, meant)
    assert (found.read, found.rival, found.is_misread) == (7, rival, is_misread)


def test_many_images_are_read_as_one_by_one():
    reader = NamedReader(checkpoint.load_bundled(), "a network", calibration=Calibration(1.7))
    images = torch.rand(3, 28, 28, generator=torch.Generator().manual_seed(5))
    together = probabilities_of(reader, images)
    for image, probabilities in zip(images, together, strict=True):
        torch.testing.assert_close(torch.tensor(reader.read(image)[0]), probabilities, atol=1e-5, rtol=0)
