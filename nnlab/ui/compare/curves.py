"""The curves of all runs in one chart, and what the runs have in common, so that the rest is due to what differs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnlab.compare.entry import SERIES
from nnlab.compare.grid import without_seed
from nnlab.compare.sharing import common
from nnlab.ui import keys, shell
from nnlab.ui.compare import figures
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.compare.figures import Curve
from nnlab.ui.text import t, unmarked

HEIGHT = 400  # pixels, of up to ``FEW`` curves
FEW, NAME_HEIGHT = 3, 20  # each further name in the legend takes a row of its own on a phone
MOST_COLORS = 8  # runs that have a colour of their own; of more, each set-up has one
AXES = ("epochs", "seconds")


def show(chosen: Chosen) -> None:
    """The chart with its two switches, and the sentence below it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            t("compare.series"), SERIES, default=SERIES[0], required=True, key=keys.Compare.CURVE,
            format_func=lambda series: t(f"compare.series_{series}"), persist_state="session",
            label_visibility="collapsed", wrap=True,
        )  # fmt: skip
        axis = st.segmented_control(
            t("compare.axis"), AXES, default=AXES[0], required=True, key=keys.Compare.AXIS,
            format_func=lambda axis: t(f"compare.axis_{axis}"), persist_state="session",
            label_visibility="collapsed", wrap=True,
        )  # fmt: skip
    is_share = name.endswith("accuracy")
    y_title = t(f"compare.row_{name}")
    shown = curves_of(chosen, name, axis)
    height = round(shell.scaled(height_of(shown)))
    figure = figures.curves(shown, t(f"compare.axis_{axis}_title"), y_title, is_share, height)
    names = ", ".join(curve.name for curve in shown if curve.is_named)
    alt = t("compare.curves_alt", series=t(f"compare.series_{name}"), names=names)
    shell.show_chart(figure, "compare.curves", alt, saved_as="compare-curves")
    if diverged := [label for label, entry in zip(chosen.labels, chosen.entries, strict=True) if entry.has_diverged]:
        st.caption(t("compare.diverged", names=", ".join(map(unmarked, diverged)), count=len(diverged)))
    st.caption(in_common(chosen))


def height_of(shown: Sequence[Curve]) -> int:
    """Of the chart, in pixels: the plot itself is as high under many names as under few."""
    return HEIGHT + NAME_HEIGHT * max(0, sum(curve.is_named for curve in shown) - FEW)


def curves_of(chosen: Chosen, name: str, axis: str) -> list[Curve]:
    """A curve for each run; of many runs, those of one set-up look alike and share a word in the legend."""
    groups = {setup: place for place, setup in enumerate(chosen.groups)}
    has_own_color = len(chosen.entries) <= MOST_COLORS
    made, named = [], set()
    for place, (entry, label) in enumerate(zip(chosen.entries, chosen.labels, strict=True)):
        group = groups[without_seed(entry.setup)]
        look, words = (place, label) if has_own_color else (group, chosen.group_labels[group])
        line = entry.lines[name]
        made.append(Curve(words, look, getattr(line, axis), line.values, look not in named, not has_own_color))
        named.add(look)
    return made


def in_common(chosen: Chosen) -> str:
    """What runs of one seed share: the images, their order, the starting weights."""
    if not all(entry.is_plain for entry in chosen.entries):
        return t("compare.common_not_plain")
    setups = list(chosen.groups)
    if len(setups) == 1:
        return t("compare.common_seeds")
    found = common(setups)
    has_images = found.has_images and len({entry.data_source for entry in chosen.entries}) == 1
    order = "order" if has_images and found.has_order else "images" if has_images else "no_images"
    weights = "all" if found.has_all_layers else "some" if found.layers else "none"
    said = [t(f"compare.common_{order}"), t(f"compare.common_weights_{weights}", layers=found.layers)]
    if found.is_scaled and found.layers:
        said.append(t("compare.common_scaled"))
    return " ".join([t("compare.common_one_seed"), *said])
