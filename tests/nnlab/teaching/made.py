"""Results made by hand: for each experiment a set in which all its claims hold, and for each claim what breaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nnlab.config import NOTES_LOSSES
from nnlab.records import Evaluation
from nnlab.teaching.results import Result


def result(
    accuracy: float = 0.9,
    losses: Sequence[float] = (2.3, 0.4),
    *,
    epochs: float = 1,
    test_losses: Sequence[float] = (0.5,),
    train_accuracy: float = 0.9,
    diverged: bool = False,
    images: int = 100,
    **numbers: float,
) -> Result:
    """A run with these losses of its steps, and an evaluation for each test loss, evenly spread over its epochs."""
    ends = np.linspace(0, epochs, len(test_losses) + 1)[1:]
    evaluations = tuple(
        Evaluation(int(end * 100), float(end), 0.1, train_accuracy, loss, accuracy, 10, 10)
        for end, loss in zip(ends, test_losses, strict=True)
    )
    places = np.linspace(0, epochs, len(losses) + 1)[1:]
    evaluations = () if diverged else evaluations
    return Result(places, np.array(losses, dtype=float), evaluations, diverged, images, 1.0, numbers, "mnist")


GUESSING = (2.3, 2.3)
FALLING = (2.3, 0.3)
# Jumps of 1.0 between neighbours: of these differences the deviation is about 1.0, of half as large ones 0.5.
JUMPING = (0.0, 1.0) * 50
CALM = (0.0, 0.4) * 50
DIVERGED = result(losses=(2.3, 9000.0, np.inf), diverged=True)
EDITS = {"one_cut": 0.93, "half_cut": 0.7, "pruned": 0.93, "favoured": 0.99}
READ = {
    "as_is": 0.95, "aside": 0.3, "small": 0.2, "turned": 0.4,
    "prepared_aside": 0.94, "prepared_small": 0.92, "prepared_turned": 0.4,
}  # fmt: skip
OVERFITTED = result(0.85, epochs=3, test_losses=(0.6, 0.5, 0.6), train_accuracy=1.0)
CURED = result(0.87, test_losses=(0.45,))
NOTES_RUN = result(0.947, NOTES_LOSSES, epochs=10, images=600_000)

HOLDING: dict[str, dict[str, Result]] = {
    "one_neuron": {
        "zero_one": Result(numbers={"accuracy": 0.999}),
        "four_nine": Result(numbers={"accuracy": 0.97}),
        "even": Result(numbers={"accuracy": 0.89}),
        "even_hidden": Result(numbers={"accuracy": 0.96}),
    },
    "ring": {
        "alone": Result(numbers={"accuracy": 0.5}),
        "two": Result(numbers={"accuracy": 0.82}),
        "three": Result(numbers={"accuracy": 0.98}),
        "four": Result(numbers={"accuracy": 0.99}),
        "squares": Result(numbers={"accuracy": 1.0}),
    },
    "linear_layers": {"single": result(0.91), "stacked": result(0.912), "bent": result(0.945)},
    "learning_rate": {
        "tiny": result(0.2, (2.4, 2.1)),
        "middle": result(0.88, FALLING),
        "large": result(0.4, GUESSING),
        "huge": DIVERGED,
    },
    "zeros": {
        "zeros": result(0.11, GUESSING),
        "random": result(0.9, FALLING, different=32),
        "alike": result(0.11, GUESSING, different=1),
    },
    "three_functions": {
        "relu": result(0.92, FALLING),
        "sigmoid": result(0.6, (2.3, 1.7)),
        "tanh": result(0.92, FALLING),
    },
    "batch_size": {
        "small": result(0.9, JUMPING),
        "middle": result(0.9, CALM),
        "large": result(0.6, (2.3, 1.4)),
    },
    "vanishing": {
        "shallow": result(0.88, FALLING, shrinks=6),
        "deep": result(0.11, GUESSING, shrinks=500),
        "relu": result(0.93, FALLING, shrinks=5),
        "tanh": result(0.93, FALLING, shrinks=2),
        "adam": result(0.9, FALLING, shrinks=500),
    },
    "dead_relu": {
        "killed": result(0.1, GUESSING, dead=0.97),
        "lower": result(0.11, GUESSING, dead=0.95),
        "shorter": result(0.89, FALLING, dead=0.01),
    },
    "overfitting": {"plain": OVERFITTED, "more": CURED, "dropout": CURED, "decay": CURED, "variations": CURED},
    "notes": {"notes": NOTES_RUN, "again": result(0.944), "quick": result(0.97, images=60_000)},
    "misread": {"reader": result(0.95, **READ)},
    "surgery": {"patient": result(0.94, **EDITS)},
}


class Breaking(NamedTuple):
    """One trial's other result, with which a claim fails."""

    experiment: str
    claim: str
    results: Mapping[str, Result]


def _number(value: float) -> Result:
    return Result(numbers={"accuracy": value})


def _reader(**changed: float) -> Mapping[str, Result]:
    return {"reader": result(0.95, **{**READ, **changed})}


def _patient(**changed: float) -> Mapping[str, Result]:
    return {"patient": result(0.94, **{**EDITS, **changed})}


BREAKING = [
    Breaking("one_neuron", "one_border", {"zero_one": _number(0.98)}),
    Breaking("one_neuron", "one_border", {"four_nine": _number(0.995)}),
    Breaking("one_neuron", "one_border", {"even": _number(0.95)}),
    Breaking("one_neuron", "more_borders", {"even_hidden": _number(0.92)}),
    Breaking("ring", "round_it", {"alone": _number(0.75)}),
    Breaking("ring", "round_it", {"two": _number(0.97)}),
    Breaking("ring", "round_it", {"three": _number(0.9)}),
    Breaking("ring", "straight_again", {"squares": _number(0.9)}),
    Breaking("ring", "straight_again", {"alone": _number(0.96)}),
    Breaking("linear_layers", "still_one_layer", {"stacked": result(0.93)}),
    Breaking("linear_layers", "still_one_layer", {"stacked": result(0.89)}),
    Breaking("linear_layers", "bends", {"bent": result(0.92)}),
    Breaking("learning_rate", "middle_best", {"tiny": result(0.2, FALLING)}),
    Breaking("learning_rate", "middle_best", {"middle": result(0.6)}),
    Breaking("learning_rate", "middle_best", {"large": result(0.8)}),
    Breaking("learning_rate", "huge_breaks", {"huge": result(0.1, GUESSING)}),
    Breaking("zeros", "nothing_learned", {"zeros": result(0.11, FALLING)}),
    Breaking("zeros", "nothing_learned", {"zeros": result(0.5, GUESSING)}),
    Breaking("zeros", "nothing_learned", {"random": result(0.5, different=32)}),
    Breaking("zeros", "all_alike", {"alike": result(0.11, GUESSING, different=2)}),
    Breaking("zeros", "all_alike", {"random": result(0.9, different=31)}),
    Breaking("three_functions", "sigmoid_last", {"sigmoid": result(0.9, FALLING)}),
    Breaking("three_functions", "sigmoid_last", {"tanh": result(0.4, GUESSING)}),
    Breaking("three_functions", "sigmoid_last", {"relu": DIVERGED}),
    Breaking("batch_size", "small_noisier", {"small": result(losses=CALM)}),
    Breaking("batch_size", "small_noisier", {"small": result(losses=np.multiply(JUMPING, 2))}),
    Breaking("batch_size", "large_behind", {"large": result(losses=(2.3, 0.4))}),
    Breaking("vanishing", "vanishes", {"deep": result(0.11, GUESSING, shrinks=50)}),
    Breaking("vanishing", "vanishes", {"deep": result(0.4, (2.3, 2.1), shrinks=500)}),
    Breaking("vanishing", "vanishes", {"shallow": result(0.3, shrinks=6)}),
    *(Breaking("vanishing", "cured", {name: result(0.7, shrinks=5)}) for name in ("relu", "tanh", "adam")),
    Breaking("dead_relu", "killed", {"killed": result(0.1, GUESSING, dead=0.5)}),
    Breaking("dead_relu", "killed", {"killed": result(0.8, FALLING, dead=0.9)}),
    Breaking("dead_relu", "stay_dead", {"lower": result(0.8, dead=0.4)}),
    Breaking("dead_relu", "kept_alive", {"shorter": result(0.9, dead=0.2)}),
    Breaking("dead_relu", "kept_alive", {"shorter": result(0.5, dead=0.01)}),
    Breaking("overfitting", "by_heart", {"plain": result(0.85, test_losses=(0.6, 0.5, 0.51), train_accuracy=1.0)}),
    Breaking("overfitting", "by_heart", {"plain": result(0.85, test_losses=(0.6, 0.5, 0.6), train_accuracy=0.95)}),
    Breaking("overfitting", "by_heart", {"plain": result(0.95, test_losses=(0.6, 0.5, 0.6), train_accuracy=1.0)}),
    *(
        Breaking("overfitting", "cured", {name: result(test_losses=(0.61,))})
        for name in ("more", "dropout", "decay", "variations")
    ),
    Breaking("notes", "reproduced", {"notes": result(0.95, (1.3, *NOTES_LOSSES[1:]), epochs=10)}),
    Breaking("notes", "scatter", {"again": result(0.92)}),
    Breaking("notes", "scatter", {"again": NOTES_RUN}),
    Breaking("notes", "beaten", {"quick": result(0.947, images=60_000)}),
    Breaking("notes", "beaten", {"quick": result(0.97, images=70_000)}),
    Breaking("misread", "misread", _reader(as_is=0.8)),
    Breaking("misread", "misread", _reader(small=0.7)),
    Breaking("misread", "repaired", _reader(prepared_aside=0.85)),
    Breaking("misread", "repaired", _reader(prepared_turned=0.9)),
    Breaking("surgery", "spares", _patient(one_cut=0.9)),
    Breaking("surgery", "spares", _patient(pruned=0.9)),
    Breaking("surgery", "spares", _patient(half_cut=0.92)),
    Breaking("surgery", "one_number", _patient(favoured=0.6)),
]
