"""What a visitor sets up in a lesson, as a text for a link: ``points:spiral;hidden:8,8;act:relu``.

What is as usual is left out of the text. ``plane`` and ``fitting`` say what can be set up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nnlab.config import Number

Part = tuple[str, Callable[[str], Any]]  # the field of a set-up, and how its text is read


def one_of(options: Sequence[float], is_whole: bool = False) -> Callable[[str], float]:
    """How one of some numbers is read; whatever else is written raises a ValueError."""

    def parse(text: str) -> float:
        value = Number(min(options), max(options), integer=is_whole).parse(text)
        if value not in options:
            raise ValueError(text)
        return value

    return parse


@dataclass(frozen=True)
class SetupText:
    """Rule: a set-up as a text; the usual one is the empty text.

    Attributes:
        name: of the lesson.
        usual: the usual set-up, a dataclass.
        parts: what a text calls a field -> the field, and how it is read.
        choices: what the lesson has to choose, which a teacher's link may hide; "rare" is what it has in a fold.
        allowed: what may be written, with an example, for readers of logs.
    """

    name: str
    usual: Any
    parts: Mapping[str, Part]
    choices: tuple[str, ...]
    allowed: str

    def parse(self, text: str) -> Any:
        """Read what ``write`` writes.

        Raises:
            ValueError: for anything else.
        """
        found = {}
        for part in text.split(";", len(self.parts)) if text else []:
            name, _, value = part.partition(":")
            if name not in self.parts or self.parts[name][0] in found:
                raise ValueError(self.allowed)
            field, parse = self.parts[name]
            try:
                found[field] = parse(value)
            except ValueError:
                raise ValueError(self.allowed) from None
        return type(self.usual)(**found)

    def write(self, setup: Any) -> str:
        """The text of a set-up."""
        values = {name: getattr(setup, field) for name, (field, _) in self.parts.items()}
        usual = {name: getattr(self.usual, field) for name, (field, _) in self.parts.items()}
        return ";".join(f"{name}:{_written(value)}" for name, value in values.items() if value != usual[name])


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
