"""A grid: one set-up of which one or two things are changed, each to several values, and every run with several seeds.

In an address it is written as ``vary=act:relu~tanh;depth:1~2&seeds=3``, beside the settings of its set-up.

Read next: ``sharing``, for what the runs of a grid have in common; ``series``, which has them trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice, product
from typing import Any

from nnlab.config import MAX_HIDDEN_LAYERS, MAX_SEED, ModelConfig, Number, Rule, Setup, TrainConfig

DEPTH = "depth"  # how many hidden layers, each as wide as the set-up's first one: no field, but asked for most
USUAL_WIDTH = 64  # where the set-up has no hidden layer
MOST_AXES = 2  # things that are changed: with three, nobody can tell what did what
MOST_VALUES = 8  # of one thing
MOST_VARIANTS = 8  # set-ups that differ in more than their seed: as many curves can be told apart
MOST_SEEDS = 20
MOST_RUNS = 40

RULES: dict[str, Rule] = {
    DEPTH: Number(0, MAX_HIDDEN_LAYERS, integer=True),
    **{
        setting.name: setting.metadata["rule"]
        for config_type in (ModelConfig, TrainConfig)
        for setting in fields(config_type)
        if setting.name != "seed"
    },
}
WRITTEN = {DEPTH: DEPTH} | {  # field -> what an address calls it
    setting.name: setting.metadata["query"]
    for config_type in (ModelConfig, TrainConfig)
    for setting in fields(config_type)
    if setting.name != "seed"
}


@dataclass(frozen=True)
class Axis:
    """One thing that is changed: ``field`` is ``DEPTH`` or a field of the network or the training but for the seed.

    Raises:
        ValueError: for another field, a value that its rule does not allow, or more values than ``MOST_VALUES``.
    """

    field: str
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        if self.field not in RULES:
            raise ValueError(f"{self.field!r} cannot be varied; possible: {', '.join(RULES)}")
        checked = tuple(dict.fromkeys(RULES[self.field].check(value) for value in self.values))
        if not 1 <= len(checked) <= MOST_VALUES:
            raise ValueError(f"{self.field} has {len(checked)} values; allowed: 1 to {MOST_VALUES}")
        object.__setattr__(self, "values", checked)


@dataclass(frozen=True)
class Axes:
    """Rule of an address: the things that are changed, ``act:relu~tanh;depth:1~2``."""

    allowed = "up to two settings, each with its values: act:relu~tanh;lr:0.01~0.1"

    def parse(self, text: str) -> tuple[Axis, ...]:
        """Read what ``write`` writes.

        Raises:
            ValueError: for anything else; the message is ``allowed``.
        """
        names = {written: field for field, written in WRITTEN.items()}
        try:
            axes = []
            for part in text.split(";")[: MOST_AXES + 1]:
                name, _, values = part.partition(":")
                field = names.get(name, name)
                axes.append(Axis(field, tuple(map(RULES[field].parse, values.split("~", MOST_VALUES)))))
        except (KeyError, ValueError):
            raise ValueError(self.allowed) from None
        if len(axes) > MOST_AXES or len({axis.field for axis in axes}) < len(axes):
            raise ValueError(self.allowed)
        return tuple(axes)

    def write(self, axes: Sequence[Axis]) -> str:
        return ";".join(f"{WRITTEN[axis.field]}:{'~'.join(map(RULES[axis.field].write, axis.values))}" for axis in axes)


@dataclass(frozen=True)
class Grid:
    """Which runs are compared.

    Attributes:
        base: what all have in common; its seed is the first.
        axes: what is changed, in every combination.
        seeds: with how many seeds each set-up is trained.
    """

    base: Setup
    axes: tuple[Axis, ...] = ()
    seeds: int = 1

    @property
    def variants(self) -> list[Setup]:
        """The set-ups, all with the first seed; of those that come out alike, one."""
        made = []
        for values in product(*(axis.values for axis in self.axes)):
            setup = self.base
            for axis, value in zip(self.axes, values, strict=True):
                setup = changed(setup, axis.field, value)
            made.append(setup)
        return list(dict.fromkeys(made))

    @property
    def setups(self) -> list[Setup]:
        """All runs: every set-up with the first seed, then every one with the second, so that pairs end together."""
        first = self.base.train.seed
        return [
            with_seed(variant, (first + place) % (MAX_SEED + 1))
            for place in range(self.seeds)
            for variant in self.variants
        ]

    @property
    def fault(self) -> str | None:
        """Why it cannot be trained: "too_many_variants", "too_many_runs" or "one_run"; None if it can."""
        variants = len(self.variants)
        if variants > MOST_VARIANTS:
            return "too_many_variants"
        if variants * self.seeds > MOST_RUNS or self.seeds > MOST_SEEDS:
            return "too_many_runs"
        return "one_run" if variants * self.seeds < 2 else None


def changed(setup: Setup, field: str, value: Any) -> Setup:
    """The set-up with another value in one place."""
    if field == DEPTH:
        width = (setup.model.hidden_sizes or (USUAL_WIDTH,))[0]
        return replace(setup, model=replace(setup.model, hidden_sizes=(width,) * value))
    if hasattr(setup.model, field):
        return replace(setup, model=replace(setup.model, **{field: value}))
    return replace(setup, train=replace(setup.train, **{field: value}))


def with_seed(setup: Setup, seed: int) -> Setup:
    return replace(setup, train=replace(setup.train, seed=seed))


def without_seed(setup: Setup) -> Setup:
    """What a run has in common with those that differ from it in their seed alone."""
    return with_seed(setup, 0)


def differing(setups: Sequence[Setup], is_seed_told: bool = True) -> list[str]:
    """The fields in which set-ups are not all alike, in the order of the settings."""
    return [
        setting.name
        for part in fields(Setup)
        for setting in fields(getattr(Setup(), part.name))
        if (is_seed_told or setting.name != "seed")
        and len({getattr(getattr(setup, part.name), setting.name) for setup in setups}) > 1
    ]


def value_of(setup: Setup, field: str) -> Any:
    """What a set-up says in a field of any of its parts."""
    return next(getattr(part, field) for part in (setup.model, setup.train, setup.data) if hasattr(part, field))


def with_more_seeds(variants: Sequence[Setup], used: Iterable[int], more: int) -> list[Setup]:
    """Each of these with every seed that is used, and with so many that are not: the next ones from the first on."""
    seeds = sorted(set(used)) or [0]
    beyond = (seed for seed in range(seeds[0], MAX_SEED + 1) if seed not in set(seeds))
    return [with_seed(variant, seed) for seed in [*seeds, *islice(beyond, more)] for variant in variants]
