"""The numbers behind the charts of the activations page, as columns to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlab.ui.activations import charts


def curve_table(
    names: Sequence[str], labels: Mapping[str, str], x_range: tuple[float, float], axis_titles: tuple[str, str, str]
) -> dict[str, list[float]]:
    """The points of those curves: a column of x, and of each activation one of f and one of f'."""
    sampled = {name: charts.sample(name, x_range) for name in names}
    table = {axis_titles[0]: sampled[names[0]][0].tolist()}
    for name, (_, values, slopes) in sampled.items():
        table |= {
            f"{labels[name]}: {axis_titles[1]}": values.tolist(),
            f"{labels[name]}: {axis_titles[2]}": slopes.tolist(),
        }
    return table


def histogram_table(pre_activations: np.ndarray, outputs: np.ndarray, titles: Sequence[str]) -> dict[str, list[float]]:
    """The bars of ``histograms``: the middle of each and how many values it counts, of z and of f(z)."""
    table: dict[str, list[float]] = {}
    for values, title in zip((pre_activations, outputs), titles, strict=False):
        counts, centres, _ = charts.bars_of(values)
        table |= {title: centres.tolist(), f"{title}: {titles[2]}": counts.tolist()}
    return table
