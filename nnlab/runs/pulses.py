"""The record of a run's pulses: how strongly each layer was taught at the watched steps, and which neurons are left.

Beside it stands what theory predicts of the gradient before the first step. A chart asks for what comes after the
points that it has. This module imports no torch: a page can show a chart at once.

Read next: ``curve``, the record that everybody sees.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, TypedDict

import numpy as np

from nnlab.config import ModelConfig
from nnlab.records import DEAD, SATURATED, Evaluation, Pulse

MOST_PULSES = 10_000  # a run has some 200; the others are those of people who press "one step"


def to_rows(pulses: Sequence[Pulse]) -> np.ndarray:
    """Pulses of a run of L layers -> (K, 1 + 2 L) float64: the step, the gradients, the updates."""
    return np.array([(pulse.step, *pulse.gradients, *pulse.updates) for pulse in pulses], dtype=np.float64)


def pulse_bytes(layers: int) -> int:
    """The length of one row."""
    return np.dtype(np.float64).itemsize * (1 + 2 * layers)


class Neurons(NamedTuple):
    """What had become of the hidden neurons after a step, over so many test images.

    ``states`` holds a byte for each neuron, layer by layer, as ``Evaluated.neurons`` does.
    """

    step: int
    images: int
    states: bytes


class Stretch(TypedDict):
    """What is new of the pulses, ready to be written as JSON; what is not a number is None, a gap in the line.

    ``gradients``, ``updates``, ``dead`` and ``saturated`` hold one list per layer, of the last two per hidden layer.
    ``expected`` is one number per layer, or None; ``neurons`` are as in ``Pulses.neurons_in_words``.
    """

    before: int
    epochs: list[float]
    gradients: list[list[float | None]]
    updates: list[list[float | None]]
    expected: list[float | None] | None
    countsBefore: int
    countedEpochs: list[float]
    countedImages: list[int]
    dead: list[list[int]]
    saturated: list[list[int]]
    neurons: tuple[int, int, list[str]] | None


class Pulses:
    """The pulses of one run. Any thread may read them while another adds to them.

    Args:
        config: the run's network, whose layers are meant.
        steps_per_epoch: of the run.

    Attributes:
        expected: the gradient by one weight that theory predicts for each layer; None where it predicts none.
        neurons: as they were at the newest evaluation; None before the first.
    """

    def __init__(self, config: ModelConfig, steps_per_epoch: int):
        self.hidden_sizes, self.layers = config.hidden_sizes, len(config.hidden_sizes) + 1
        self.steps_per_epoch = steps_per_epoch
        self.expected: list[float] | None = None
        self.neurons: Neurons | None = None
        self._lock = threading.Lock()
        self._rows: list[np.ndarray] = []
        self._counts: list[tuple[float, int, list[int], list[int]]] = []  # epoch, images, dead and saturated per layer

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: np.ndarray) -> None:
        """Add (K, 1 + 2 L) rows; those of steps that are known already are left out."""
        with self._lock:
            known = self._rows[-1][0] if self._rows else 0
            new = rows[rows[:, 0] > known][: MOST_PULSES - len(self._rows)]
            self._rows.extend(new)

    def add_neurons(self, evaluation: Evaluation, states: bytes) -> None:
        """Add what an evaluation has found of the hidden neurons, if it has looked at all of them."""
        if not states or len(states) != sum(self.hidden_sizes):
            return
        parts = self._by_layer(states)
        dead, saturated = ([part.count(state) for part in parts] for state in (DEAD, SATURATED))
        with self._lock:
            self._counts.append((evaluation.epoch, evaluation.test_samples, dead, saturated))
            self.neurons = Neurons(evaluation.step, evaluation.test_samples, states)

    def since(self, pulses: int = 0, counts: int = 0) -> Stretch:
        """What comes after so many pulses and so many counts; from the beginning where there are fewer."""
        with self._lock:
            known = pulses if 0 <= pulses <= len(self._rows) else 0
            counted = counts if 0 <= counts <= len(self._counts) else 0
            rows = np.array(self._rows[known:]).reshape(-1, 1 + 2 * self.layers)
            new = self._counts[counted:]
        figures = [[_written(value) for value in column] for column in rows[:, 1:].T.tolist()]
        hidden = range(self.layers - 1)
        return {
            "before": known,
            "epochs": (rows[:, 0] / self.steps_per_epoch).tolist(),
            "gradients": figures[: self.layers],
            "updates": figures[self.layers :],
            "expected": None if self.expected is None else list(map(_written, self.expected)),
            "countsBefore": counted,
            "countedEpochs": [epoch for epoch, _, _, _ in new],
            "countedImages": [images for _, images, _, _ in new],
            "dead": [[dead[layer] for _, _, dead, _ in new] for layer in hidden],
            "saturated": [[saturated[layer] for _, _, _, saturated in new] for layer in hidden],
            "neurons": self.neurons_in_words(),
        }

    def neurons_in_words(self) -> tuple[int, int, list[str]] | None:
        """The newest ``neurons``: the step, the images, and per hidden layer a word with one figure for each."""
        newest = self.neurons
        if newest is None:
            return None
        words = ["".join(map(str, part)) for part in self._by_layer(newest.states)]
        return newest.step, newest.images, words

    def _by_layer(self, states: bytes) -> list[bytes]:
        ends = accumulate(self.hidden_sizes)
        return [states[end - size : end] for size, end in zip(self.hidden_sizes, ends, strict=True)]


def _written(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
