"""Weights that others made: a plain state dict in safetensors, of which an MLP can be built if its shapes fit one.

Such a file says neither which activation stands between the layers nor how pixels were scaled; whoever brings it says
so. What it does say is the layers, in tensors named ``0.weight`` and ``0.bias`` (nn.Sequential) or ``fc1.weight`` and
so on. Their order is that of the names, or the only one in which they fit together. The file is a stranger, and is
checked like one of our own.

Read next: ``reader``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import torch
from torch import Tensor

from nnlab.checkpoint import CheckpointError, Source, opened, read_listing
from nnlab.config import CLASSES, MAX_HIDDEN_LAYERS, MAX_UNITS, PIXELS, ModelConfig
from nnlab.model import MLP

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64}
MOST_TENSORS = 2 * (MAX_HIDDEN_LAYERS + 1)
# What may be wrong with a file, besides what ``checkpoint`` finds: the keys of the sentences about it.
REASONS = (
    "no_weights", "too_many", "type", "places", "convolution", "other_tensor", "inputs", "outputs", "chain", "order",
    "bias", "too_wide", "numbers",
)  # fmt: skip
NOTES = ("no_bias", "transposed", "rounded")  # what is said of a file that fits


class ForeignError(CheckpointError):
    """Weights of which no network of nnlab can be built. The message is a sentence for people.

    Attributes:
        reason: one of ``REASONS``.
        values: what the sentence names, for the same sentence in another language.
    """

    def __init__(self, reason: str, sentence: str, **values: str):
        super().__init__(reason, sentence.format(**values))
        self.values = values


@dataclass(frozen=True, eq=False)
class Foreign:
    """The layers of a file.

    Attributes:
        names: of the layers, as the file calls them, in their order.
        weights: of each layer (D_out, D_in), float32.
        biases: of each layer (D_out,), float32.
        notes: what had to be done to it, of ``NOTES``.
    """

    names: tuple[str, ...]
    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    notes: tuple[str, ...] = ()

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        return tuple(len(bias) for bias in self.biases[:-1])

    def model(self, activation: str, input_normalization: str) -> MLP:
        """The network in eval mode, with what the file does not say.

        Raises:
            ConfigError: if there is no such activation or normalisation.
        """
        config = ModelConfig(self.hidden_sizes, activation, input_normalization=input_normalization)
        model = MLP(config, seed=None)
        with torch.no_grad():
            for linear, weight, bias in zip(model.linears, self.weights, self.biases, strict=True):
                linear.weight.copy_(weight)
                linear.bias.copy_(bias)
        return model.eval()


def is_ours(source: Source) -> bool:
    """Whether a safetensors file says that nnlab has written it; whether that is true, ``checkpoint`` finds out.

    Raises:
        CheckpointError: if it is no safetensors file.
    """
    with opened(source) as (stream, size):
        return "nnlab" in read_listing(stream, size)[1]


def read(source: Source) -> Foreign:
    """The layers of a plain state dict.

    Raises:
        ForeignError: if no MLP from 784 pixels to 10 digits can be built of it, in a sentence that says why.
        CheckpointError: if it is no safetensors file.
    """
    with opened(source) as (stream, size):
        listing, _, header_bytes = read_listing(stream, size)
        shapes = _check_listing(listing, size - header_bytes)
        weights = {name.rpartition(".")[0]: shape for name, shape in shapes.items() if len(shape) == 2}
        order, is_transposed = _order(weights)
        _check_biases(order, weights, shapes, is_transposed)
        tensors = {name: _read_tensor(stream, header_bytes, listing, name) for name in shapes}
    names = tuple(order)
    found = [tensors[_name(layer, "weight")] for layer in names]
    turned = tuple(weight.T if is_transposed else weight for weight in found)
    biases = tuple(
        tensors.get(_name(layer, "bias"), torch.zeros(len(weight))) for layer, weight in zip(names, turned, strict=True)
    )
    notes = (
        ("no_bias", any(_name(layer, "bias") not in tensors for layer in names)),
        ("transposed", is_transposed),
        ("rounded", any(entry["dtype"] == "F64" for entry in listing.values())),
    )
    return Foreign(names, turned, biases, tuple(note for note, is_so in notes if is_so))


def _name(layer: str, kind: str) -> str:
    return f"{layer}.{kind}" if layer else kind


def _check_listing(listing: dict[str, Any], data_bytes: int) -> dict[str, list[int]]:
    """The shape of each tensor, once its type, its place and its name are those of a layer's weight or bias."""
    if len(listing) > MOST_TENSORS:
        raise ForeignError(
            "too_many", "The file has {count} tensors, and the deepest network of nnlab {most}.",
            count=f"{len(listing):,}", most=str(MOST_TENSORS),
        )  # fmt: skip
    shapes: dict[str, list[int]] = {}
    spans = []
    for name, entry in listing.items():
        shown = _shown(name)
        shape, span = _shape_and_span(shown, entry, data_bytes)
        spans.append(span)
        if len(shape) > 2:
            raise ForeignError(
                "convolution", "{name} has {dimensions} dimensions: it belongs to a convolution, say. An MLP's layers "
                "have weights with two.", name=shown, dimensions=str(len(shape)),
            )  # fmt: skip
        expected = {"weight": 2, "bias": 1}.get(name.rpartition(".")[2])
        if len(shape) != expected:
            raise ForeignError(
                "other_tensor", "{name} is neither the weight nor the bias of a linear layer, and nnlab's networks "
                "have nothing else.", name=shown,
            )  # fmt: skip
        shapes[name] = shape
    spans.sort()
    if any(end > start for (_, end), (start, _) in zip(spans[:-1], spans[1:], strict=True)):
        raise ForeignError("places", "The tensors of the file overlap.")
    if not any(len(shape) == 2 for shape in shapes.values()):
        raise ForeignError("no_weights", "The file holds no weights of linear layers.")
    return shapes


def _shape_and_span(name: str, entry: Any, data_bytes: int) -> tuple[list[int], tuple[int, int]]:
    """The shape of a tensor and where its bytes begin and end, both such as its type asks for."""
    entry = entry if isinstance(entry, dict) else {}
    kind, shape, span = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(kind, str) or kind not in TYPES:
        raise ForeignError(
            "type", "{name} holds {kind}; allowed: {allowed}.", name=name, kind=_shown(kind), allowed=", ".join(TYPES)
        )
    if not _are_counts(shape) or not _are_counts(span) or len(span) != 2:
        raise ForeignError("places", "The file does not say properly where {name} is.", name=name)
    expected = math.prod(shape[:8]) * TYPES[kind].itemsize if len(shape) <= 8 else -1
    if not 0 <= span[0] <= span[1] <= data_bytes or span[1] - span[0] != expected or not expected:
        raise ForeignError("places", "The file does not hold all of {name}.", name=name)
    return shape, (span[0], span[1])


def _are_counts(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**40 for value in values)


def _shown(value: object) -> str:
    """A stranger's name in a sentence: one line, not long, nothing that would format it."""
    text = value if isinstance(value, str) else repr(value)[:60]
    return " ".join(text[:60].encode("ascii", "backslashreplace").decode().split()) or "''"


def _order(weights: dict[str, list[int]]) -> tuple[list[str], bool]:
    """The layers from pixels to digits, and whether their weights stand the other way round, inputs first."""
    if len(weights) > MAX_HIDDEN_LAYERS + 1:
        raise ForeignError(
            "too_many", "The file has {count} layers; the deepest network of nnlab has {most}.",
            count=str(len(weights)), most=str(MAX_HIDDEN_LAYERS + 1),
        )  # fmt: skip
    by_name = sorted(weights, key=_natural)
    sizes = {name: (shape[1], shape[0]) for name, shape in weights.items()}  # inputs, outputs
    turned = {name: (outputs, inputs) for name, (inputs, outputs) in sizes.items()}
    for found, is_transposed in ((sizes, False), (turned, True)):
        if _fits([found[name] for name in by_name]):
            return _within_limits(by_name, found), is_transposed
    for found, is_transposed in ((sizes, False), (turned, True)):
        orders = _orders(found)
        order = next(orders, None)
        if order is None:
            continue
        if next(orders, None) is not None:
            raise ForeignError(
                "order", "The layers fit together in more than one order, and their names ({names}) do not say which.",
                names=", ".join(map(_shown, by_name)),
            )  # fmt: skip
        return _within_limits(order, found), is_transposed
    raise _misfit(by_name, sizes)


def _natural(name: str) -> list[tuple[int, str]]:
    """fc2 before fc10."""
    return [
        (int(part[:18]), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in re.split(r"([0-9]+)", name)
    ]


def _fits(sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether layers, each (inputs, outputs), lead from the pixels to the digits."""
    ends = [PIXELS, *(outputs for _, outputs in sizes)]
    return ends[-1] == CLASSES and ends[:-1] == [inputs for inputs, _ in sizes]


def _orders(sizes: dict[str, tuple[int, int]]) -> Iterator[list[str]]:
    """All orders in which the layers lead from the pixels to the digits."""
    begins = sorted([*(inputs for inputs, _ in sizes.values()), CLASSES])
    if begins != sorted([PIXELS, *(outputs for _, outputs in sizes.values())]):
        return iter(())  # what one layer puts out, another has to take in

    def longer(begun: list[str], end: int) -> Iterator[list[str]]:
        if len(begun) == len(sizes):
            if end == CLASSES:
                yield begun
            return
        for name, (inputs, outputs) in sizes.items():
            if inputs == end and name not in begun:
                yield from longer([*begun, name], outputs)

    return longer([], PIXELS)


def _misfit(names: list[str], sizes: dict[str, tuple[int, int]]) -> ForeignError:
    """The sentence for layers that lead nowhere, in the order of their names."""
    first, last = sizes[names[0]][0], sizes[names[-1]][1]
    if first != PIXELS:
        return ForeignError(
            "inputs", "The first layer, {name}, has {count} inputs; an image of nnlab has {pixels} pixels.",
            name=_shown(names[0]), count=f"{first:,}", pixels=str(PIXELS),
        )  # fmt: skip
    for before, after in zip(names[:-1], names[1:], strict=True):
        if sizes[before][1] != sizes[after][0]:
            return ForeignError(
                "chain", "{before} has {outputs} outputs, but {after} after it {inputs} inputs.",
                before=_shown(before), outputs=f"{sizes[before][1]:,}", after=_shown(after),
                inputs=f"{sizes[after][0]:,}",
            )  # fmt: skip
    return ForeignError(
        "outputs", "The last layer, {name}, has {count} outputs; there are {classes} digits.",
        name=_shown(names[-1]), count=f"{last:,}", classes=str(CLASSES),
    )  # fmt: skip


def _within_limits(order: list[str], sizes: dict[str, tuple[int, int]]) -> list[str]:
    for name in order[:-1]:
        if sizes[name][1] > MAX_UNITS:
            raise ForeignError(
                "too_wide", "{name} has {count} neurons; the widest layer of nnlab has {most}.",
                name=_shown(name), count=f"{sizes[name][1]:,}", most=f"{MAX_UNITS:,}",
            )  # fmt: skip
    return order


def _check_biases(
    order: list[str], weights: dict[str, list[int]], shapes: dict[str, list[int]], is_transposed: bool
) -> None:
    expected = {_name(layer, "bias"): weights[layer][1 if is_transposed else 0] for layer in order}
    for name, shape in shapes.items():
        if len(shape) == 1 and shape != [expected.get(name)]:
            raise ForeignError(
                "bias", "{name} has {count} numbers, but its layer has not so many neurons, or there is none.",
                name=_shown(name), count=f"{shape[0]:,}",
            )  # fmt: skip


def _read_tensor(stream: BinaryIO, header_bytes: int, listing: dict[str, Any], name: str) -> Tensor:
    """A tensor as float32, all of its numbers finite."""
    entry = listing[name]
    start, end = entry["data_offsets"]
    stream.seek(header_bytes + start)
    content = stream.read(end - start)
    if len(content) < end - start:  # somebody else has shortened it meanwhile
        raise ForeignError("places", "The file does not hold all of {name}.", name=_shown(name))
    tensor = torch.frombuffer(bytearray(content), dtype=TYPES[entry["dtype"]]).view(entry["shape"]).float()
    if not tensor.isfinite().all():
        raise ForeignError("numbers", "{name} holds numbers that are not finite.", name=_shown(name))
    return tensor
