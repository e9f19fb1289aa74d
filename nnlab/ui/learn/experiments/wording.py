"""How answers, questions and trials of an experiment are written in the visitor's language."""

from __future__ import annotations

from nnlab.teaching.steps import Ask, Choice, Experiment, Guess, Step
from nnlab.ui import numbers
from nnlab.ui.learn.experiments.progress import Answer
from nnlab.ui.text import t


def own(experiment: Experiment, key: str, **values: object) -> str:
    """A text of the experiment's own."""
    return t(f"experiments/{experiment.name}.{key}", **values)


def kind_of(step: Step) -> str:
    """Which kind of step it is: "choice", "guess", "sketch", "run", "look" or "explain"."""
    return type(step).__name__.lower()


def measure(value: float, ask: Guess) -> str:
    """A number in the question's unit, with as many digits as can be said, and one more."""
    decimals = max(0, -_exponent(ask.step)) + (0 if float(value).is_integer() or ask.unit == "neurons" else 1)
    if abs(value) >= 1000:
        return t(f"experiments.unit_{ask.unit}", value=numbers.in_full(float(f"{value:.3g}"), is_grouped=True))
    return t(f"experiments.unit_{ask.unit}", value=numbers.fixed(value, decimals))


def _exponent(step: float) -> int:
    """Of its last decimal: 0.25 -> -2, 1 -> 0."""
    text = numbers.in_full(step)
    return -len(text.partition(".")[2])


def said(experiment: Experiment, ask: Ask, answer: Answer) -> str:
    """What a visitor has said, or what came out, of a choice or a number."""
    if isinstance(ask, Choice):
        return own(experiment, f"{ask.name}_{answer}")
    return measure(answer, ask) if isinstance(ask, Guess) else t("experiments.your_curve")
