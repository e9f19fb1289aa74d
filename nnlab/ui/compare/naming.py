"""Words for runs and set-ups: only what differs between them is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from nnlab.compare.entry import Entry
from nnlab.compare.grid import DEPTH, RULES, differing, value_of
from nnlab.config import Choice, DataConfig, Setup, Switch, rule_of
from nnlab.ui import numbers
from nnlab.ui.text import t


def field_name(field: str) -> str:
    """What a setting is called."""
    if field == DEPTH:
        return t("compare.depth")
    return t("train.hidden_layers") if field == "hidden_sizes" else t(f"train.{field}")


def value_name(field: str, value: Any) -> str:
    """A value of a setting, as it stands below the setting's name: "ReLU", "0.1", "128-64"."""
    rule = rule_of(DataConfig, "source") if field == "source" else RULES.get(field)
    if isinstance(rule, Choice):
        return t(f"train.{field}_{value}")
    if isinstance(rule, Switch):
        return t("compare.on" if value else "compare.off")
    if field == "hidden_sizes":
        return numbers.sizes(value) or t("compare.no_hidden")
    return numbers.in_full(value, is_grouped=field != "seed")


def told(field: str, value: Any) -> str:
    """The same on its own: "ReLU", but "Learning rate 0.1"."""
    says_it_all = field not in ("source", DEPTH) and isinstance(RULES.get(field), Choice)
    if says_it_all or field == "hidden_sizes":
        return value_name(field, value)
    return t("compare.told", name=field_name(field), value=value_name(field, value))


def setup_labels(setups: Sequence[Setup]) -> list[str]:
    """What each set-up is called among these, its seed left out."""
    fields = differing(setups, is_seed_told=False)
    return [" · ".join(told(field, value_of(setup, field)) for field in fields) or t("compare.alike")
            for setup in setups]  # fmt: skip


def own_digits(entry: Entry) -> str:
    """How many own digits a run learned from besides its data set."""
    return t("common.unknown") if entry.own_digits is None else f"{entry.own_digits:,}"


def labels(entries: Sequence[Entry]) -> list[str]:
    """What each run is called: its name, else what differs; those that would be called alike are numbered."""
    setups = [entry.setup for entry in entries]
    fields, has_other_digits = differing(setups), len({entry.own_digits for entry in entries}) > 1
    made = []
    for entry, setup in zip(entries, setups, strict=True):
        parts = [told(field, value_of(setup, field)) for field in fields]
        if has_other_digits:
            parts.append(t("compare.without_own_digits") if entry.own_digits == 0 else
                         t("compare.with_own_digits", count=own_digits(entry)))  # fmt: skip
        made.append(entry.name or " · ".join(parts) or t("compare.alike"))
    counts, seen = Counter(made), Counter[str]()
    for place, words in enumerate(made):
        if counts[words] > 1:
            seen[words] += 1
            made[place] = f"{words} ({seen[words]})"
    return made
