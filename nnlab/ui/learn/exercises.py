"""The numbers that the lesson on calculating by hand begins with: drawn by lot, or from the literature.

Numbers are named as in ``lines``: {"x1": 0.5, "w11": -0.3, ..., "eta": 0.5}.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple

from nnlab.tiny import Layer
from nnlab.ui.learn.worksheet import Exercise

SHAPES = {"2-2-2": (2, 2, 2), "3-2-1": (3, 2, 1)}  # inputs, hidden neurons, outputs
OUTPUTS = {"2-2-2": ("softmax", "sigmoid"), "3-2-1": ("identity", "sigmoid")}  # the output layer's activations
ACTIVATIONS = ("relu", "sigmoid", "tanh", "identity")  # the hidden layer's
FRIENDLY_INPUTS = (-1.0, 0.5, 1.0, 2.0)  # no two of a set are the same
FRIENDLY_RATE = 0.5
WRONG = 0.7  # a loss: more than guessing one of two classes costs, -ln 0.5
LEAST = 0.1  # of a sum and of a gradient that somebody is to calculate: with 0 there is nothing to do


def names_of(shape: str) -> dict[str, list[str]]:
    """The names of an exercise's numbers, by what they are: "x", "w", "b", "v", "c", "y"."""
    inputs, hidden, outputs = (range(1, size + 1) for size in SHAPES[shape])
    return {
        "x": [f"x{i}" for i in inputs],
        "w": [f"w{j}{i}" for j in hidden for i in inputs],
        "b": [f"b{j}" for j in hidden],
        "v": [f"v{k}{j}" for k in outputs for j in hidden],
        "c": [f"c{k}" for k in outputs],
        "y": [f"y{k}" for k in outputs],
    }


def exercise_of(shape: str, activation: str, output: str, numbers: Mapping[str, float]) -> Exercise:
    """The exercise with these numbers."""
    inputs, hidden, _ = SHAPES[shape]
    x, w, b, v, c, y = (tuple(numbers[name] for name in names) for names in names_of(shape).values())

    def rows(values: tuple[float, ...], length: int) -> tuple[tuple[float, ...], ...]:
        return tuple(values[start : start + length] for start in range(0, len(values), length))

    hidden_layer, output_layer = Layer(rows(w, inputs), b, activation), Layer(rows(v, hidden), c, output)
    return Exercise(hidden_layer, output_layer, x, y, numbers["eta"])


def friendly(shape: str, seed: int) -> dict[str, float]:
    """Numbers with one decimal that are worth calculating with, whichever activations are chosen; a seed, a set.

    With ReLU, the strictest of them, the neuron that is asked for is not silent, something flows back through it, and
    the loss falls. In the first set neither neuron is silent, and the network is wrong.
    """
    chance = random.Random(f"{shape} {seed}")
    names = names_of(shape)
    while True:
        numbers = dict(zip(names["x"], chance.sample(FRIENDLY_INPUTS, len(names["x"])), strict=True))
        numbers |= {name: chance.choice((-1, 1)) * chance.randint(1, 9) / 10 for name in [*names["w"], *names["v"]]}
        numbers |= {name: chance.choice((-1, 1)) * chance.randint(1, 5) / 10 for name in [*names["b"], *names["c"]]}
        numbers |= {"y1": 1.0, "y2": 0.0, "eta": FRIENDLY_RATE} if "y2" in names["y"] else {"y1": 1.0, "eta": 0.1}
        values = [exercise_of(shape, "relu", output, numbers).values for output in OUTPUTS[shape]]
        if all(map(_is_worth_it, values)) and (seed > 0 or (values[0]["z1"] > 0 and values[0]["L"] > WRONG)):
            return numbers


def _is_worth_it(values: Mapping[str, float]) -> bool:
    is_awake = values["z2"] >= LEAST and abs(values["d_z2"]) >= LEAST / 2
    return is_awake and abs(values["z1"]) >= LEAST and values["L"] >= LEAST and values["L+"] < values["L"]


class Published(NamedTuple):
    """A worked example from the literature; both are of sigmoids and half the squared error.

    Attributes:
        moves_biases: whether its step changes the biases too, as ours does.
    """

    source: str
    address: str
    numbers: Mapping[str, float]
    moves_biases: bool


PUBLISHED = {
    "2-2-2": Published(
        "M. Mazur, “A Step by Step Backpropagation Example” (2015)",
        "https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/",
        {
            "x1": 0.05, "x2": 0.1, "w11": 0.15, "w12": 0.2, "w21": 0.25, "w22": 0.3, "b1": 0.35, "b2": 0.35,
            "v11": 0.4, "v12": 0.45, "v21": 0.5, "v22": 0.55, "c1": 0.6, "c2": 0.6, "y1": 0.01, "y2": 0.99, "eta": 0.5,
        },
        moves_biases=False,
    ),
    "3-2-1": Published(
        "J. Han, M. Kamber, J. Pei, *Data Mining: Concepts and Techniques*, 3rd ed. (2012), section 9.2",
        "https://doi.org/10.1016/C2009-0-61819-5",
        {
            "x1": 1.0, "x2": 0.0, "x3": 1.0, "w11": 0.2, "w12": 0.4, "w13": -0.5, "w21": -0.3, "w22": 0.1, "w23": 0.2,
            "b1": -0.4, "b2": 0.2, "v11": -0.3, "v12": -0.2, "c1": 0.1, "y1": 1.0, "eta": 0.9,
        },
        moves_biases=True,
    ),
}  # fmt: skip
