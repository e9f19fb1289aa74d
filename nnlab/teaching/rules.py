"""The rules of the advice: each knows one sign of trouble, the numbers that show it, and a next run without the cause.

A rule that does not see its sign says nothing, and a number that nobody has measured is never assumed. Each cure is
tried by a test on the genuine MNIST.

Read next: ``advice``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlab.config import MAX_EPOCHS, PRESETS, Setup, TrainConfig
from nnlab.teaching.situation import FEWEST_STEPS, FIFTH, Hint, Situation

ALL_IMAGES = TrainConfig().training_images  # of MNIST
LOWEST_RATE = 1e-6  # that a run may have
USUAL_RATES = {"sgd": 0.05, "momentum": 0.01, "nesterov": 0.01, "rmsprop": 0.001, "adam": 0.001, "adamw": 0.001}
DEAD_SHARE = 0.5  # of a layer's neurons
VANISHED = 0.01  # the first layer's gradient per weight, as a fraction of the last layer's
FIRM_RISE = 1.2  # a training loss that ends this many times above its lowest (means over fifths) has gone the wrong way
TURNED = 1.05  # a test loss that ends this many times above its lowest value has turned
GAP = 0.03  # training accuracy less test accuracy
STILL_FALLING = 0.97  # the last test loss, as a fraction of the one before
STRONG_DROPOUT, STRONG_L1, STRONG_L2 = 0.6, 0.001, 0.02

Rule = Callable[[Situation], Hint | None]


def diverged(situation: Situation) -> Hint | None:
    """The loss is no number any more: each step went further past the lowest point than the one before."""
    if not situation.result.diverged:
        return None
    rate = situation.setup.train.learning_rate
    return Hint("diverged", {"steps": situation.steps, "rate": rate}, _with_rate(situation.setup, rate / 10))


def zeros(situation: Situation) -> Hint | None:
    """All weights started at 0, so all neurons of a layer are alike for ever."""
    model = situation.setup.model
    if model.initialization != "zeros" or not model.hidden_sizes or not situation.is_stuck:
        return None
    cure = replace(situation.setup, model=replace(model, initialization="kaiming"))
    return Hint("zeros", {"loss": float(situation.losses[-1])}, cure)


def dead(situation: Situation) -> Hint | None:
    """Half of a layer or more passes no gradient on for any image, and the network learns next to nothing."""
    return _dead(situation, "dead") if situation.is_stuck else None


def many_dead(situation: Situation) -> Hint | None:
    """Half of a layer or more is dead; the network learns with the rest."""
    return None if situation.is_stuck else _dead(situation, "many_dead")


def _dead(situation: Situation, name: str) -> Hint | None:
    if not situation.dead_shares or max(situation.dead_shares) < DEAD_SHARE:
        return None
    worst = int(np.argmax(situation.dead_shares))
    model = replace(situation.setup.model, activation="leaky_relu")
    cure = _with_rate(replace(situation.setup, model=model), _at_most_usual(situation.setup.train))
    return Hint(name, {"share": situation.dead_shares[worst], "layer": worst + 1}, cure)


def vanishing(situation: Situation) -> Hint | None:
    """The first layer is hardly told anything, and the network learns next to nothing."""
    sizes = situation.gradients
    if len(sizes) < 3 or not situation.is_stuck or not 0 <= sizes[0] < VANISHED * sizes[-1]:
        return None
    model = replace(situation.setup.model, activation="relu", initialization="kaiming")
    return Hint("vanishing", {"first": sizes[0], "last": sizes[-1]}, replace(situation.setup, model=model))


def rate_too_high(situation: Situation) -> Hint | None:
    """The loss on the training images, which every step is to make smaller, has become larger, or never fell at all."""
    train = situation.setup.train
    if len(situation.losses) < FIFTH:
        return None
    losses = np.convolve(situation.losses, np.full(FIFTH, 1 / FIFTH), "valid")
    lowest, last = float(losses.min()), float(losses[-1])
    is_stuck = situation.is_stuck and train.learning_rate > 2 * USUAL_RATES[train.optimizer]
    if not is_stuck and last < max(FIRM_RISE * lowest, lowest + 0.15):
        return None
    cure = _with_rate(situation.setup, min(train.learning_rate / 5, _at_most_usual(train)))
    return Hint("rate_too_high", {"lowest": lowest, "last": last, "rate": train.learning_rate}, cure)


def rate_too_low(situation: Situation) -> Hint | None:
    """The loss falls all the time, but creeps."""
    train, losses = situation.setup.train, situation.losses
    is_small = train.learning_rate < USUAL_RATES[train.optimizer] / 4
    is_falling = losses[len(losses) // 2] - losses[-1] > 0.01
    if not is_small or not is_falling or losses[-1] < 0.6 or situation.steps < FEWEST_STEPS:
        return None
    evidence = {"first": losses[0], "last": losses[-1], "epochs": situation.result.epochs[-1]}
    evidence = {name: float(value) for name, value in evidence.items()} | {"rate": train.learning_rate}
    rate = min(USUAL_RATES[train.optimizer], 100 * train.learning_rate)
    return Hint("rate_too_low", evidence, _with_rate(situation.setup, rate))


def overfitting(situation: Situation) -> Hint | None:
    """The test loss has turned while the training loss fell on, or the training images are known far better."""
    evaluations = situation.result.evaluations
    if not evaluations:
        return None
    last, best = evaluations[-1], min(evaluations, key=lambda evaluation: evaluation.test_loss)
    gap = last.train_accuracy - last.test_accuracy
    evidence = {"train": last.train_accuracy, "test": last.test_accuracy}
    if last.test_loss > TURNED * best.test_loss and last.train_loss < best.train_loss:
        evidence |= {"epoch": best.epoch, "lowest": best.test_loss, "last": last.test_loss}
        return Hint("overfitting", evidence, _less_by_heart(situation))
    return Hint("gap", evidence, _less_by_heart(situation)) if gap > GAP else None


def held_back(situation: Situation) -> Hint | None:
    """Dropout or a penalty is so strong that not even the training images are known."""
    model, train, evaluations = situation.setup.model, situation.setup.train, situation.result.evaluations
    is_strong = model.dropout >= STRONG_DROPOUT or train.l1 >= STRONG_L1 or train.l2 >= STRONG_L2
    if not is_strong or not evaluations or evaluations[-1].train_accuracy > 0.95:
        return None
    cure = Setup(replace(model, dropout=min(model.dropout, 0.2)), replace(train, l1=0.0, l2=0.0), situation.setup.data)
    return Hint("held_back", {"train": evaluations[-1].train_accuracy}, cure)


def too_small(situation: Situation) -> Hint | None:
    """At the end not even the training images are known, and the network is linear or has a narrow layer."""
    model, evaluations = situation.setup.model, situation.result.evaluations
    if not situation.is_complete or not evaluations or evaluations[-1].train_accuracy > 0.94:
        return None
    is_linear = not model.hidden_sizes or model.activation == "identity"
    if not is_linear and min(model.hidden_sizes) >= 16:
        return None
    activation = "relu" if model.activation == "identity" else model.activation
    sizes = tuple(max(64, size) for size in model.hidden_sizes) or (128, 64)
    cure = replace(situation.setup, model=replace(model, hidden_sizes=sizes, activation=activation))
    evidence = {"train": evaluations[-1].train_accuracy, "test": evaluations[-1].test_accuracy}
    return Hint("linear", evidence, cure) if is_linear else Hint("narrow", evidence | {"least": min(sizes)}, cure)


def too_short(situation: Situation) -> Hint | None:
    """It ended while it was still learning, and not because its schedule had brought the learning rate down."""
    train, evaluations = situation.setup.train, situation.result.evaluations
    later = [evaluation for evaluation in evaluations if evaluation.epoch > 0]
    is_planned = train.schedule != "constant"
    if not situation.is_complete or is_planned or len(later) < 2 or train.epochs >= MAX_EPOCHS:
        return None
    before, last = later[-2].test_loss, later[-1].test_loss
    if last > STILL_FALLING * before:
        return None
    cure = replace(situation.setup, train=replace(train, epochs=min(2 * train.epochs, MAX_EPOCHS)))
    return Hint("too_short", {"before": before, "last": last, "epochs": train.epochs}, cure)


RULES: tuple[Rule, ...] = (  # for a run whose loss is a number
    zeros, held_back, dead, vanishing, rate_too_high, rate_too_low, overfitting, too_small, many_dead,
    too_short,
)  # fmt: skip


def sure_to_learn(setup: Setup) -> Setup:
    """A set-up that is known to learn, on the same digits."""
    return replace(PRESETS["quick"].setup, data=setup.data)


def _with_rate(setup: Setup, rate: float) -> Setup:
    """The set-up with another learning rate, of two digits and within what is allowed."""
    rounded = float(f"{max(rate, LOWEST_RATE):.2g}")
    return replace(setup, train=replace(setup.train, learning_rate=rounded))


def _at_most_usual(train: TrainConfig) -> float:
    return min(train.learning_rate, USUAL_RATES[train.optimizer])


def _less_by_heart(situation: Situation) -> Setup:
    """More images in as many steps, else varied ones, else dropout: what keeps a network from learning by heart."""
    setup, train = situation.setup, situation.setup.train
    if train.training_images < ALL_IMAGES and situation.result.source != "other":  # who knows how many those have
        epochs = max(1, round(train.epochs * train.training_images / ALL_IMAGES))
        return replace(setup, train=replace(train, training_images=ALL_IMAGES, epochs=epochs))
    if not train.augmentation:
        return replace(setup, train=replace(train, augmentation=True))
    return replace(setup, model=replace(setup.model, dropout=max(setup.model.dropout, 0.2)))
