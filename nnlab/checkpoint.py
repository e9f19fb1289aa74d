"""A trained network as a file: its weights as safetensors, its configuration and what is known of it as JSON inside.

A file from somebody else is a stranger. Nothing is unpickled (a pickle may run any program when it is opened); every
claim of the header is checked against the file's size and the configuration's bounds before memory is spent on it.

Layout: 8 bytes with the header's length, the header (JSON: each tensor's type, shape and place; under ``__metadata__``
our own JSON as the text ``nnlab``), then the numbers.

Read next: ``workshop.pretrain``, which makes the bundled file with this.
Source: github.com/huggingface/safetensors, "Format".
"""

from __future__ import annotations

import io
import json
import math
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import safetensors.torch
import torch
from torch import Tensor

from nnlab.config import MAX_HIDDEN_LAYERS, MAX_UNITS, ModelConfig, Setup, TrainConfig, from_dict, to_dict
from nnlab.model import MLP
from nnlab.paths import write_whole

FORMAT = 1  # raised when an older nnlab could not read a newer file
ASSETS = Path(__file__).parent / "assets"
BUNDLED = ASSETS / "bundled.safetensors"
TWIN = ASSETS / "twin.safetensors"  # a small network after its training, for the lessons; see ``workshop.make_twin``
LENGTH_BYTES = 8  # the header's length: an unsigned little-endian integer
MAX_HEADER_BYTES = 1 << 20  # a header of ours has about 2,000 bytes
MAX_FILE_BYTES = LENGTH_BYTES + MAX_HEADER_BYTES + 4 * ModelConfig((MAX_UNITS,) * MAX_HIDDEN_LAYERS).parameter_count
STORED_TYPES = {"F32": torch.float32, "F16": torch.float16}  # safetensors' name -> torch's

Source = str | os.PathLike | bytes


class CheckpointError(ValueError):
    """A file that is not a network of nnlab. The message is a sentence for people.

    Attributes:
        reason: the same for programs: "size", "pickle", "format", "truncated", "header", "tensors" or "numbers".
    """

    def __init__(self, reason: str, sentence: str):
        self.reason = reason
        super().__init__(sentence)


def save(
    path: str | os.PathLike,
    model: MLP,
    train_config: TrainConfig | None = None,
    *,
    dtype: torch.dtype = torch.float32,
    **facts: Any,
) -> None:
    """Write a network to a file, whole or not at all: a reader never finds half of it. See ``to_bytes``."""
    write_whole(path, to_bytes(model, train_config, dtype=dtype, **facts))


def to_bytes(
    model: MLP, train_config: TrainConfig | None = None, *, dtype: torch.dtype = torch.float32, **facts: Any
) -> bytes:
    """What ``save`` writes.

    Args:
        model: the network; not changed.
        train_config: how it was trained, if known.
        dtype: float32, or float16 for half the size at 3 decimal digits per weight.
        facts: anything JSON can say, such as ``test_accuracy=0.98``; see ``provenance``.

    Raises:
        CheckpointError: if a weight is NaN or infinite (also after rounding to float16).
        TypeError, ValueError: if a fact is nothing JSON can say.
    """
    if dtype not in STORED_TYPES.values():
        raise ValueError(f"dtype is {dtype}; allowed: torch.float32, torch.float16")
    tensors = {name: value.detach().to("cpu", dtype) for name, value in model.state_dict().items()}
    _check_numbers(tensors)
    parts = to_dict(Setup(model.config, train_config or TrainConfig()))
    header = {"format": FORMAT, "model": parts["model"], "train": parts["train"] if train_config else None}
    text = json.dumps({**header, "facts": facts}, allow_nan=False)
    return safetensors.torch.save(tensors, {"nnlab": text})


def load(path: str | os.PathLike) -> MLP:
    """Read a network from a file that ``save`` wrote: float32, on the CPU, in eval mode.

    Raises:
        CheckpointError: if it is anything else, in a sentence that says what is wrong with it.
        OSError: if the file cannot be read at all.
    """
    with opened(path) as (stream, size):
        return _read_model(stream, size)


def from_bytes(data: bytes) -> MLP:
    """What ``load`` reads, from memory, for a file that a visitor sends."""
    with opened(data) as (stream, size):
        return _read_model(stream, size)


def load_named(path: str | os.PathLike) -> MLP:
    """``load``, for a command that reads several files: what it says of a file names it."""
    with naming(path):
        return load(path)


@contextmanager
def naming(path: str | os.PathLike) -> Iterator[None]:
    """Within it, what is said of a file that is no network names the file.

    Raises:
        CheckpointError: the same as there, with the path before its sentence.
    """
    try:
        yield
    except CheckpointError as error:
        raise CheckpointError(error.reason, f"{path}: {error}") from error


def load_bundled() -> MLP:
    """The network that comes with nnlab, in eval mode, anew each time; ``read_header(BUNDLED)`` tells its story."""
    return load(BUNDLED)


def read_header(source: Source) -> dict[str, Any]:
    """What a file says of itself, checked as ``load`` would, without reading the weights.

    Args:
        source: a path, or the bytes of a file.

    Returns:
        ``{"format": 1, "model": {...}, "train": {...} or None, "facts": {...}}``; the configurations can be read by
        ``config.ModelConfig(**header["model"])``. The facts are what the writer said; nobody has checked them.

    Raises:
        CheckpointError: as ``load``.
    """
    with opened(source) as (stream, size):
        return _read_header(stream, size)[0]


def provenance() -> dict[str, Any]:
    """Facts on the making of a file: when, and with which versions."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, int]]:
    """A stream and its size in bytes, refused before it is read if it is larger than any network of nnlab."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if size > MAX_FILE_BYTES:
            raise CheckpointError(
                "size", f"The file has {size:,} bytes; the largest network of nnlab has {MAX_FILE_BYTES:,}."
            )
        yield stream, size


def _read_model(stream: BinaryIO, size: int) -> MLP:
    header, places = _read_header(stream, size)
    model = MLP(ModelConfig(**header["model"]), seed=None)
    with torch.no_grad():
        for name, parameter in model.state_dict().items():  # one after the other: the file is never in memory as well
            place = places[name]
            stream.seek(place.start)
            content = stream.read(place.size)
            if len(content) < place.size:  # somebody else has shortened it meanwhile
                raise CheckpointError("truncated", f"The file is cut short within {name}.")
            tensor = torch.frombuffer(bytearray(content), dtype=place.dtype)
            _check_numbers({name: tensor})
            parameter.copy_(tensor.view_as(parameter))  # rounds nothing: float16 fits into float32
    return model.eval()


class _Place(NamedTuple):
    """Where the numbers of a tensor are in the file, from byte ``start`` on, and of which type."""

    start: int
    size: int
    dtype: torch.dtype


def _read_header(stream: BinaryIO, size: int) -> tuple[dict[str, Any], dict[str, _Place]]:
    """Our part of the header, and where each tensor is, both checked."""
    listing, metadata, header_bytes = read_listing(stream, size)
    try:
        if not isinstance(metadata.get("nnlab"), str):
            raise CheckpointError("header", "The file holds weights, but no nnlab configuration to build from.")
        header = _parse_object(metadata["nnlab"])
        places = _check_tensors(listing, _check_header(header).model, header_bytes, size)
    except CheckpointError:
        raise
    except (ValueError, RecursionError) as error:  # ConfigError is a ValueError
        raise CheckpointError("header", f"The file's header cannot be read: {error}.") from None
    return header, places


def read_listing(stream: BinaryIO, size: int) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The header of any safetensors file: its tensors, its metadata, and how many bytes stand before the numbers.

    Nothing in it has been checked against the rest of the file.

    Raises:
        CheckpointError: if there is no such header.
    """
    start = stream.read(LENGTH_BYTES + 1)
    _check_kind(start)
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    if not 1 <= length <= MAX_HEADER_BYTES:
        raise CheckpointError(
            "header", f"The file's header claims {length:,} bytes; allowed: 1 to {MAX_HEADER_BYTES:,}."
        )
    if LENGTH_BYTES + length > size:
        raise CheckpointError("truncated", f"The file is cut short within its header: it has {size:,} bytes.")
    header_bytes = start + stream.read(length - 1)
    try:
        listing = _parse_object(header_bytes[LENGTH_BYTES:].decode())
    except (ValueError, RecursionError) as error:
        raise CheckpointError("header", f"The file's header cannot be read: {error}.") from None
    metadata = listing.pop("__metadata__", None)
    return listing, metadata if isinstance(metadata, dict) else {}, len(header_bytes)


def _check_kind(start: bytes) -> None:
    """Tell a safetensors file by its first bytes from what else people have."""
    if len(start) > LENGTH_BYTES and start[LENGTH_BYTES:] == b"{":
        return
    if start.startswith(b"PK\x03\x04") or (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05"):
        raise CheckpointError(
            "pickle",
            "The file looks like a pickle (.pt, .pth or .pkl). nnlab never opens those, since a pickle can run any "
            "program; save the network as safetensors instead.",
        )
    if len(start) <= LENGTH_BYTES:
        raise CheckpointError("truncated", f"The file has only {len(start)} bytes; even an empty network has more.")
    raise CheckpointError("format", "The file is not in the safetensors format.")


def _parse_object(text: str) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    value = json.loads(text, parse_constant=refuse)
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return value


def _check_header(header: dict[str, Any]) -> Setup:
    if header.get("format") != FORMAT:
        raise CheckpointError("header", f"The file has nnlab format {header.get('format')!r:.20}; readable: {FORMAT}.")
    if set(header) != {"format", "model", "train", "facts"} or not isinstance(header["facts"], dict):
        raise ValueError("it must hold format, model, train and facts, and no more")
    parts = {"model": header["model"]}
    if header["train"] is not None:
        parts["train"] = header["train"]
    return from_dict(parts)


def _check_tensors(listing: dict[str, Any], config: ModelConfig, header_bytes: int, size: int) -> dict[str, _Place]:
    """Hold the list of tensors against the configuration and the file's size; where each is, by its name."""
    expected = _shapes(config)
    if set(listing) != set(expected):
        raise CheckpointError(
            "tensors", f"The file has tensors that are not those of a network with hidden layers {config.hidden_sizes}."
        )
    sizes, data_bytes = {}, size - header_bytes
    for name, shape in expected.items():
        entry = listing[name] if isinstance(listing[name], dict) else {}
        if entry.get("shape") != shape or entry.get("dtype") not in tuple(STORED_TYPES):
            raise CheckpointError(
                "tensors",
                f"{name} is {entry.get('dtype')!r:.20} {entry.get('shape')!r:.40}; "
                f"expected {shape} of {' or '.join(STORED_TYPES)}.",
            )
        sizes[name] = math.prod(shape) * STORED_TYPES[entry["dtype"]].itemsize
        offsets = entry.get("data_offsets")
        if not isinstance(offsets, list) or [type(offset) for offset in offsets] != [int, int]:
            raise CheckpointError("tensors", f"{name} is at {offsets!r:.40}; expected its first byte and its end.")
    total = sum(sizes.values())
    if data_bytes < total:
        raise CheckpointError("truncated", f"The file is cut short: {data_bytes:,} of {total:,} bytes of weights.")
    if data_bytes > total:
        raise CheckpointError("tensors", f"The file has {data_bytes - total:,} bytes more than its weights need.")
    places, end = {}, 0
    for name in sorted(expected, key=lambda name: listing[name]["data_offsets"]):  # in the order of the file
        start, end = end, end + sizes[name]
        if listing[name]["data_offsets"] != [start, end]:
            raise CheckpointError(
                "tensors", f"{name} is at {listing[name]['data_offsets']!r:.40}; expected {[start, end]}."
            )
        places[name] = _Place(header_bytes + start, sizes[name], STORED_TYPES[listing[name]["dtype"]])
    return places


def _shapes(config: ModelConfig) -> dict[str, list[int]]:
    """The tensors of an MLP, without making one: name -> shape."""
    sizes = config.layer_sizes
    shapes = {}
    for index, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        shapes[f"linears.{index}.weight"] = [outputs, inputs]
        shapes[f"linears.{index}.bias"] = [outputs]
    return shapes


def _check_numbers(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise CheckpointError("numbers", f"{name} holds NaN or infinite weights; such a network answers nothing.")
