"""What a value may be: a range, a choice, a switch, a list of layer sizes.

One rule checks a value, reads it from a link, writes it into one and says in words what it allows, so the four cannot
disagree.

Read next: ``settings``.
"""

from __future__ import annotations

import re
import reprlib
from dataclasses import dataclass
from typing import Any

MAX_HIDDEN_LAYERS = 8
MAX_UNITS = 2048  # per hidden layer
LONGEST_NUMBER = 400  # characters; the smallest double written out in full has 343
_NUMBER = re.compile(r"[-+.\de]+", re.ASCII | re.IGNORECASE)


class ConfigError(ValueError):
    """A value outside what a configuration allows. The message names the field, the value and the range."""

    def __init__(self, field_name: str, value: object, allowed: str):
        self.field_name, self.value, self.allowed = field_name, value, allowed
        super().__init__(f"{field_name} is {_shorten(value)}; allowed: {allowed}")

    def __reduce__(self) -> tuple[type, tuple[str, object, str]]:
        # By default a copy of an exception is made of its message alone; this one is made of three things.
        return type(self), (self.field_name, self.value, self.allowed)


class _Short(reprlib.Repr):
    """A value in a few words, whatever it is: written out in full, a hostile one would take all memory, or raise."""

    def repr_int(self, value: int, level: int) -> str:
        # Python refuses to write a whole number of more than 4300 digits.
        return super().repr_int(value, level) if value.bit_length() < 1000 else f"a number of {value.bit_length()} bits"


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = MAX_HIDDEN_LAYERS + 1


def _shorten(value: object, length: int = 80) -> str:
    text = _SHORT.repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


@dataclass(frozen=True)
class Number:
    """Rule: a finite number from ``low`` to ``high``, both included."""

    low: float
    high: float
    integer: bool = False

    @property
    def allowed(self) -> str:
        if self.integer:
            return f"a whole number from {self.low:,} to {self.high:,}"
        return f"a number from {self.low:,g} to {self.high:,g}"

    def check(self, value: Any) -> int | float:
        """Return the value as int or float; raise ValueError outside the range, for NaN, and for a bool."""
        kinds = int if self.integer else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.low <= value <= self.high:
            raise ValueError(self.allowed)
        return int(value) if self.integer else float(value)

    def parse(self, text: str) -> int | float:
        """Read what ``write`` writes; Python's own int and float would read 1_0 as 10, and digits of every script."""
        if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            raise ValueError(self.allowed)
        try:
            return self.check(int(text) if self.integer else float(text))
        except ValueError:  # int says it in its own words of what it cannot read, such as 1.5
            raise ValueError(self.allowed) from None

    def write(self, value: int | float) -> str:
        return str(value) if self.integer else repr(value)


@dataclass(frozen=True)
class Choice:
    """Rule: one of a registry's names."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(self.options)

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(self.allowed)
        return value

    parse = check

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Switch:
    """Rule: on or off."""

    allowed = "on (1) or off (0)"

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(self.allowed)
        return value

    def parse(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(self.allowed)
        return text == "1"

    def write(self, value: bool) -> str:
        return "1" if value else "0"


@dataclass(frozen=True)
class Sizes:
    """Rule: the units of each hidden layer, input side first; no layer at all is allowed."""

    allowed = f"0 to {MAX_HIDDEN_LAYERS} layers of 1 to {MAX_UNITS} units"

    def check(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_HIDDEN_LAYERS:
            raise ValueError(self.allowed)
        units = Number(1, MAX_UNITS, integer=True)
        try:
            return tuple(int(units.check(size)) for size in value)
        except ValueError:
            raise ValueError(self.allowed) from None

    def parse(self, text: str) -> tuple[int, ...]:
        units = Number(1, MAX_UNITS, integer=True)
        try:
            return self.check([units.parse(size) for size in text.split(",", MAX_HIDDEN_LAYERS)] if text else [])
        except ValueError:
            raise ValueError(self.allowed) from None

    def write(self, value: tuple[int, ...]) -> str:
        return ",".join(str(size) for size in value)


Rule = Number | Choice | Switch | Sizes
