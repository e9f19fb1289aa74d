"""The history of a run as a table: one row for each step or stretch of steps, and what was measured after it."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nnlab.config import ConfigError, TrainConfig, from_dict

if TYPE_CHECKING:
    from nnlab.runs.history import History

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take the file for another encoding than UTF-8
LARGEST = 1e39  # no number of 32 bits is larger
EPOCHS = "the file that `python -m nnlab train --json` writes"


class Row(NamedTuple):
    """One row. What is None was not measured there.

    Attributes:
        step: the last step of the stretch; ``epoch`` is the same in passes over the training images.
        images: how many images the stretch trained on.
        training_loss, training_accuracy: over these images, each before its own step; nats, and a fraction.
        learning_rate: that of the last step.
        seconds: of training so far, pauses and tests not counted.
        test_loss, test_accuracy: after the step, on ``test_images`` images of the test set.
    """

    step: int
    epoch: float
    images: int | None = None
    training_loss: float | None = None
    training_accuracy: float | None = None
    learning_rate: float | None = None
    seconds: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    test_images: int | None = None


def rows_of(history: History) -> list[Row]:
    """What a run has told so far, in the order of steps; an evaluation stands in the row of its step, or in its own."""
    points = history.since()
    columns = zip(
        points.step, points.epoch, points.images, points.loss, points.accuracy, points.learning_rate, points.seconds,
        strict=True,
    )  # fmt: skip
    rows = {}
    for step, epoch, images, *measured in columns:
        loss, accuracy, rate, seconds = map(float, measured)
        rows[int(step)] = Row(int(step), float(epoch), int(images), loss, accuracy, rate, seconds)
    for test in points.evaluations:
        known = rows.get(test.step, Row(test.step, test.epoch))
        rows[test.step] = known._replace(
            test_loss=test.test_loss, test_accuracy=test.test_accuracy, test_images=test.test_samples
        )
    return [rows[step] for step in sorted(rows)]


def rows_of_json(text: str | bytes) -> tuple[list[Row], TrainConfig]:
    """The epochs of a run that ``nnlab train --json`` has written, and how it was trained.

    Raises:
        ValueError: if the text is no such file; the message is a sentence.
    """
    try:
        result = json.loads(text)
        train = from_dict({"train": result["train"]}).train
        tested = result["samples"]["test"]
        most = int(result.get("steps", sys.maxsize))  # a run that fails ends within an epoch
        if most < 1:
            raise ValueError(f"steps is {most}")
        rows, seconds = [], 0.0
        for number, epoch in enumerate(result["epochs"], 1):
            step = min(number * train.steps_per_epoch, most)
            is_whole = step == number * train.steps_per_epoch
            seconds += _number(epoch["seconds"]) or 0.0
            rows.append(
                Row(
                    step,
                    number if is_whole else step / train.steps_per_epoch,
                    train.training_images if is_whole else None,
                    _number(epoch["train_loss"]),
                    seconds=seconds,
                    test_loss=_number(epoch["test_loss"]),
                    test_accuracy=_number(epoch["test_accuracy"]),
                    test_images=int(tested),
                )  # fmt: skip
            )
    except (ConfigError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(
            f"The history cannot be read ({type(error).__name__}: {error!s:.80}); expected {EPOCHS}."
        ) from None
    return rows, train


def _number(value: Any) -> float | None:
    """A loss, an accuracy or seconds; None where JSON says null: the loss of a run that diverged."""
    if value is None:
        return None
    number = float(value)
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number:g} is no loss, no accuracy and no time")
    return number


def to_csv(rows: Sequence[Row]) -> bytes:
    """UTF-8 with a byte-order mark, numbers with all their digits, nothing where nothing was measured.

    Example:
        >>> to_csv([Row(1, 0.5, 64, 2.3)]).decode("utf-8-sig").splitlines()[1]
        '1,0.5,64,2.3,,,,,,'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(Row._fields)
    writer.writerows(rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
