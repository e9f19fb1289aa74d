"""What of a picture is ink, and how much: measured against the paper around it, since light falls unevenly on paper.

A shadow darkens paper and ink alike. So each pixel is compared with the mean of its neighbourhood, and where that finds
ink, with the mean of the paper alone.

Source: for comparing with a local mean, Bradley and Roth 2007, Adaptive thresholding using the integral image; for the
threshold, Otsu 1979, A threshold selection method from gray-level histograms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MIN_CONTRAST = 24  # grey values of 255 between paper and ink; less is noise
FAINT = 0.25  # of full ink: what is fainter is paper, for a photo's paper is never of one grey
NOISE = 4  # standard deviations of the paper's grey that are paper as well
FULL = 75  # per cent of a digit's pixels are fainter than full ink: its edges, and where the pen was light
SAME_GREY = 4  # of 255: in a drawn picture, rounding and not ink


@dataclass(frozen=True, eq=False)
class Ink:
    """What is written.

    Attributes:
        values: (H, W) or (N, H, W) uint8, 0 = paper, 255 = full ink.
        is_dark: whether the ink is darker than the paper.
    """

    values: np.ndarray
    is_dark: bool

    @property
    def is_empty(self) -> bool:
        return not self.values.any()


def photographed(grey: np.ndarray, reach: int, is_dark: bool | None = None) -> Ink:
    """The ink on a photo, or on any picture too large to be made of single pixels.

    Args:
        grey: (H, W) uint8.
        reach: pixels on each side that count as the neighbourhood; several times as wide as a stroke.
        is_dark: whether dark is ink; None to find out. Ink is what there is less of, so departures from the local mean
            towards ink are fewer and larger: their cubes decide.
    """
    values = grey.astype(np.float32)
    darker = _local_mean(values, reach) - values  # (H, W)
    if is_dark is None:
        is_dark = bool((darker.astype(np.float64) ** 3).sum() >= 0)
    sign = 1.0 if is_dark else -1.0
    stands_out = sign * darker
    is_paper = stands_out < otsu(stands_out.clip(0)) / 2
    weight = _local_mean(is_paper.astype(np.float32), reach)
    paper = _local_mean(np.where(is_paper, values, 0), reach) / np.maximum(weight, 1e-3)
    paper[weight < 1e-3] = values[is_paper].mean() if is_paper.any() else values.mean()
    amount = (sign * (paper - values)).clip(0)  # (H, W) grey values by which it differs from its paper
    mark = otsu(amount)
    full = float(np.median(amount[amount > mark])) if (amount > mark).any() else 0.0
    if full < MIN_CONTRAST:
        return Ink(np.zeros_like(grey), is_dark)
    noise = NOISE * 1.4826 * float(np.median(amount[is_paper])) if is_paper.any() else 0.0  # of half the noise: above 0
    least = min(max(FAINT * full, noise), 0.9 * full)
    return Ink((255 * ((amount - least) / (full - least)).clip(0, 1)).round().astype(np.uint8), is_dark)


def drawn(grey: np.ndarray, is_dark: bool | None = None) -> Ink:
    """The ink of small images whose pixels mean what they say: MNIST's, and others of a data set.

    The paper is the commonest grey along the edges of all images; their grey stays as it is otherwise.

    Args:
        grey: (H, W) or (N, H, W) uint8: all of them have one paper.
    """
    edges = np.concatenate([side.ravel() for side in (grey[..., [0, -1], :], grey[..., [0, -1]])])
    paper = int(np.bincount(edges, minlength=256).argmax())
    if is_dark is None:
        is_dark = paper - float(grey.mean()) > 0
    if paper == (255 if is_dark else 0):
        return Ink(255 - grey if is_dark else grey.copy(), is_dark)
    amount = ((paper - grey.astype(np.float32)) * (1 if is_dark else -1)).clip(0)
    amount[amount <= SAME_GREY] = 0
    return Ink((255 * amount / max(float(amount.max()), 1)).round().astype(np.uint8), is_dark)


def _local_mean(values: np.ndarray, reach: int) -> np.ndarray:
    """The mean of the square of 2 reach + 1 pixels around each, as far as it lies in the picture: by sums of sums."""
    for axis in (0, 1):
        size = values.shape[axis]
        nothing = np.zeros_like(values.take([0], axis), np.float64)
        sums = np.concatenate([nothing, values.cumsum(axis, np.float64)], axis)
        first = np.maximum(np.arange(size) - reach, 0)
        last = np.minimum(np.arange(size) + reach + 1, size)
        shape = (-1, 1) if axis == 0 else (1, -1)
        values = ((sums.take(last, axis) - sums.take(first, axis)) / (last - first).reshape(shape)).astype(np.float32)
    return values


def otsu(amount: np.ndarray) -> float:
    """The threshold that parts values from 0 up into two groups, each as much alike as can be (Otsu 1979).

    Where several do so equally, as on a drawn picture of two greys, it is the one in their middle: at their edge, what
    is 0 but for rounding would be taken for ink.
    """
    most = float(amount.max())
    if most <= 0:
        return 0.0
    counts = np.bincount((amount * (255 / most)).astype(np.int64).ravel(), minlength=256).astype(np.float64)
    levels = np.arange(256)
    below = counts.cumsum()
    sums = (counts * levels).cumsum()
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.nan_to_num(below * above * (sums / below - (sums[-1] - sums) / above) ** 2)
    return float(np.flatnonzero(apart >= (1 - 1e-9) * apart.max()).mean()) * most / 255


def in_full(ink: np.ndarray) -> np.ndarray:
    """A digit with full ink wherever its pen went: a shadow takes as much from ink as from paper, and it looks faint.

    Args:
        ink: (H, W) uint8 of one digit. Not changed.
    """
    written = ink[ink > 0]
    full = float(np.percentile(written, FULL)) if len(written) else 255.0
    return (ink * (255 / max(full, 1.0))).clip(0, 255).round().astype(np.uint8)


def thicken(ink: np.ndarray, share: float) -> np.ndarray:
    """Strokes at least ``share`` of the longest side wide: a thin pen's would be faint in 20 pixels, MNIST's are not.

    A stroke's width is about twice its area over the pixels of its outline. Ink grows by a pixel on each side, along
    rows and columns and every second time along diagonals too, so that a dot grows round.

    Args:
        ink: (H, W) uint8, 255 = full ink. Not changed.
    """
    mask = ink > 127
    inner = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    outline = int(mask.sum()) - int(inner.sum())
    if not outline:
        return ink
    width = 2 * int(mask.sum()) / outline
    rounds = max(0, round((share * max(ink.shape) - width) / 2))
    ink = np.pad(ink, rounds)
    for number in range(rounds):
        grown = ink.copy()
        for rows, columns in ((1, 0), (-1, 0), (0, 1), (0, -1)) + ((1, 1), (1, -1), (-1, 1), (-1, -1)) * (number % 2):
            np.maximum(grown, np.roll(ink, (rows, columns), (0, 1)), out=grown)  # its rim is empty: nothing comes round
        ink = grown
    return ink
