"""The picture of a map, what it says of itself, and its places as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnlab.ui import classes, saving, shell
from nnlab.ui.components import point_map
from nnlab.ui.inspect import past
from nnlab.ui.inspect.placed import Sample
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

HEIGHT = 410


def points_of(sample: Sample, places: np.ndarray, answers: Tensor) -> point_map.Points:
    """The images of a sample at these (N, 2) places, each with what the network reads."""
    sheet = point_map.sheet_of(sample.images.numpy())
    return point_map.Points(places, sample.labels.tolist(), answers.tolist(), sample.numbers.tolist(), sheet)


def title(subject: Subject, share: float) -> str:
    """The step of the run, and how many of the nearest neighbours in the picture are the same digit."""
    step = past.words(subject.network, subject.reader.step)
    return " · ".join(filter(None, [step, t("failures.map_title", share=percent(share))]))


def show(
    points: point_map.Points,
    mark: list[float] | None,
    axes: list[str],
    title: str,
    source: str,
    feed: point_map.Feed | None = None,
) -> None:
    """Show the map and offer its table.

    Args:
        mark: where the subject's own image lies; None where it does not.
        source: the data set, which names the classes.
        axes: what the two coordinates are called in the table.
        feed: of a map that is still being made; such a one has no table.
    """
    blanks = {"number": "{number}", "truth": "{truth}", "predicted": "{predicted}"}  # for the browser to fill in
    words = {
        "title": title,
        "label": t(classes.key("failures.map_alt", source), count=f"{len(points.labels):,}"),
        "point": t(classes.key("failures.map_point", source), **blanks),
        "mark": t("failures.map_this"),
        "all": t(classes.key("failures.map_everything", source)),
        "class": t(classes.key("failures.map_class", source), digit="{digit}"),
        "names": classes.names(source),
        "save": t("failures.map_save"),
        "file": "inspect-map",
    }
    point_map.show("inspect.map_points", points, mark, round(shell.scaled(HEIGHT)), words, feed)
    if feed:
        return
    table = {
        t("failures.map_number"): points.numbers,
        t(classes.key("failures.truth", source)): [words["names"][label] for label in points.labels],
        t(classes.key("failures.predicted", source)): [words["names"][answer] for answer in points.predicted],
        **{name: points.places[:, number].tolist() for number, name in enumerate(axes)},
    }
    saving.offer_table(table, "inspect-map", "inspect.map_table")
