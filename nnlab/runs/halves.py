"""A run's weights as a browser takes them: the same file with 16 bits for each number in place of 32, made once.

The browser draws and computes with them, and shows three digits of a number, which is what 16 bits hold. It reads the
file with ``static/network.js``, like any that ``checkpoint`` writes.

Read before: ``snapshot``, which makes the file.
"""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from weakref import WeakKeyDictionary

from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot, halved

MOST_PARAMETERS = 300_000  # 0.6 MB for each look; 784-256-128-10 has 235,146
LOOK_SECONDS = 0.25  # a run is asked for its weights no more often, however many look at it
KEPT_FILES = 8  # of all runs together: those who look at the same run share them

_asked: WeakKeyDictionary[Job, float] = WeakKeyDictionary()  # when, on time.monotonic()
_lock = threading.Lock()


def is_small(job: Job) -> bool:
    """Whether a run's network is small enough to be sent again and again."""
    return job.setup.model.parameter_count <= MOST_PARAMETERS


def latest(job: Job) -> Snapshot | None:
    """The newest weights that are here; of a run that trains, newer ones are asked for, to be here at the next look."""
    with _lock:
        now = time.monotonic()
        is_due = job.status == "running" and now - _asked.get(job, -LOOK_SECONDS) >= LOOK_SECONDS
        if is_due:
            _asked[job] = now
    if is_due:
        job.request_snapshot()
    return job.snapshot()


@lru_cache(KEPT_FILES)
def file_of(snapshot: Snapshot) -> bytes | None:
    """Weights as a file in float16; None where one of them is no finite number of 16 bits, as after a divergence."""
    state = halved(snapshot)
    return state and state.weights
