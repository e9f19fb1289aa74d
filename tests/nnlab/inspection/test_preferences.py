"""Images found along a gradient, against networks so simple that the answer is known."""

import pytest
import torch

from nnlab.checkpoint import load_bundled
from nnlab.config import ModelConfig
from nnlab.inspection.preferences import EXAMPLES, START_GREY, favourite_images, smallest_change
from nnlab.inspection.variations import nearest
from nnlab.model import MLP


@pytest.fixture
def model():
    return MLP(ModelConfig((16,), "tanh"), seed=1).eval()


def linear_model(weights: torch.Tensor, biases: torch.Tensor) -> MLP:
    """A network without hidden layers whose logits are weights times pixels plus biases."""
    model = MLP(ModelConfig((), input_normalization="none")).eval()
    with torch.no_grad():
        model.linears[0].weight.copy_(weights)
        model.linears[0].bias.copy_(biases)
    return model


def test_the_smallest_change_of_a_linear_network_is_the_way_straight_to_the_border():
    """Logit 8 is 3 times the sum of four pixels, logit 0 is 4, the others lie far below; all pixels are 0.2.

    The lead of 8 is 3 * 0.8 - 4 = -1.6 and rises by |(3, 3, 3, 3)| = 6 for each unit of length: 1.6 / 6 = 0.267.
    """
    weights, biases = torch.zeros(10, 784), torch.full((10,), -50.0)
    weights[8, [100, 101, 102, 103]] = 3
    biases[0], biases[8] = 4, 0
    image = torch.full((28, 28), 0.2)
    change = smallest_change(linear_model(weights, biases), image, 8)
    assert change.is_found
    assert change.distance == pytest.approx(1.6 / 6, rel=0.05)
    moved = (change.image - image).flatten()
    assert moved[[100, 101, 102, 103]].tolist() == pytest.approx([1.6 / 12] * 4, rel=0.05)
    assert moved.abs().sum().item() == pytest.approx(moved[100:104].sum().item(), rel=1e-4)


def test_a_pixel_at_the_end_of_its_range_is_not_counted_on():
    """The same, but two of the four pixels, those with the steepest slope, are full of ink: the others do it alone.

    The lead is 300 * 2 + 3 * 0.4 - 602 = -0.8 and rises by |(3, 3)| = 4.24 for each unit of length: 0.8 / 4.24 = 0.189.
    """
    weights, biases = torch.zeros(10, 784), torch.full((10,), -50.0)
    weights[8, [100, 101, 102, 103]] = torch.tensor([300.0, 300, 3, 3])
    biases[0], biases[8] = 602, 0
    image = torch.full((28, 28), 0.2)
    image.view(-1)[[100, 101]] = 1
    change = smallest_change(linear_model(weights, biases), image, 8)
    assert change.distance == pytest.approx(0.8 / 18**0.5, rel=0.05)
    assert change.image.max() <= 1


@pytest.mark.parametrize("target", range(10))
def test_whatever_is_found_is_read_as_the_target_and_lies_within_the_range(model, image, target):
    change = smallest_change(model, image, target)
    assert change.is_found
    assert int(model(change.image[None]).argmax()) == target
    assert 0 <= change.image.min() <= change.image.max() <= 1
    assert change.distance == pytest.approx((change.image - image).norm().item())
    assert (change.distance == 0) == (int(model(image[None]).argmax()) == target)


def test_what_can_never_win_is_not_found(image):
    biases = torch.zeros(10)
    biases[8] = -1
    change = smallest_change(linear_model(torch.zeros(10, 784), biases), image, 8)
    assert not change.is_found
    assert change.distance == 0
    assert torch.equal(change.image, image)


def test_where_every_slope_is_0_the_search_comes_back_from_an_example():
    """Logit 8 is 10 relu(pixel 100 - 0.5), logit 0 is 1: 8 wins where the pixel is above 0.6, which is 0.4 from 0.2.

    At 0.2 the ReLU gives 0, and so does its slope: from the image alone nothing is found.
    """
    model = MLP(ModelConfig((1,), "relu", input_normalization="none")).eval()
    with torch.no_grad():
        for linear in model.linears:
            linear.weight.zero_()
            linear.bias.zero_()
        model.linears[0].weight[0, 100], model.linears[0].bias[0] = 1, -0.5
        model.linears[1].weight[8, 0], model.linears[1].bias[0] = 10, 1
    image = torch.full((28, 28), 0.2)
    unlike, example = image.clone(), torch.rand(28, 28, generator=torch.Generator().manual_seed(3))
    example.view(-1)[100] = 1
    assert not smallest_change(model, image, 8).is_found
    assert not smallest_change(model, image, 8, unlike[None]).is_found
    change = smallest_change(model, image, 8, torch.stack([unlike, example]))
    assert change.is_found
    assert change.distance == pytest.approx(0.4, rel=0.05)
    assert (change.image - image).flatten()[100].item() == pytest.approx(0.4, rel=0.01)


def test_the_bundled_network_can_be_made_to_read_every_digit_in_a_real_image(mnist):
    """The network sees no digit half-way from this 7 to most others; from the 7 alone, half of them were not found."""
    model, image = load_bundled(), mnist.test_images[0] / 255
    distances = {}
    for target in (0, 1, 2, 3, 4, 5, 6, 8, 9):
        near = nearest(mnist.test_images, mnist.test_labels, image, target, EXAMPLES)
        change = smallest_change(model, image, target, mnist.test_images[near] / 255)
        assert change.is_found
        assert int(model(change.image[None]).argmax()) == target
        assert 0 <= change.image.min() <= change.image.max() <= 1
        distances[target] = change.distance
    earlier = {0: 1.71, 1: 1.83, 2: 1.67, 9: 2.11}  # by projected gradient ascent in 24 balls, from the image alone
    assert all(distances[digit] < length for digit, length in earlier.items())
    assert max(distances.values()) < 2.5  # a 7 is 8 to 10 away from the nearest of the others


def test_a_linear_unit_likes_ink_where_its_weights_are_positive():
    weights = torch.zeros(10, 784)
    weights[3, 300:400], weights[3, 500:600] = 1, -1
    model = linear_model(weights, torch.zeros(10))
    images, excitations = favourite_images(model, -1, [3], smoothness=0)
    pixels = images[0].flatten()
    assert pixels[300:400].min() == 1
    assert pixels[500:600].max() == 0
    assert pixels[600:].mean().item() == pytest.approx(START_GREY, abs=0.01)
    assert excitations.tolist() == pytest.approx([100])


@pytest.mark.parametrize("layer", [0, -1])
def test_favourites_excite_their_unit_more_than_random_images_do(model, layer):
    units = [0, 4, 9]
    images, excitations = favourite_images(model, layer, units)
    random = torch.rand(200, 28, 28, generator=torch.Generator().manual_seed(1))
    first = model.linears[0](model.normalize(torch.cat([images, random])))
    z = first if layer == 0 else model.linears[1](torch.tanh(first))
    assert torch.allclose(excitations, z[range(3), units], atol=1e-5)
    for unit, excitation in zip(units, excitations, strict=True):
        assert excitation > z[3:, unit].max()


def test_the_bundled_network_reads_its_favourites_as_the_digits_that_they_are_for():
    """On grey paper all neurons of its last hidden layer are silent, and no slope leads away from there."""
    images, _ = favourite_images(load_bundled(), -1, range(10))
    assert load_bundled().predict_proba(images).argmax(dim=1).tolist() == list(range(10))


def test_smoothness_makes_smooth_and_the_seed_decides(model):
    def roughness(images):
        return images.diff(dim=1).abs().mean() + images.diff(dim=2).abs().mean()

    rough, smooth = (favourite_images(model, 0, [1], smoothness=smoothness)[0] for smoothness in (0, 1))
    assert roughness(smooth) < 0.5 * roughness(rough)
    assert torch.equal(favourite_images(model, 0, [1], seed=3)[0], favourite_images(model, 0, [1], seed=3)[0])
    assert not torch.equal(favourite_images(model, 0, [1], seed=3)[0], favourite_images(model, 0, [1], seed=4)[0])
