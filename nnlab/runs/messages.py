"""Everything that the server and a worker say to each other, both ways, and how it is written as bytes.

This module is all that the two sides share: whatever reads and writes these messages may be a worker, on another
machine too. A message is a frozen dataclass of plain values. It is written as its kind and its fields in JSON, then its
fields of bytes, which JSON cannot hold. Nothing is ever unpickled; bytes that are no message are a ``MessageError``.

Read next: ``channel``, which carries them; then ``worker.loop``, which obeys them.
"""

from __future__ import annotations

import json
import reprlib
from dataclasses import asdict, dataclass, fields
from typing import Any

from nnlab.records import Evaluation
from nnlab.runs.history import COLUMNS
from nnlab.runs.pulses import pulse_bytes
from nnlab.sources.own import OwnScore

OVER = ("finished", "stopped", "failed")  # the statuses of a run that will never go on
STATUSES = ("starting", "running", "paused", *OVER)
WORDS = ("resume", "step", "epoch", "pause", "learning_rate", "snapshot", "stop")  # what a run can be told


ROW_BYTES = 8 * len(COLUMNS)
MAX_WHOLE = 2**63 - 1  # of a whole number, so that it can be counted with anywhere


class MessageError(ValueError):
    """The bytes of the other side are no message."""


class Message:
    """One message."""


@dataclass(frozen=True)
class AboutRun(Message):
    """A message about one run; ``run`` is its id."""

    run: str


@dataclass(frozen=True)
class Clock:
    """Seconds of a run so far: in training steps, in waiting for its turns, in evaluations. Pauses do not count."""

    training: float = 0.0
    waiting: float = 0.0
    evaluating: float = 0.0


@dataclass(frozen=True)
class DataPlace:
    """Where digits are read from. ``environment``: nnlab's own variables as the server has them."""

    source: str
    root: str | None
    environment: dict[str, Any]


# From the server to a worker


@dataclass(frozen=True)
class Prepare(Message):
    """Read these data before they are asked for."""

    data: DataPlace


@dataclass(frozen=True)
class UseThreads(Message):
    """Compute with so many threads from the next turn on."""

    count: int


@dataclass(frozen=True)
class Start(AboutRun):
    """Take this run in: a new one, or one that goes on from a ``State``.

    Attributes:
        owner: whose run it is; owners share the time fairly.
        setup: what is trained and how, as ``config.to_dict`` writes it.
        own_digits: as ``OwnDigits.to_message`` writes them, None without any; ``own_pixels`` are their pixels.
        start_from: a file of ``checkpoint`` with the weights to start from; b"" for random ones.
        plain, weights, memory: of the ``State`` to go on from; ``plain`` is None in a new run.
        target: train until so many steps are taken.
        reached: steps that the server has seen already. Until they are taken again, commands wait.
        number: of the last command that was obeyed.
        clock: the seconds so far.
    """

    owner: str
    setup: dict[str, Any]
    data: DataPlace
    own_digits: dict[str, Any] | None = None
    own_pixels: bytes = b""
    start_from: bytes = b""
    plain: dict[str, Any] | None = None
    weights: bytes = b""
    memory: bytes = b""
    target: int = 0
    reached: int = 0
    number: int = 0
    clock: Clock = Clock()


@dataclass(frozen=True)
class Command(AboutRun):
    """Do as one of ``WORDS`` says. Commands of a run are numbered; reports say up to which number it has obeyed."""

    word: str
    number: int
    learning_rate: float = 0.0


@dataclass(frozen=True)
class HandOver(AboutRun):
    """Give this run back with its state: another worker has more time for it."""


# From a worker to the server


@dataclass(frozen=True)
class Ready(Message):
    """Everything is imported. ``has_free_threads``: the number of threads changes no bit of what is computed here."""

    has_free_threads: bool


@dataclass(frozen=True)
class OnTurn(AboutRun):
    """This run computes from now on: if the process dies before it names another, it died of this one."""


@dataclass(frozen=True)
class Steps(AboutRun):
    """Steps were taken.

    Attributes:
        rows: (K, 7) float64, as ``history.to_rows`` makes them.
        images: trained on so far.
        clock: the seconds so far.
    """

    rows: bytes
    images: int
    clock: Clock


@dataclass(frozen=True)
class Expected(AboutRun):
    """What theory predicts before the first step: ``gradients`` are (L,) float64, one number per layer."""

    gradients: bytes


@dataclass(frozen=True)
class Watched(AboutRun):
    """Some steps were watched; the ``Steps`` that they are among came before.

    Attributes:
        layers: L.
        rows: (K, 1 + 2 L) float64, as ``pulses.to_rows`` makes them.
    """

    layers: int
    rows: bytes


@dataclass(frozen=True)
class Evaluated(AboutRun):
    """The network was measured, and so were a visitor's own digits, if the run has any.

    ``neurons`` says of each hidden neuron, layer by layer, what became of it over the same test images: one byte,
    ``records.ALIVE``, ``SATURATED`` or ``DEAD``.
    """

    evaluation: Evaluation
    own_score: OwnScore | None = None
    neurons: bytes = b""


@dataclass(frozen=True)
class RateChanged(AboutRun):
    """The schedule's highest learning rate is another from the step after ``step`` on, as command ``number`` said.

    Commands up to that number are obeyed, so the run trains until ``target`` steps are taken.
    """

    step: int
    learning_rate: float
    number: int
    target: int


@dataclass(frozen=True)
class Weights(AboutRun):
    """The weights after ``step`` steps, a safetensors file."""

    step: int
    weights: bytes


@dataclass(frozen=True)
class State(Weights):
    """All that the run needs to go on from here, to the bit: ``plain`` values, and what the optimiser remembers."""

    plain: dict[str, Any]
    memory: bytes


@dataclass(frozen=True)
class Status(AboutRun):
    """The run is "running", "paused", "finished" or "stopped", having obeyed commands up to ``number``.

    It trains until ``target`` steps are taken.
    """

    status: str
    number: int
    target: int


@dataclass(frozen=True)
class Failed(AboutRun):
    """The run is over: ``code`` is one of ``run.FAILURES``, ``text`` says it in English."""

    code: str
    text: str


@dataclass(frozen=True)
class HandedOver(AboutRun):
    """The run is here no more; its ``State`` came before."""


Kinds = tuple[type[Message], ...]
TO_WORKER: Kinds = (Prepare, UseThreads, Start, Command, HandOver)
TO_SERVER: Kinds = (
    Ready, OnTurn, Steps, Expected, Watched, Evaluated, RateChanged, Weights, State, Status, Failed, HandedOver,
)  # fmt: skip

_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,), "int": (int,), "float": (float, int), "bool": (bool,), "bytes": (bytes,), "None": (type(None),),
    "dict[str, Any]": (dict,),
}  # fmt: skip
_CHOICES: dict[type[Message], dict[str, tuple[str, ...]]] = {Command: {"word": WORDS}, Status: {"status": STATUSES}}
_RECORDS: dict[str, type[Any]] = {each.__name__: each for each in (Clock, DataPlace, Evaluation, OwnScore)}


def encode(message: Message) -> tuple[bytes, list[bytes]]:
    """The header in JSON, and the fields of bytes that follow it in their order."""
    names = _bytes_fields(type(message))
    plain = asdict(message)  # type: ignore[call-overload]
    parts = [plain.pop(name) for name in names]
    header = {"kind": type(message).__name__, "sizes": [len(part) for part in parts], **plain}
    return json.dumps(header).encode(), parts


def decode(header: bytes, payload: bytes, kinds: Kinds) -> Message:
    """The inverse of ``encode``, for messages of these kinds.

    Raises:
        MessageError: if it is none of them; the text says what is wrong.
    """
    try:
        values = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"the header is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise MessageError(f"the header is a {type(values).__name__}; expected a dict")
    name, sizes = values.pop("kind", None), values.pop("sizes", None)
    kind = next((kind for kind in kinds if kind.__name__ == name), None)
    if kind is None:
        raise MessageError(f"the kind is {_short(name)}; expected one of {', '.join(kind.__name__ for kind in kinds)}")
    parts = _bytes_fields(kind)
    is_list = isinstance(sizes, list) and all(type(size) is int and size >= 0 for size in sizes)
    if not is_list or len(sizes) != len(parts) or sum(sizes) != len(payload):
        raise MessageError(f"{name}.sizes are {_short(sizes)}; expected {len(parts)} that sum to {len(payload)}")
    start = 0
    for part, size in zip(parts, sizes, strict=True):
        values[part] = payload[start : start + size]
        start += size
    message: Message = _record(kind, values)
    for field, choices in _CHOICES.get(kind, {}).items():
        if values[field] not in choices:
            raise MessageError(f"{name}.{field} is {_short(values[field])}; expected one of {', '.join(choices)}")
    if isinstance(message, (Steps, Watched)):
        size = ROW_BYTES if isinstance(message, Steps) else pulse_bytes(message.layers)
        if size <= 0 or len(message.rows) % size or not message.rows:
            raise MessageError(f"{name}.rows are {len(message.rows)} bytes; expected a multiple of {size}")
    return message


def _bytes_fields(kind: type[Any]) -> list[str]:
    return [each.name for each in fields(kind) if each.type == "bytes"]


def _record(kind: type[Any], values: dict[str, Any]) -> Any:
    """A dataclass of its fields, each of the type that its annotation names."""
    expected = {each.name: str(each.type) for each in fields(kind)}
    if wrong := expected.keys() ^ values.keys():
        raise MessageError(
            f"{kind.__name__} has the wrong fields; it lacks, or should lack, {', '.join(sorted(wrong)):.200}"
        )
    return kind(**{name: _value(f"{kind.__name__}.{name}", expected[name], values[name]) for name in expected})


def _value(place: str, annotation: str, value: object) -> object:
    for name in annotation.split(" | "):
        if name in _RECORDS and isinstance(value, dict):
            return _record(_RECORDS[name], value)
        if type(value) in _PLAIN.get(name, ()) and not (isinstance(value, int) and abs(value) > MAX_WHOLE):
            return float(value) if isinstance(value, int) and name == "float" else value
    raise MessageError(f"{place} is {_short(value)}; expected {annotation}")


def _short(value: object) -> str:
    return f"{reprlib.repr(value):.60}"
