"""What theory predicts of the gradient before the first step: how large it will be in each layer.

No image passes through the network. Its weights were drawn at random and a sum z has many terms, so z is normally
distributed, and all there is to know of it are two numbers: the mean of its square, and the mean product of the z of
two different images. They are followed forwards, layer by layer, and the errors dL/dz are followed back:

    mean z^2          = inputs of the layer  * mean w^2 * mean a^2 + mean b^2
    mean (dL/dz)^2    = neurons of the next layer * mean w^2 * mean f'(z)^2 * mean (dL/dz of the next layer)^2

So each layer multiplies the gradient by sqrt(neurons * mean w^2 * mean f'^2): by less than 1, and it vanishes with
depth; by more, and it explodes.

Read before: ``depth``, which measures it. Source: He et al. 2015, section 2.2; for two images Poole et al. 2016 and
Schoenholz et al. 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from nnlab.config import CLASSES
from nnlab.evaluation import to_float
from nnlab.model import MLP

PLACES = 100  # at which the normal distribution is looked at, evenly likely ones
DRAWS = 2048  # of ten logits, for the mean over all that softmax can be given


class Moments(NamedTuple):
    """Of a number that each image has somewhere in the network: the mean of its square, and over two images' product.

    A product close to the square means that all images look alike from there.
    """

    square: float
    product: float


def expected_gradients(model: MLP, images: Tensor, batch_size: int) -> list[float]:
    """The root mean square of the gradient of a batch's loss by one weight, for each layer, input side first.

    Args:
        model: before its first step. How large its weights and biases are is all that is read of them.
        images: (N, 28, 28) uint8, some hundred of those it will learn from; only how large the normalised pixels are,
            and how alike two images, is taken from them.
        batch_size: images over which a gradient is averaged. What two of them agree on stays, the rest averages out.
    """
    function, derivative = model.activation.function, model.activation.derivative
    kept = 1 - model.config.dropout
    received, sums = [_of_pixels(model, images)], []  # a and z of each layer
    for linear in model.linears:
        sums.append(_of_sums(linear, received[-1]))
        received.append(_through(function, sums[-1], kept))
    errors = _of_output_errors(sums[-1])
    found = []
    for layer in reversed(range(len(sums))):
        linear, seen = model.linears[layer], received[layer]
        alone, in_pairs = errors.square * seen.square, errors.product * seen.product
        found.append(max(0.0, alone / batch_size + in_pairs * (1 - 1 / batch_size)) ** 0.5)
        if layer > 0:
            slopes = _through(derivative, sums[layer - 1], kept)
            spread = linear.out_features * _mean_square(linear.weight)
            errors = Moments(spread * errors.square * slopes.square, spread * errors.product * slopes.product)
    return found[::-1]


def _mean_square(values: Tensor) -> float:
    return float(torch.linalg.vector_norm(values.detach())) ** 2 / values.numel()


def _of_pixels(model: MLP, images: Tensor) -> Moments:
    pixels = model.normalize(to_float(images.to(model.shift.device))).detach()  # (N, P)
    return Moments(_mean_square(pixels), _mean_square(pixels.mean(0)))


def _of_sums(linear: nn.Linear, received: Moments) -> Moments:
    """z = W a + b: a sum of as many independent terms as the layer has inputs, and the bias."""
    spread, bias = linear.in_features * _mean_square(linear.weight), _mean_square(linear.bias)
    return Moments(spread * received.square + bias, spread * received.product + bias)


def _correlation(z: Moments) -> float:
    return min(1.0, max(-1.0, z.product / z.square)) if z.square else 1.0


def _through(function: Callable[[Tensor], Tensor], z: Moments, kept: float) -> Moments:
    """The moments of f(z), or of f'(z), for normally distributed z; dropout keeps a share, and scales it up."""
    quantiles = torch.special.ndtri((torch.arange(PLACES, dtype=torch.float64) + 0.5) / PLACES)  # (K,)
    shared = _correlation(z)
    one = z.square**0.5 * quantiles  # the z of one image
    other = z.square**0.5 * (shared * quantiles[:, None] + (1 - shared**2) ** 0.5 * quantiles)  # (K, K), of the other
    values = function(one)  # (K,)
    product = float((values * function(other).mean(1)).mean())
    return Moments(float(values.square().mean()) / kept, product)


def _of_output_errors(logits: Moments) -> Moments:
    """dL/dz = p - y, with each class true for a tenth of the images, whatever the network says."""
    shared = _correlation(logits)
    drawn = torch.randn(2, DRAWS, CLASSES, dtype=torch.float64, generator=Generator().manual_seed(0))
    drawn[1] = shared * drawn[0] + (1 - shared**2) ** 0.5 * drawn[1]
    one, other = torch.softmax(logits.square**0.5 * drawn, dim=2)  # (M, C) each, p of two images
    square = float(one.square().mean()) - 2 / CLASSES**2 + 1 / CLASSES
    product = float((one * other).mean()) - 1 / CLASSES**2
    return Moments(square, product)
