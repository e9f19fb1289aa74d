"""Two networks read the same test set: where do their confusion matrices differ, and on which images?

Read before: ``evaluation.confusion``, which counts one network's answers.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from nnlab.evaluation import confusion


class Disagreement(NamedTuple):
    """An image that two networks read differently.

    Attributes:
        index: its number in the test set.
        label: its true class.
        first, second: what each took it for, and with which probability.
    """

    index: int  # type: ignore[assignment]  # hides the method index of tuples
    label: int
    first: int
    first_probability: float
    second: int
    second_probability: float


def difference(first: Tensor, second: Tensor, labels: Tensor) -> Tensor:
    """How many more images of each true class the first network read as each class than the second did.

    Args:
        first, second: (N, 10) probabilities of the same images.
        labels: (N,) int64, the true classes.

    Returns:
        (10, 10) int64; row = true class, column = answer. Each row sums to 0.
    """
    return confusion(labels, first.argmax(1)) - confusion(labels, second.argmax(1))


def disagreements(
    first: Tensor, second: Tensor, labels: Tensor, truth: int, predicted: int
) -> tuple[list[Disagreement], list[Disagreement]]:
    """The images of a true class that only the first network read as a class, and those that only the second did.

    The numbers of the two lists differ by just what ``difference`` says of that cell. In each, the image is first of
    which its network was surest.
    """
    answers, others = first.argmax(1), second.argmax(1)  # (N,), (N,)
    differ = (labels == truth) & (answers != others)
    only_first = _found(first, second, labels, differ & (answers == predicted))
    only_second = _found(first, second, labels, differ & (others == predicted))
    only_first.sort(key=lambda found: -found.first_probability)
    only_second.sort(key=lambda found: -found.second_probability)
    return only_first, only_second


def _found(first: Tensor, second: Tensor, labels: Tensor, chosen: Tensor) -> list[Disagreement]:
    places = chosen.nonzero().flatten()
    columns = [places, labels[places]]
    for probabilities in (first, second):
        highest, answers = probabilities[places].max(1)
        columns += [answers, highest]
    return [Disagreement(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
