"""Runs for the tests of the Compare page: entries with numbers that the test chooses, in a series that is over."""

from __future__ import annotations

import numpy as np

from nnlab.compare.entry import SERIES, Entry, Line
from nnlab.compare.series import Series, all_series
from nnlab.config import Setup
from nnlab.records import Evaluation
from nnlab.sources.mnist import resolve_source


def entry(setup: Setup, accuracy: float = 0.9, **about) -> Entry:
    """A finished run with this test accuracy; ``about`` sets other attributes of the entry."""
    line = Line(np.array([0.0, 1.0]), np.array([0.0, 2.0]), np.array([0.1, accuracy]))
    evaluation = Evaluation(10, 1.0, 0.3, accuracy, 1 - accuracy, accuracy, 100, 100)
    usual = {
        "id": f"run-{abs(hash(setup))}", "name": "", "data_source": resolve_source(setup.data.source),
        "status": "finished", "epoch": 1.0, "seconds": 2.0, "evaluation": evaluation, "dead": 0, "has_diverged": False,
        "is_plain": True, "lines": dict.fromkeys(SERIES, line),
    }  # fmt: skip
    return Entry(setup=setup, **usual | about)


def series_of(entries: list[Entry], owner: str = "") -> Series:
    """A series of these, in the server's list, which the page finds by its id."""
    return all_series.begin(owner, [each.setup for each in entries], entries)
