"""What the bundled network is shown: MNIST and drawings, the harder a style is for it, the more of it.

Each pass holds as many images as MNIST has, other ones each time. A pass draws a fifth of its drawings anew; after five
passes the network reads them all, and a style whose digit it gives little probability is drawn more often from then on.

Read next: ``pretrain``, which goes through the course.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from nnlab.config import CLASSES
from nnlab.data import DigitData
from nnlab.evaluation import predict
from nnlab.model import MLP
from nnlab.workshop.authors import SIGNS_TRAINING
from nnlab.workshop.handwriting import LEARNED, scribbles, write, write_by_many
from nnlab.workshop.handwriting_styles import Style
from nnlab.workshop.ink import to_images
from nnlab.workshop.no_digit_families import strange_members
from nnlab.workshop.no_digits import NO_DIGITS_TRAINING
from nnlab.workshop.textures import texture_images

DRAWN_SHARE = 0.4  # of the images of a pass are drawn by ``handwriting``; the rest is a random part of MNIST
NO_DIGIT_SHARE = 0.12  # of those drawings are none of digits
TEXTURE_SHARE = 1 / 6  # of what is no digit was never drawn with a pen
RENEWED = 5  # a pass draws one drawing of so many anew: drawing 24,000 would take longer than learning from them
# What is added to each style's hardness, the probability that its digit does not get. A style that is read perfectly
# is still drawn a tenth as often as one that gets half.
LEAST_WEIGHT = 0.06
NO_STYLE = -1  # of a drawing that is no digit
# Letters and shapes; scribbles are drawn anew for each pass.
STRANGE = NO_DIGITS_TRAINING + SIGNS_TRAINING + strange_members()


class Course:
    """What the network is shown: as many images as MNIST has, other ones in each pass.

    Args:
        mnist: the data that the other images are of.
        seed: decides all that is random.
        learned: the styles of the drawings.
        drawn_share: of the images, 0 to 1, how many are drawings.

    Attributes:
        data: the images of the present pass; the test set is MNIST's.
        styles: (M,) int64, of the drawings, which come first in ``data``: the style's place in ``learned``, or -1.
        weights: (S,) how often each style is drawn, against the others of its digit; None: equally often.
    """

    def __init__(
        self, mnist: DigitData, seed: int, learned: Sequence[Style] = LEARNED, drawn_share: float = DRAWN_SHARE
    ):
        self.mnist, self.seed, self.learned, self.drawn_share = mnist, seed, learned, drawn_share
        images, labels = torch.empty_like(mnist.train_images), torch.empty_like(mnist.train_labels)
        self.data = replace(mnist, train_images=images, train_labels=labels)
        self.styles = torch.full((round(drawn_share * len(labels)),), NO_STYLE)
        self.weights: Tensor | None = None

    def fill(self, epoch: int, model: MLP | None = None) -> None:
        """Change ``data``'s training images, in place, from those of the last pass to those of pass ``epoch``.

        A run that holds the images sees the new ones. Passes come in order, the first being 0. All that is random
        follows from the seed and the pass, so there is no random state to keep.

        Args:
            epoch: the number of the pass.
            model: the network to which what it finds hard is shown more often; None: every style equally often.
        """
        number = np.random.SeedSequence([self.seed, epoch]).generate_state(1, np.uint64)[0]
        generator = Generator().manual_seed(int(number) >> 1)
        images, labels = self.data.train_images, self.data.train_labels
        drawn = len(self.styles)
        if drawn:
            if model is not None and epoch % RENEWED == 1:
                hardness = find_hardness(model, images[:drawn], labels[:drawn], self.styles, len(self.learned))
                self.weights = hardness + LEAST_WEIGHT
            rows = torch.arange(drawn)[slice(epoch % RENEWED, None, RENEWED) if epoch else slice(None)]
            drawings = draw_for_training(len(rows), generator, self.weights, self.learned)
            images[rows], labels[rows], self.styles[rows] = drawings
        chosen = torch.randperm(len(labels), generator=generator)[drawn:]
        images[drawn:], labels[drawn:] = self.mnist.train_images[chosen], self.mnist.train_labels[chosen]

    def state_dict(self) -> dict[str, Any]:
        """What a course with the same MNIST and seed needs to go on from here: the drawings, and how hard they were.

        MNIST's part is not in it: the next pass chooses another.
        """
        drawn = len(self.styles)
        return {
            "images": self.data.train_images[:drawn].clone(),
            "labels": self.data.train_labels[:drawn].clone(),
            "styles": self.styles.clone(),
            "weights": None if self.weights is None else self.weights.clone(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a ``state_dict``; the next ``fill`` is that of the next pass."""
        drawn = len(self.styles)
        self.data.train_images[:drawn], self.data.train_labels[:drawn] = state["images"], state["labels"]
        self.styles, self.weights = state["styles"].clone(), state["weights"]


@torch.no_grad()
def find_hardness(model: MLP, images: Tensor, labels: Tensor, styles: Tensor, count: int) -> Tensor:
    """(S,) the mean probability that a style's digit does not get, for each of S styles; 0.5 where none was drawn.

    Args:
        model: the network; afterwards as it was.
        images: (M, 28, 28) uint8.
        labels: (M,) int64.
        styles: (M,) int64, the style's place of each, -1 for what is no digit.
        count: S, how many styles there are.
    """
    was_training = model.training
    missing = 1 - predict(model, images).gather(1, labels[:, None])[:, 0]  # (M,)
    model.train(was_training)
    is_digit = styles != NO_STYLE
    drawn = torch.bincount(styles[is_digit], minlength=count)
    sums = torch.zeros(count).index_add_(0, styles[is_digit], missing[is_digit])
    return torch.where(drawn > 0, sums / drawn.clamp(min=1), 0.5)


def draw_for_training(
    count: int, generator: Generator, weights: Tensor | None = None, learned: Sequence[Style] = LEARNED
) -> tuple[Tensor, Tensor, Tensor]:
    """Stylised digits, and among them what is no digit: letters, shapes, scribbles, noise, with labels from a lottery.

    The best answer to a lottery is a tenth for every digit: so the network learns to doubt, with the loss it has.

    Returns:
        (count, 28, 28) uint8, (count,) int64 labels and (count,) int64 styles, -1 for what is no digit; shuffled, so
        that every fifth of the rows holds some of all.

    Source: Hendrycks, Mazeika and Dietterich 2019 ("outlier exposure"), with labels drawn instead of spread out.
    """
    strange = round(NO_DIGIT_SHARE * count)
    digits = write_by_many(count - strange, generator, learned, weights=weights)
    others = STRANGE + scribbles(len(NO_DIGITS_TRAINING), generator)
    textures = round(TEXTURE_SHARE * strange)
    drawn = [to_images(each) for each in (digits, write(strange - textures, generator, others))]
    images = torch.cat([*drawn, texture_images(textures, generator)])
    lots = torch.randint(CLASSES, (strange,), generator=generator)
    labels, styles = torch.cat([digits.labels, lots]), torch.cat([digits.styles, torch.full((strange,), NO_STYLE)])
    order = torch.randperm(count, generator=generator)
    return (images * 255).round().to(torch.uint8)[order], labels[order], styles[order]
