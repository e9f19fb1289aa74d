"""The built-in digits: 60,000 for training and 10,000 for testing, for whoever has no MNIST and no network.

The generator writes them the first time, in a few seconds; from then on they are read from the cache folder. The same
seed writes the same digits everywhere, but processors round differently in the last place, so here and there a pixel
may be one of 255 greys lighter or darker on another machine.

Read next: ``generator``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import torch
from torch import Generator, Tensor

from nnlab.augment import Augmentation, augment
from nnlab.machine import core_count
from nnlab.sources.builtin import cache
from nnlab.sources.builtin.generator import BATCH, load_generator, to_pixels

# Each digit is turned, slanted and bent a little. The generator writes too evenly: a network that learned from digits
# as they come reads 97.2 % of MNIST's test set, with these changes 97.8 %.
UNEVENNESS = Augmentation(
    rotation=8, shift=0, scale=0.08, stretch=0, shear=0.12, elastic=0.9, thinner=0, thicker=0, thickness_share=0
)


def builtin_digits() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The whole data set, each digit equally often.

    Returns:
        training images (60000, 28, 28) uint8, 0 = paper, 255 = full ink; their labels (60000,) int64; test images and
        labels likewise, 10,000 of them.
    """
    labels = torch.from_numpy(cache.labels())
    images = cache.read_cache()
    if images is None:
        images = _write_once(labels)
    train_images, test_images = torch.from_numpy(images).split([cache.TRAIN_COUNT, cache.TEST_COUNT])
    train_labels, test_labels = labels.split([cache.TRAIN_COUNT, cache.TEST_COUNT])
    return train_images, train_labels, test_images, test_labels


def _write_once(labels: Tensor) -> np.ndarray:
    """Thirty students starting at once have the digits written once, by one of their processes."""
    with cache.alone():
        images = cache.read_cache()
        if images is None:
            images = write(labels, cache.SEED).numpy()
            with suppress(OSError):  # a cache that cannot be written costs a few seconds next time, no more
                cache.write_cache(images)
        return images


def write(labels: Tensor, seed: int) -> Tensor:
    """New digits.

    Args:
        labels: (N,) int64, what to write.
        seed: decides all that is random.

    Returns:
        (N, 28, 28) uint8, 0 = paper, 255 = full ink.
    """
    generator, randomness = load_generator(), Generator().manual_seed(seed)
    # Several batches are imagined at the same time, each with torch's number of threads, so that all cores are used.
    # More threads for each product would be slower, since the products are small.
    with ThreadPoolExecutor(max(1, core_count() // torch.get_num_threads())) as threads:
        latents = generator.imagine(labels, seed, threads.map)
    batches = zip(latents.split(BATCH), labels.split(BATCH), strict=True)
    return torch.cat([to_pixels(augment(generator.ink(*batch), randomness, UNEVENNESS)) for batch in batches])
