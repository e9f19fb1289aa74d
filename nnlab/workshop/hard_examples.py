"""Hard examples: of many images, a step learns from those that are hard.

After a few passes a network reads nearly every image rightly and with certainty, however the image was changed. Such an
image has next to no gradient, so a step on it is time lost. Therefore a step draws four times as many images as it
learns from, and takes most of its batch from those with the highest loss.

To have a network of millions of weights read them all would cost more than it saves. A small network, the proxy,
learns beside the large one, from the same batches, and says which images are hard. Some are taken at random, so that
what is easy is not forgotten; and the last steps take all at random: how certain a network may be, it learns from
images that are as easy as they usually are.

Read next: ``pieces``. Sources: Shrivastava et al. 2016, Training region-based object detectors with online hard example
mining; Coleman et al. 2020, Selection via proxy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.augment import augment
from nnlab.backprop import Backpropagation
from nnlab.evaluation import to_float
from nnlab.workshop.distillation import TaughtRun

CANDIDATES = 4  # images that are drawn for each one that is learned from
HARD_SHARE = 0.75  # of a batch; the rest is taken at random
EVEN_SHARE = 0.15  # of the steps, the last ones, which take all images at random
PROXY_SIZES = (512, 256)


class HardExampleRun(TaughtRun):
    """A training that learns from what is hard, perhaps with teachers, perhaps in half precision.

    Attributes:
        proxy: the training of the network that says what is hard.
        batch_size: images of a step that chooses; fewer than configured only where there are no more.

    The losses that it records are those of the images that it has chosen.
    """

    def __init__(self, *taught: Any, **named: Any):
        super().__init__(*taught, **named)
        config = replace(self.model_config, hidden_sizes=PROXY_SIZES, dropout=0.0)
        self.proxy = TaughtRun(config, self.train_config, self.data, is_half_precision=self.is_half_precision)
        self.batch_size = min(self.train_config.batch_size, len(self.labels))
        self._proxy_passes = self.proxy._passes(self.batch_size)
        # The step whose batch was chosen last, and that batch.
        self._held: tuple[int, tuple[Tensor, Tensor]] | None = None

    def chooses(self, step: int) -> bool:
        """Whether a step takes what is hard."""
        return step < (1 - EVEN_SHARE) * self.total_steps

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Images (N, 28, 28) float32 from 0 to 1 and labels (N,) of a step, the first being 0."""
        if not self.chooses(step):
            return super().batch(step)
        if self._held is None or self._held[0] != step:
            self._held = (step, self._choose(step))
        return self._held[1]

    def labels_ahead(self, most: int) -> Tensor:
        """Of one step alone while images are chosen: which ones the next step will take is not known before."""
        return self.batch(self.step)[1][None] if self.chooses(self.step) else super().labels_ahead(most)

    def learn(
        self, passes: Backpropagation, images: Tensor, labels: Tensor, dropout_generator: Generator | None = None
    ) -> None:
        """One step of the network and one of the proxy, on the same batch and at the same rate."""
        super().learn(passes, images, labels, dropout_generator)
        if self.chooses(self.step):
            self.proxy.optimizer.rate.copy_(self.optimizer.rate)
            self.proxy.learn(self._proxy_passes, images, labels)

    def _choose(self, step: int) -> tuple[Tensor, Tensor]:
        generator = self._generator("augmentation", step)
        rows = torch.randint(len(self.labels), (CANDIDATES * self.batch_size,), generator=generator)
        images = augment(to_float(self.images[rows]), generator, self.strengths(step))
        labels = self.labels[rows]
        losses = F.cross_entropy(self.proxy.model(images), labels, reduction="none")
        chosen = choose(losses, self.batch_size)
        return images[chosen], labels[chosen]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "proxy": self.proxy.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.proxy.load_state_dict(state["proxy"])
        self._held = None


def choose(losses: Tensor, count: int) -> Tensor:
    """Which of M candidates, in random order, a batch of ``count`` takes; ``losses`` are theirs, (M,) float32.

    Returns:
        (count,) int64: three quarters are the candidates with the highest loss, the rest the first of the others.
    """
    hard = round(HARD_SHARE * count)
    order = losses.argsort(descending=True)
    return torch.cat([order[:hard], order[hard:].sort().values[: count - hard]])
