"""The table of a comparison: one column for each run, its numbers first, then its settings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from nnlab.compare.entry import Entry
from nnlab.compare.grid import RULES, differing, value_of
from nnlab.ui import digits, keys, shell
from nnlab.ui.compare import naming
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.numbers import loss, percent
from nnlab.ui.text import duration, t, unmarked

SORTS = ("given", "test_accuracy", "seconds", "parameters", "dead")
LARGEST_FIRST = ("test_accuracy",)
SETTINGS = [field for field in ("source", *RULES, "seed") if field != "depth"]


def show(chosen: Chosen) -> None:
    """The order of the columns, the switch, and the table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sort = shell.menu(
            t("compare.sort"), {name: t(f"compare.sort_{name}") for name in SORTS}, keys.Compare.SORT, SORTS[0],
            persist_state="session",
        )  # fmt: skip
        only_differences = st.toggle(
            t("compare.only_differences"), True, key=keys.Compare.ONLY_DIFFERENCES, persist_state="session"
        )
    order = order_of(chosen.entries, sort or SORTS[0])
    entries, labels = [chosen.entries[place] for place in order], [chosen.labels[place] for place in order]
    with st.container(key="compare.table"):
        st.markdown(markdown(rows_of(entries, only_differences), labels))
    measured = next((entry.evaluation for entry in entries if entry.evaluation), None)
    if measured:
        sources = {digits.name_of(entry.data_source) for entry in entries}
        st.caption(t("compare.table_note", count=f"{measured.test_samples:,}", data=", ".join(sorted(sources))))


def order_of(entries: Sequence[Entry], sort: str) -> list[int]:
    """The places of the runs in their order; what has no number comes last, of equals the earlier one first."""
    places = list(range(len(entries)))
    if sort == "given":
        return places

    def rank(place: int) -> tuple[bool, float]:
        value = entries[place].measure(sort)
        return math.isnan(value), -value if sort in LARGEST_FIRST else value

    return sorted(places, key=rank)


def rows_of(entries: Sequence[Entry], only_differences: bool) -> list[tuple[str, list[str]]]:
    """(what, one text for each run): the numbers, best ones bold, then all settings or those that differ."""
    numbers = [
        (t("compare.row_status"), [t(f"compare.status_{'diverged' if entry.has_diverged else entry.status}",
                                     epoch=f"{entry.epoch:.1f}") for entry in entries]),
        _measured("test_accuracy", entries, lambda value: percent(value, 2), max),
        _measured("test_loss", entries, loss, min),
        _measured("train_accuracy", entries, lambda value: percent(value, 2), max),
        _measured("seconds", entries, duration, min),
        _measured("parameters", entries, lambda value: f"{value:,.0f}", None),
        _measured("dead", entries, lambda value: f"{value:,.0f}", None),
    ]  # fmt: skip
    if any(entry.own_digits != 0 for entry in entries):
        numbers.append((t("compare.row_own_digits"), [naming.own_digits(entry) for entry in entries]))
    setups = [entry.setup for entry in entries]
    fields = differing(setups) if only_differences else SETTINGS
    settings = [
        (naming.field_name(field), [naming.value_name(field, value_of(setup, field)) for setup in setups])
        for field in fields
    ]
    is_alike = {name for name, texts in numbers if len(set(texts)) == 1}
    return [row for row in [*numbers, *settings] if not (only_differences and row[0] in is_alike)]


def _measured(name, entries, write, best) -> tuple[str, list[str]]:
    values = [entry.measure(name) for entry in entries]
    there = [value for value in values if not math.isnan(value)]
    texts = [t("common.unknown") if math.isnan(value) else write(value) for value in values]
    if best and len(set(there)) > 1:
        texts = [f"**{text}**" if value == best(there) else text for text, value in zip(texts, values, strict=True)]
    return t(f"compare.row_{name}"), texts


def markdown(rows: Sequence[tuple[str, list[str]]], labels: Sequence[str]) -> str:
    """The table; names that a visitor gave are shown as they are, never as markup."""
    head = ["", *map(unmarked, labels)]
    lines = [head, ["---"] * len(head), *([f"{name}", *texts] for name, texts in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
