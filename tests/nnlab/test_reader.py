"""One reader for all: the bundled network's answers are calibrated, alone or many at once, and doubted where due."""

import pytest
import torch

from nnlab import checkpoint, reader
from nnlab.calibration import Calibration
from nnlab.config import ModelConfig
from nnlab.inspection.evidence import best_pixel
from nnlab.model import MLP
from nnlab.reader import Reader


def images(count: int) -> torch.Tensor:
    return torch.rand(count, 28, 28, generator=torch.Generator().manual_seed(7))


def test_the_bundled_reader_is_the_bundled_network_with_its_files_calibration():
    facts = checkpoint.read_header(checkpoint.BUNDLED)["facts"]
    faint = 0.2 * images(5)  # of full noise every digit gets a tenth, at any temperature
    with torch.no_grad():
        logits = checkpoint.load_bundled()(faint)
    found = reader.bundled().predict_proba(faint)
    torch.testing.assert_close(found, (logits / facts["temperature"]).softmax(1), atol=1e-6, rtol=0)
    assert (found - logits.softmax(1)).abs().max() > 0.01  # or nothing was told apart
    assert reader.bundled() is reader.bundled()


def test_an_image_is_read_alone_as_among_many():
    together = reader.bundled().predict_proba(images(3))
    for image, probabilities in zip(images(3), together, strict=True):
        alone = torch.tensor(reader.bundled().read(image).probabilities)
        torch.testing.assert_close(alone, probabilities, atol=1e-5, rtol=0)


def test_a_network_that_nobody_has_calibrated_is_believed_as_it_is():
    model = MLP(ModelConfig((16,))).eval()
    answer = Reader(model).read(images(1)[0])
    torch.testing.assert_close(torch.tensor([answer.probabilities]), model.predict_proba(images(1)))
    assert not answer.is_doubtful


@pytest.mark.parametrize(("threshold", "is_doubtful"), [(-3.0, True), (-2.0, False)])
def test_doubt_is_told_by_the_logits_as_they_are(threshold, is_doubtful):
    """All logits 0: the energy is -ln 10 = -2.303 at any temperature."""
    model = MLP(ModelConfig((), "relu", "zeros")).eval()
    assert Reader(model, Calibration(0.1, threshold)).read(torch.zeros(28, 28)).is_doubtful == is_doubtful


@pytest.mark.parametrize(("temperature", "pixel"), [(1.0, 0), (10.0, 1)])
def test_the_best_pixel_is_that_of_the_probabilities_that_are_shown(temperature, pixel):
    """Pixel 0 adds 2 to one rival's logit, pixel 1 adds 0.5 to all nine.

    The others' weight against the label's: at T = 1, e^2 + 8 = 15.4 and 9 e^0.5 = 14.8; at T = 10, 9.2 and 9.5.
    """
    model = MLP(ModelConfig((), "relu", "zeros", input_normalization="none")).eval()
    model.linears[0].weight.data[1, 0] = 2.0
    model.linears[0].weight.data[1:, 1] = 0.5
    network = Reader(model, Calibration(temperature))
    change = best_pixel(network, torch.zeros(28, 28), label=0)
    assert (change.row, change.column) == (0, pixel)


def test_the_bundled_network_s_start_is_that_of_the_first_training():
    """It went on six times from one that began with seed 0; its own file says 72, the seed of the last training."""
    assert reader.bundled_facts()["seed"] == 72
    assert reader.bundled_start_seed() == 0
