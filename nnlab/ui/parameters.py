"""What the address of a page may say: one registry of the names, on which pages they mean something, what each may be.

A run's set-up, which stands in the Train page's address, has its names and rules in ``config``; here they are what a
teacher's link may hide and lock.

Read next: ``address``, which follows and writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from nnlab.classroom import codes
from nnlab.compare.grid import MOST_SEEDS, MOST_VARIANTS, Axes
from nnlab.config import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    TRAIN_IMAGES,
    Choice,
    DataConfig,
    ModelConfig,
    Number,
    Switch,
    TrainConfig,
)
from nnlab.config import Rule as Setting
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.fitting import FITTING_TEXT
from nnlab.teaching.plane import PLANE_TEXT
from nnlab.teaching.setups import SetupText
from nnlab.ui.places import PAGES, section_parameter

EVERYWHERE = ""  # in place of a page's name
LANGUAGE_NAMES = ("en", "ko")
LONGEST_VALUE = 4000  # characters of a value that are looked at
LONGEST_TEXT = 300  # characters: in Korean, each takes nine of an address
MOST_LINES = 10
HIDDEN_BY_LINK = "what is not hidden"  # what an address allows where it opens what a teacher's link hides
OPENED_BY_LINK = "any other page"  # what it allows to be hidden where it hides the very page that it opens
ALL_EXPERIMENTS = "all"  # their list
MOST_STEPS = 99  # of an experiment, and more than any has


@dataclass(frozen=True)
class _Language(Choice):
    """Rule: a language of ours, also as browsers write it: ko-KR."""

    def parse(self, text: str) -> str:
        return self.check(text.lower().partition("-")[0])


@dataclass(frozen=True)
class Names:
    """Rule: some names out of a registry, with a comma between them; those that are not in it are left out.

    Attributes:
        meanings: what may be written -> the name.
    """

    meanings: Mapping[str, str]
    allowed = "names, separated by commas"

    def parse(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.meanings[name] for name in _parts(text) if name in self.meanings))

    def unknown(self, text: str) -> list[str]:
        """What ``parse`` leaves out."""
        return [name for name in _parts(text) if name not in self.meanings]

    def write(self, value: Iterable[str]) -> str:
        return ",".join(value)


def _parts(text: str) -> list[str]:
    return [part for part in (part.strip().lower() for part in text.split(",")) if part]


@dataclass(frozen=True)
class PlainText:
    """Rule: a few lines of text; what cannot be seen in it, or turns the direction of writing, is taken out."""

    allowed = f"up to {LONGEST_TEXT} characters in {MOST_LINES} lines"

    def parse(self, text: str) -> str:
        lines = [_visible(line) for line in re.split(r"\r\n|[\r\n\v\f\x85\u2028\u2029]", text)]
        clean = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if len(text) > LONGEST_TEXT or clean.count("\n") >= MOST_LINES:
            raise ValueError(self.allowed)
        return clean

    def write(self, value: str) -> str:
        return value


def _visible(line: str) -> str:
    """Without control and format characters, halves of surrogate pairs and the like: Unicode's categories C."""
    spaced = line.replace("\t", " ")
    return "".join(letter for letter in spaced if not unicodedata.category(letter).startswith("C")).rstrip()


@dataclass(frozen=True)
class Name:
    """Rule: an unguessable name, as runs have them, or a word of ours."""

    allowed = "letters, digits, - and _"

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"[\w-]{1,64}", text, re.ASCII):
            raise ValueError(self.allowed)
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class ClassCode:
    """Rule: the code of a class, as it is typed."""

    allowed = "eight letters and digits"

    def parse(self, text: str) -> str:
        return codes.read(text)

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class RunNames:
    """Rule: the unguessable names of some runs, with a comma between them."""

    most: int
    allowed = "up to eight names of runs, separated by commas"

    def parse(self, text: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(Name().parse(part) for part in text.split(",", self.most)))
        if len(names) > self.most:
            raise ValueError(self.allowed)
        return names

    def write(self, value: Iterable[str]) -> str:
        return ",".join(value)


SETTINGS = {  # what the address calls a setting of the Train page -> the field's own name, which people write too
    setting.metadata["query"]: setting.name
    for config_type in (ModelConfig, TrainConfig, DataConfig)
    for setting in fields(config_type)
}
PRESET, OWN_DIGITS = "preset", "own_digits"  # the other two things that a link may hide on the Train page
CONTROLS = {  # what a link may hide or lock: how it may be written -> its name
    **{written: name for query, name in SETTINGS.items() for written in (query, name)},
    **{name: name for name in (PRESET, "lang", "size", "section", "lesson")},
}
LESSON_CHOICES = tuple(f"{text.name}.{name}" for text in (FITTING_TEXT, PLANE_TEXT) for name in text.choices)
PLACES = {  # what a link may hide besides: pages and sections
    **{name: name for name in PAGES if name != "home"},
    **{f"{name}.{section}": f"{name}.{section}" for name, page in PAGES.items() for section in page.sections},
    **{name: name for name in LESSON_CHOICES},
}

Rule = Setting | Names | PlainText | Name | ClassCode | RunNames | Axes | SetupText
Rules = Mapping[str, Rule]  # by page, or by ``EVERYWHERE``
PARAMETERS: Mapping[str, Rules | None] = {  # None: read elsewhere, in ``state``
    "lang": {EVERYWHERE: _Language(LANGUAGE_NAMES)},
    "size": {EVERYWHERE: Choice(("normal", "large"))},
    "teacher": {EVERYWHERE: Switch()},
    "hide": {EVERYWHERE: Names({**CONTROLS, **PLACES, OWN_DIGITS: OWN_DIGITS})},
    "lock": {EVERYWHERE: Names(CONTROLS)},
    "text": {EVERYWHERE: PlainText()},
    "class": {EVERYWHERE: ClassCode()},
    "class_key": {"classroom": Name()},
    "run": {"runs": Name()},  # on other pages read in ``state``
    "steer": None,
    **{
        parameter: {
            name: Choice(page.sections)
            for name, page in PAGES.items()
            if page.sections and section_parameter(name) == parameter
        }
        for parameter in ("section", "lesson")
    },
    "experiment": {"learn": Choice((ALL_EXPERIMENTS, *EXPERIMENTS))},
    "step": {"learn": Number(1, MOST_STEPS, integer=True)},
    "plane": {"learn": PLANE_TEXT},
    "fitting": {"learn": FITTING_TEXT},
    "network": {"inspect": Name(), "draw": Name()},
    "shelf": {"runs": Name()},
    "layer": {"inspect": Number(1, MAX_HIDDEN_LAYERS + 1, integer=True)},
    "neuron": {"inspect": Number(0, MAX_UNITS, integer=True)},
    "unit": {"inspect": Number(0, MAX_UNITS, integer=True)},  # the older name of the same
    "image": {page: Number(1, TRAIN_IMAGES, integer=True) for page in ("inspect", "draw")},
    "vary": {"compare": Axes()},
    "repeats": {"compare": Number(1, MOST_SEEDS, integer=True)},  # seeds
    "series": {"compare": Name()},
    "runs": {"compare": RunNames(MOST_VARIANTS)},
    "view": {"draw": Choice(("canvas", "test"))},
}
OF_VISIT = tuple(name for name, rules in PARAMETERS.items() if rules and EVERYWHERE in rules)


def rule_of(name: str, page: str) -> Rule | None:
    """What a name may be in the address of a page; None if it means nothing there."""
    rules = PARAMETERS.get(name) or {}
    return rules.get(page) or rules.get(EVERYWHERE)
