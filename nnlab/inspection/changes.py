"""The kinds of change that surgery makes to a network: each a plain value that knows how to change a network in place.

A unit's output counts in the next layer, by the weights that lead there. So ``SilenceUnit`` and ``FreezeUnit`` change
those: the unit still computes, but nobody hears it, or it always says the same. Layers are counted from 0, the one
after the input.

Read next: ``surgery``, which applies a list of them to a copy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import torch
from torch import Generator, nn

from nnlab.config import MAX_HIDDEN_LAYERS, MAX_SEED, MAX_UNITS, PIXELS, Number
from nnlab.model import MLP


@dataclass(frozen=True)
class Numbers:
    """Rule: as many numbers as a layer may have units."""

    each: Number

    def check(self, values: Any) -> tuple[float, ...]:
        if not isinstance(values, (list, tuple)) or not 0 < len(values) <= MAX_UNITS:
            raise ValueError(f"1 to {MAX_UNITS:,} numbers")
        return tuple(float(self.each.check(value)) for value in values)


LARGEST = 10_000.0  # of what a weight, a bias or an output is set to; trained ones are well below 100
_SIGNED = Number(-LARGEST, LARGEST)
RULES: dict[str, Any] = {  # which values a change's fields take; whether a place is there, only the network can say
    "layer": Number(0, MAX_HIDDEN_LAYERS, integer=True),
    "unit": Number(0, MAX_UNITS - 1, integer=True),
    "input": Number(0, max(PIXELS, MAX_UNITS) - 1, integer=True),
    "value": _SIGNED,
    "values": Numbers(_SIGNED),
    "amount": _SIGNED,
    "factor": Number(-100, 100),
    "fraction": Number(0, 1),
    "deviation": Number(0, 10),
    "seed": Number(0, MAX_SEED, integer=True),
    "temperature": Number(0.01, 100),
}


class SurgeryError(ValueError):
    """A change that this network cannot have, or text that is no list of changes. The message is a sentence."""


@dataclass(frozen=True)
class Change(ABC):
    """One change; raises ``SurgeryError`` if a value is outside ``RULES``."""

    kind: ClassVar[str] = ""  # its name in JSON and in the words of a page

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            try:
                object.__setattr__(self, field.name, RULES[field.name].check(value))
            except ValueError as allowed:
                raise SurgeryError(f"{field.name} is {value!r:.40}; allowed: {allowed}") from None

    @abstractmethod
    def apply(self, model: MLP) -> None:
        """Change the network in place, without gradient; raises ``SurgeryError`` if it has no such place."""


@dataclass(frozen=True)
class SetWeight(Change):
    """Give the weight from ``input`` to ``unit`` of ``layer`` a value."""

    layer: int
    unit: int
    input: int
    value: float
    kind = "set_weight"

    def apply(self, model: MLP) -> None:
        weight = _layer(model, self.layer).weight
        weight[_within("unit", self.unit, len(weight)), _within("input", self.input, weight.shape[1])] = self.value


@dataclass(frozen=True)
class SetBias(Change):
    """Give the bias of a unit a value."""

    layer: int
    unit: int
    value: float
    kind = "set_bias"

    def apply(self, model: MLP) -> None:
        bias = _layer(model, self.layer).bias
        bias[_within("unit", self.unit, len(bias))] = self.value


@dataclass(frozen=True)
class ShiftBias(Change):
    """Add an amount to the bias of a unit."""

    layer: int
    unit: int
    amount: float
    kind = "shift_bias"

    def apply(self, model: MLP) -> None:
        bias = _layer(model, self.layer).bias
        bias[_within("unit", self.unit, len(bias))] += self.amount


@dataclass(frozen=True)
class ScaleUnit(Change):
    """Multiply all weights that lead to a unit by a factor; its bias stays."""

    layer: int
    unit: int
    factor: float
    kind = "scale_unit"

    def apply(self, model: MLP) -> None:
        weight = _layer(model, self.layer).weight
        weight[_within("unit", self.unit, len(weight))] *= self.factor


@dataclass(frozen=True)
class SilenceUnit(Change):
    """Cut a hidden unit off: all weights that lead from it become 0, as if its output were always 0."""

    layer: int
    unit: int
    kind = "silence_unit"

    def apply(self, model: MLP) -> None:
        weight = _next(model, self.layer).weight
        weight[:, _within("unit", self.unit, weight.shape[1])] = 0


@dataclass(frozen=True)
class FreezeUnit(Change):
    """Hold a hidden unit's output at a value, whatever the image: W a becomes a part of the next layer's biases."""

    layer: int
    unit: int
    value: float
    kind = "freeze_unit"

    def apply(self, model: MLP) -> None:
        following = _next(model, self.layer)
        unit = _within("unit", self.unit, following.weight.shape[1])
        following.bias.add_(following.weight[:, unit], alpha=self.value)
        following.weight[:, unit] = 0


@dataclass(frozen=True)
class SilenceLayer(Change):
    """Cut a whole hidden layer off: the next one hears its own biases alone, so every image gets the same answer."""

    layer: int
    kind = "silence_layer"

    def apply(self, model: MLP) -> None:
        _next(model, self.layer).weight.zero_()


@dataclass(frozen=True)
class FreezeLayer(Change):
    """Hold all outputs of a hidden layer at these values, whatever the image: every image gets the same answer."""

    layer: int
    values: tuple[float, ...]
    kind = "freeze_layer"

    def apply(self, model: MLP) -> None:
        following = _next(model, self.layer)
        units = following.weight.shape[1]
        if len(self.values) != units:
            raise SurgeryError(f"values are {len(self.values)}; the layer has {units} units")
        following.bias.add_(following.weight @ torch.tensor(self.values, dtype=following.weight.dtype))
        following.weight.zero_()


@dataclass(frozen=True)
class ZeroBiases(Change):
    """Set every bias of the network to 0."""

    kind = "zero_biases"

    def apply(self, model: MLP) -> None:
        for linear in model.linears:
            linear.bias.zero_()


@dataclass(frozen=True)
class Prune(Change):
    """Set the smallest weights of the network to 0: this fraction of all of them, layers together, biases untouched.

    Source: Han et al. 2015, Learning both Weights and Connections for Efficient Neural Networks.
    """

    fraction: float
    kind = "prune"

    def apply(self, model: MLP) -> None:
        sizes = torch.cat([linear.weight.abs().flatten() for linear in model.linears])
        count = round(self.fraction * len(sizes))
        if not count:
            return
        largest = sizes.kthvalue(
            count
        ).values  # of those to be pruned; sorting all of them would take ten times as long
        is_kept = sizes > largest
        equal = (sizes == largest).nonzero().flatten()
        is_kept[equal[count - int((sizes < largest).sum()) :]] = True  # of weights of one size, the first are pruned
        for linear, part in zip(model.linears, is_kept.split([x.weight.numel() for x in model.linears]), strict=True):
            linear.weight *= part.view_as(linear.weight)


@dataclass(frozen=True)
class Noise(Change):
    """Add normal noise to every weight; its deviation is this fraction of the root mean square of the layer's weights.

    The same seed gives the same noise.
    """

    deviation: float
    seed: int = 0
    kind = "noise"

    def apply(self, model: MLP) -> None:
        generator = Generator().manual_seed(self.seed)
        for linear in model.linears:
            size = linear.weight.square().mean().sqrt()
            linear.weight += self.deviation * size * torch.randn(linear.weight.shape, generator=generator)


@dataclass(frozen=True)
class Temperature(Change):
    """Divide all logits by T: probabilities come closer together above 1, and farther apart below; no answer changes.

    Done by the last layer's weights and biases, so that the network carries it along.
    """

    temperature: float
    kind = "temperature"

    def apply(self, model: MLP) -> None:
        for parameter in (model.linears[-1].weight, model.linears[-1].bias):
            parameter /= self.temperature


CHANGES: dict[str, type[Change]] = {
    change.kind: change
    for change in (
        SetWeight, SetBias, ShiftBias, ScaleUnit, SilenceUnit, FreezeUnit, SilenceLayer, FreezeLayer, ZeroBiases, Prune,
        Noise, Temperature,
    )
}  # fmt: skip


def _layer(model: MLP, layer: int) -> nn.Linear:
    return model.linears[_within("layer", layer, len(model.linears))]


def _next(model: MLP, layer: int) -> nn.Linear:
    """The layer that hears a hidden layer."""
    return model.linears[_within("hidden layer", layer, len(model.linears) - 1) + 1]


def _within(name: str, place: int, count: int) -> int:
    if not 0 <= place < count:
        raise SurgeryError(f"{name} is {place}; the network has 0 to {count - 1}")
    return place
