"""What a browser that plays a run back asks for: its curve, its states, its confusion matrices.

It knows no session: whoever knows a run's id may play it back, as one may watch it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlab.replay.counting import confusions
from nnlab.replay.recording import Recording, of_job
from nnlab.replay.timeline import AXES
from nnlab.runs import jobs
from nnlab.ui import digits, kept
from nnlab.ui.text import duration, t

if TYPE_CHECKING:
    from nnlab.replay.timeline import Timeline

MOST_TICKS = 8  # of an axis of epochs or seconds
NICE = (1, 2, 5, 10)  # times a power of ten: from one tick to the next


def find(run: str) -> Recording | None:
    """A run by its id, in memory or kept; None if there is none."""
    job = jobs.get(run)
    if job is not None:
        return of_job(job)
    found = kept.find(run)
    try:
        return of_job(found.job()) if found else None
    except LookupError:  # deleted in this very moment
        return None


def revision(recording: Recording) -> str:
    """Changes when there is more of a run to play back."""
    return f"{len(recording.states)}-{recording.timeline.last_step}"


def told(recording: Recording) -> dict[str, Any]:
    """A run's curve and where everything lies on each axis, as JSON: ``static/replay_time.js`` reads it.

    Places are shares of an axis; what is no number is None.
    """
    timeline = recording.timeline
    steps = np.array([state.step for state in recording.states])
    tested = np.array([test.step for test in timeline.tests], int)
    return {
        "revision": revision(recording),
        "perEpoch": timeline.steps_per_epoch,
        "states": {"step": steps.tolist(), **_placed(timeline, steps)},
        "curve": {
            "step": timeline.steps.tolist(),
            "loss": _written(timeline.losses),
            **_placed(timeline, timeline.steps),
        },
        "tests": {
            "loss": _written(np.array([test.loss for test in timeline.tests])),
            "accuracy": [test.accuracy for test in timeline.tests],
            "images": [test.images for test in timeline.tests],
            **_placed(timeline, tested),
        },
        "ticks": {axis: _ticks(timeline, axis) for axis in AXES},
    }


def _placed(timeline: Timeline, steps: np.ndarray) -> dict[str, Any]:
    places = {axis: timeline.places(axis, steps).round(6).tolist() for axis in AXES}
    return {"seconds": timeline.seconds(steps).round(3).tolist(), "places": places}


def _written(values: np.ndarray) -> list[float | None]:
    return [float(f"{value:.5g}") if math.isfinite(value) else None for value in values.tolist()]


def _ticks(timeline: Timeline, axis: str) -> list[list[Any]]:
    """Where numbers stand along an axis, and which: steps by powers of ten, epochs and seconds evenly."""
    last = timeline.last_step
    if axis == "step":
        values = [0, *(10**power for power in range(len(str(last))) if 10**power <= last)]
        return [
            [round(float(place), 6), f"{value:,}"]
            for place, value in zip(timeline.places(axis, np.array(values)), values, strict=True)
        ]
    end = last / timeline.steps_per_epoch if axis == "epoch" else float(timeline.seconds(np.array([last]))[0])
    if end <= 0:
        return []
    rough = end / MOST_TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    between = next(factor * unit for factor in NICE if factor * unit >= rough * (1 - 1e-9))
    count = math.floor(end / between + 1e-9)
    return [[round(index * between / end, 6), f"{index * between:,.10g}"] for index in range(count + 1)]


def count(recording: Recording, known: int) -> dict[str, Any]:
    """Have the confusion matrices counted, and say how far they are.

    Args:
        known: how many the browser has; it is told all of them again when there are others.

    Returns:
        "isOver"; "words" on what is going on, "images" in the test set, and "matrices" by step, where there are more.
    """
    source = recording.data_source
    progress = confusions.ask(recording, lambda: digits.load_test_set(source))
    if confusions.has_failed(recording.id):
        return {"isOver": True, "words": t("replay.confusion_failed")}
    matrices = {str(step): matrix.tolist() for step, matrix in confusions.known(recording.id).items()}
    left = duration(progress.seconds_left)
    words = t("replay.counting", done=progress.done, count=progress.total, left=left)
    answer: dict[str, Any] = {"isOver": progress.is_over, "words": "" if progress.is_over else words}
    if matrices and len(matrices) != known:
        answer |= {"matrices": matrices, "images": int(np.sum(next(iter(matrices.values()))))}
    return answer
