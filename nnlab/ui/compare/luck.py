"""Is it more than luck? Two set-ups, paired by seed: the effect first, then what the tests say, then one dot a seed."""

from __future__ import annotations

import threading
from functools import cache
from typing import NamedTuple

import streamlit as st

from nnlab.compare import luck
from nnlab.compare.entry import Entry
from nnlab.compare.grid import MOST_RUNS, MOST_SEEDS, with_more_seeds, without_seed
from nnlab.compare.luck import LEAST_PAIRS, MOST_NEEDED, Verdict
from nnlab.compare.series import all_series
from nnlab.config import Setup
from nnlab.ui import keys, numbers, shell, state
from nnlab.ui.compare import figures, form, own
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.text import t

MEASURES = {"test_accuracy": 100.0, "test_loss": 1.0}  # what is judged, and its unit on screen: points, nats
FEWEST_MORE = 4  # seeds that one press adds
ROW_HEIGHT, AROUND = 26, 130  # of the chart: for each pair, and for what is around them


class Side(NamedTuple):
    """One of the two that are compared: its name, and its finished runs by what pairs them."""

    name: str
    runs: dict[int, Entry]


def show(chosen: Chosen) -> None:
    """The choice of the two, the verdict, the dots, and the button for more seeds."""
    _load_scipy()
    is_one = len(chosen.groups) == 1
    measure = st.segmented_control(
        t("compare.measure"), list(MEASURES), default="test_accuracy", required=True, key=keys.Compare.MEASURE,
        format_func=lambda name: t(f"compare.series_{name}"), persist_state="session",
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    first, second = halves(chosen.entries) if is_one else _choose_sides(chosen)
    numbers_of = [{key: entry.measure(measure) for key, entry in side.runs.items()} for side in (first, second)]
    pairs = luck.paired(*numbers_of)
    verdict = _judge(tuple(one for _, one, _ in pairs), tuple(two for _, _, two in pairs))
    for words in said(verdict, measure, first.name, second.name, "pairs" if is_one else "seeds"):
        st.markdown(words)
    if is_one:
        st.info(t("compare.luck_halves"), icon=":material/casino:")
    if verdict.pairs:
        _show_dots(verdict, measure, first, second, pairs)
    waiting = sum(not entry.is_over for entry in chosen.entries)
    if waiting:
        st.caption(t("compare.luck_waiting", count=waiting))
    _offer_more(chosen, first, second, verdict, is_one)
    with st.expander(t("compare.luck_how"), key="compare.luck_how"):
        st.markdown(_how(verdict))


def halves(entries: list[Entry]) -> tuple[Side, Side]:
    """One set-up against itself: the first half of its seeds and the second, paired in their order."""
    done = sorted((entry for entry in entries if entry.is_finished), key=lambda entry: entry.setup.train.seed)
    middle = len(done) // 2
    return _half("A", done[:middle]), _half("B", done[middle : 2 * middle])


def _half(name: str, entries: list[Entry]) -> Side:
    seeds = [entry.setup.train.seed for entry in entries]
    words = t("compare.half", name=name, first=seeds[0], last=seeds[-1]) if seeds else t("compare.alike")
    return Side(words, dict(enumerate(entries)))


def _choose_sides(chosen: Chosen) -> tuple[Side, Side]:
    """Two menus of the set-ups; they begin with the first two."""
    names = dict(enumerate(chosen.group_labels))
    places = []
    for number, column in enumerate(st.columns(2), start=1):
        key = keys.Compare.side(number)
        if st.session_state.get(key) not in names:
            st.session_state[key] = number - 1
        with column:
            places.append(shell.menu(t(f"compare.side_{number}"), names, key, persist_state="session"))
    groups = list(chosen.groups.values())
    one, two = (
        Side(names[place], {entry.setup.train.seed: entry for entry in groups[place] if entry.is_finished})
        for place in places
    )
    return one, two


@cache
def _loader() -> threading.Thread:
    """Imports SciPy beside everything else: it takes seconds, once for a server."""
    thread = threading.Thread(target=lambda: __import__("scipy.stats"), name="nnlab scipy", daemon=True)
    thread.start()
    return thread


def _load_scipy() -> None:
    thread = _loader()
    if thread.is_alive():
        with st.spinner(t("compare.luck_loading")):
            thread.join()


@st.cache_data(show_spinner=False, max_entries=500)
def _judge(first: tuple[float, ...], second: tuple[float, ...]) -> Verdict:
    return luck.judge(first, second)


def said(verdict: Verdict, measure: str, first: str, second: str, unit: str = "seeds") -> list[str]:
    """The verdict in words, the effect before everything else; bold what it comes to.

    Args:
        unit: what a pair is called, "seeds" or "pairs".
    """
    words = [f"#### {effect(verdict, measure, first, second, unit)}"]
    if verdict.kind in ("different", "equal"):
        words.append(t(f"compare.luck_{verdict.kind}"))
    elif verdict.kind == "unclear":
        leaves_out_0 = verdict.low is not None and verdict.high is not None and verdict.low * verdict.high > 0
        words.append(
            t("compare.luck_unclear_split" if leaves_out_0 or verdict.p < luck.LEVEL else "compare.luck_unclear")
        )
    else:
        words.append(t("compare.luck_too_few", least=LEAST_PAIRS))
    if verdict.needed and verdict.needed > MOST_NEEDED:
        words.append(t("compare.luck_needs_too_many", most=f"{MOST_NEEDED:,}"))
    elif verdict.needed:
        words.append(t("compare.luck_needs", needed=verdict.needed))
    if verdict.left_out:
        words.append(t("compare.luck_left_out", count=verdict.left_out))
    return words


def effect(verdict: Verdict, measure: str, first: str, second: str, unit: str = "seeds") -> str:
    """Which is better, in how many seeds, by how much: one sentence."""
    if not verdict.pairs:
        return t("compare.effect_none")
    is_better_higher = measure == "test_accuracy"
    is_first = (verdict.mean > 0) == is_better_higher
    if verdict.mean == 0:
        return t("compare.effect_equal", pairs=verdict.pairs, unit=t(f"compare.unit_{unit}"))
    sign = 1 if verdict.mean > 0 else -1
    better = verdict.higher if verdict.mean > 0 else verdict.lower
    values = {
        "better": better,
        "pairs": verdict.pairs,
        "size": t(f"compare.size_{measure}", size=amount(abs(verdict.mean), measure)),
    }
    values["winner"] = first if is_first else second
    values["unit"] = t(f"compare.unit_{unit}")
    if verdict.low is not None and verdict.high is not None:
        low, high = (amount(end, measure) for end in sorted((sign * verdict.low, sign * verdict.high)))
        values["size"] = t("compare.size_range", size=values["size"], low=low, high=high)
    # A few large differences can outweigh many small ones: then the better one on average is better in fewer seeds.
    kind = "effect_minority" if 2 * better < verdict.pairs else "effect"
    return t(f"compare.{kind}_{measure}", **values)


def amount(value: float, measure: str) -> str:
    """A difference with as many digits as tell it: points of a hundred for accuracies, nats for losses."""
    scaled = value * MEASURES[measure]
    decimals = (1 if abs(scaled) >= 0.995 else 2) if measure == "test_accuracy" else 3
    return numbers.fixed(scaled, decimals)


def _show_dots(
    verdict: Verdict, measure: str, first: Side, second: Side, pairs: list[tuple[int, float, float]]
) -> None:
    scale = MEASURES[measure]
    counted = [pair for pair in pairs if pair[1] - pair[2] == pair[1] - pair[2]]  # a NaN equals nothing
    names = [_pair_name(first, second, key) for key, _, _ in counted]
    write = (lambda value: numbers.percent(value, 2)) if measure == "test_accuracy" else numbers.loss
    hover = [
        t("compare.dot_hover", pair=name, first=first.name, one=write(one), second=second.name, two=write(two))
        for name, (_, one, two) in zip(names, counted, strict=True)
    ]
    interval = None if verdict.low is None or verdict.high is None else (verdict.low * scale, verdict.high * scale)
    st.markdown(f"**{t(f'compare.dots_{measure}', first=first.name, second=second.name)}**")  # wraps, unlike a title
    titles = t(f"compare.dots_axis_{measure}"), t("compare.dots_pairs")
    height = round(shell.scaled(AROUND + ROW_HEIGHT * len(names)))
    values = [value * scale for value in verdict.differences]
    figure = figures.differences(names, values, interval, titles, hover, height)
    shell.show_chart(
        figure, "compare.dots", t("compare.dots_alt", first=first.name, second=second.name, count=len(names)),
        saved_as="compare-luck",
    )  # fmt: skip
    st.caption(t("compare.dots_note" if interval else "compare.dots_note_short"))


def _pair_name(first: Side, second: Side, key: int) -> str:
    one, two = first.runs[key].setup.train.seed, second.runs[key].setup.train.seed
    return str(one) if one == two else f"{one}, {two}"


def _how(verdict: Verdict) -> str:
    words = [t("compare.how_pairs")]
    if verdict.p is not None:
        way = "exact" if verdict.is_exact else "sampled"
        words.append(t(f"compare.how_test_{way}", p=numbers.percent(verdict.p), ways=f"{2**verdict.pairs:,}"))
        words.append(t("compare.how_interval"))
    words += [t("compare.how_both", least=LEAST_PAIRS), t("compare.how_needed")]
    return "\n\n".join(words)


def _offer_more(chosen: Chosen, first: Side, second: Side, verdict: Verdict, is_one: bool) -> None:
    """The button that has both trained with more seeds; where there may be no more, a sentence."""
    entries = [*first.runs.values(), *second.runs.values()]
    if not entries or not all(entry.is_plain for entry in entries):
        return
    setups = list(dict.fromkeys(without_seed(entry.setup) for entry in entries))
    if not is_one and len(setups) < 2:
        return
    used = {entry.setup.train.seed for entry in chosen.entries}
    each = (2 if is_one else 1) * max(FEWEST_MORE, LEAST_PAIRS - verdict.pairs)
    count = min(each, (2 if is_one else 1) * MOST_SEEDS - len(used), MOST_RUNS // len(setups) - len(used))
    if count <= 0:
        st.caption(t("compare.no_more_seeds", most=MOST_SEEDS))
        return
    st.button(
        t("compare.more_seeds_one" if is_one else "compare.more_seeds", count=count), key="compare.more_seeds",
        icon=":material/add:", on_click=_add_seeds, args=[chosen, setups, sorted(used), count],
    )  # fmt: skip


def _add_seeds(chosen: Chosen, setups: list[Setup], used: list[int], count: int) -> None:
    """Train both with more seeds: in the series that is looked at where it has room, else in one of their own."""
    wanted = with_more_seeds(setups, used, count)
    series = chosen.series
    there = {planned.setup for planned in series.planned} if series else set()
    if series and series.owner == state.owner() and len(there | set(wanted)) <= MOST_RUNS:
        all_series.extend(series, wanted, own.trained(set(wanted)))
    else:
        form.begin_runs(wanted)
