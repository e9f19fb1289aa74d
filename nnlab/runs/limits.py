"""What a server carries: how many workers, how many parameters in memory, how many runs of one visitor.

Every run takes turns, so no number of runs is too many for the cores; what runs out is memory. Each limit is measured
for a class of thirty and can be set in the environment; where one is reached, a run is refused with a sentence.

Read next: ``engine``, which asks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from nnlab.config import Setup
from nnlab.machine import core_count, device_count, memory_bytes
from nnlab.runs.workers import DEVICE_VARIABLE

WORKERS_VARIABLE = "NNLAB_WORKERS"  # processes that train
PARAMETERS_VARIABLE = "NNLAB_MAX_PARAMETERS"  # of all runs together that are not over
RUNS_VARIABLE = "NNLAB_RUNS_PER_VISITOR"  # that are not over

WORKER_BYTES = 500_000_000  # measured: 470 MB for a process with torch and MNIST
SERVER_BYTES = 500_000_000  # measured: torch, Streamlit and the pages' figures
MEMORY_SHARE = 0.7  # of the memory may be planned for
PARAMETER_BYTES = 60  # in the worker up to 20 (weights, gradient, Adam), in the server 16, on their way between them 24
RUN_PARAMETERS = 200_000  # measured: 11 MB of a run are its batches, its buffers and its history, whatever its network
USUAL_BATCH = 64  # images, with whose buffers that was measured
NEURON_BYTES = 20  # measured: up to 18 of each pixel and neuron, for each image of a larger batch
MIN_PARAMETERS = 5_000_000  # one run of a fair size is never refused
RUNS_PER_VISITOR = 8  # a visitor looks at one; the others are paused, or in another tab
MAX_KEPT_RUNS = 200  # runs remembered, the newest ones ...
MAX_KEPT_BYTES = 1_000_000_000  # ... as long as their weights do not weigh more than this
MAX_TRAILS = 40  # runs whose weights along the way are kept, the newest ones of those that are over ...
MAX_TRAIL_BYTES = 80_000_000  # ... in so much memory: of a class of thirty on 2 cores, a few per cent
PAUSED_SECONDS = 3600.0  # a run paused for longer makes room for others


@dataclass(frozen=True)
class Limits:
    """What this server carries.

    Attributes:
        workers: processes that train.
        parameters: of all runs that are not over, each counted as ``weight`` does.
        runs_per_visitor: of one owner that are not over.
    """

    workers: int = 1
    parameters: int = MIN_PARAMETERS
    runs_per_visitor: int = RUNS_PER_VISITOR

    def refusal(self, setup: Setup, weight_of_others: int, own_runs: int) -> tuple[str, str] | None:
        """Why one more run with this set-up cannot begin, as a code of ``run.FAILURES`` and a sentence; None if it can.

        Args:
            weight_of_others: of all runs that are not over.
            own_runs: how many of those are the same visitor's.
        """
        if own_runs >= self.runs_per_visitor:
            return "too_many_runs", (
                f"{own_runs} runs of this visitor are not over; {RUNS_VARIABLE} allows {self.runs_per_visitor}."
            )
        if weight_of_others and weight_of_others + weight(setup) > self.parameters:
            return "server_full", (
                f"The runs on this server weigh {weight_of_others:,} parameters, and this one would add "
                f"{weight(setup):,}; {PARAMETERS_VARIABLE} allows {self.parameters:,}."
            )
        return None


def weight(setup: Setup) -> int:
    """For how many parameters a run counts: its network's, what a large batch takes, and what every run needs."""
    images = max(0, min(setup.train.batch_size, setup.train.training_images) - USUAL_BATCH)
    batch = images * sum(setup.model.layer_sizes) * NEURON_BYTES // PARAMETER_BYTES
    return setup.model.parameter_count + batch + RUN_PARAMETERS


def limits_here(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits that the environment sets, and for the others what this machine carries."""
    device = environment.get(DEVICE_VARIABLE) or "cpu"
    most = core_count() if device == "cpu" else device_count(device, environment)
    workers = whole_number(environment, WORKERS_VARIABLE) or max(1, int(min(most, _room() / 2 / WORKER_BYTES)))
    carried = int(min(_room() - workers * WORKER_BYTES, 1e13) / PARAMETER_BYTES)
    return Limits(
        workers,
        whole_number(environment, PARAMETERS_VARIABLE) or max(MIN_PARAMETERS, carried),
        whole_number(environment, RUNS_VARIABLE) or RUNS_PER_VISITOR,
    )


def _room() -> float:
    """Bytes for workers and runs."""
    return memory_bytes() * MEMORY_SHARE - SERVER_BYTES


def whole_number(environment: Mapping[str, str], name: str) -> int | None:
    """The limit that the environment sets under a name; None if it sets none, or says nothing that could be one."""
    text = environment.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) > 0):
        print(f"nnlab: {name} is {text[:40]!r} and is ignored; allowed: a whole number from 1 on", file=sys.stderr)
        return None
    return int(text)
