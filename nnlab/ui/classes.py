"""What the classes of a data set are called: ten digits, clothes or hiragana. Every page that names one asks here."""

from __future__ import annotations

from nnlab.config import CLASSES
from nnlab.sources.published import class_keys, is_of_digits
from nnlab.ui.text import t


def name(source: str, index: int) -> str:
    """What the visitor calls a class of a data set: "7", or "trousers"."""
    return str(index) if is_of_digits(source) else t(f"classes.{source}_{class_keys(source)[index]}")


def names(source: str) -> list[str]:
    """All ten of them, in order."""
    return [name(source, index) for index in range(CLASSES)]


def signs(source: str) -> list[str]:
    """The ten classes where there is room for one letter: a hiragana itself, of clothes their number."""
    first_words = [called.split()[0] for called in names(source)]
    return [word if len(word) == 1 else str(index) for index, word in enumerate(first_words)]


def key(name: str, source: str) -> str:
    """The key of a string that speaks of digits, or of its twin that speaks of classes: ``NAME_other``."""
    return name if is_of_digits(source) else f"{name}_other"


def verdict(source: str, answer: int, truth: int) -> str:
    """Whether an answer is right, and what the label says."""
    return t(key("draw.right" if answer == truth else "draw.wrong", source), truth=name(source, truth))


def legend(source: str) -> str:
    """What a network calls whatever it is shown."""
    return t("classes.learned", name=t(f"common.source_{source}"), names=", ".join(names(source)))
