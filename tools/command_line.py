"""What the tools share of their command lines: a wrong word ends one in a sentence at once, and not in a traceback."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from nnlab.checkpoint import CheckpointError, load_named
from nnlab.config import MAX_EPOCHS, MAX_SEED, Number
from nnlab.data import DataError, DigitData, load_digits
from nnlab.model import MLP


def parser_of(tool: str, docstring: str | None) -> argparse.ArgumentParser:
    """The parser of ``python -m tools.TOOL``, which says of it what the first line of its docstring says."""
    return argparse.ArgumentParser(prog=f"python -m tools.{tool}", description=(docstring or "").split("\n")[0])


def whole(low: int, high: int) -> Callable[[str], int]:
    """The ``type`` of an option that is a whole number from ``low`` to ``high``."""
    rule = Number(low, high, integer=True)

    def parse(text: str) -> int:
        try:
            return int(rule.parse(text))
        except ValueError as allowed:
            raise argparse.ArgumentTypeError(f"it is {text!r:.80}; allowed: {allowed}") from None

    return parse


passes, seed = whole(1, MAX_EPOCHS), whole(0, MAX_SEED)


def check_names(parser: argparse.ArgumentParser, given: Sequence[str], known: Iterable[str]) -> None:
    """End with a sentence if a name is none of those that there are."""
    if unknown := [name for name in given if name not in known]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")


def check_folder(parser: argparse.ArgumentParser, file: Path) -> None:
    """End with a sentence if a file could not be written in the end."""
    if file.is_dir():
        parser.error(f"{file} is a folder; name a file")
    if not file.absolute().parent.is_dir():
        parser.error(f"there is no folder {file.parent} to write {file.name} into")


def mnist(parser: argparse.ArgumentParser) -> DigitData:
    """MNIST; ends with a sentence where it cannot be read."""
    try:
        return load_digits("mnist")
    except DataError as error:
        parser.error(str(error))


def networks_of(parser: argparse.ArgumentParser, files: Iterable[Path]) -> list[MLP]:
    """The networks of some files; ends with a sentence where one cannot be read."""
    try:
        return [load_named(file) for file in files]
    except (CheckpointError, OSError) as error:
        parser.error(str(error))
