"""How many runs are kept, and how much of the disk they may take; each can be set in the environment.

Read next: ``store``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from nnlab.runs.limits import whole_number

KEEP_VARIABLE = "NNLAB_KEEP"  # 0: nothing is written to the disk
RUNS_VARIABLE = "NNLAB_KEPT_RUNS"  # on one shelf
BYTES_VARIABLE = "NNLAB_KEPT_BYTES"  # of all runs together

MOST_RUNS = 500
MOST_BYTES = 5_000_000_000  # some 900 runs like the notes', at 5.4 MB: 20 earlier weights of 0.2 MB, a curve of 0.5 MB
DELETED_SECONDS = 24 * 3600  # so long a deleted run can be brought back


@dataclass(frozen=True)
class KeptLimits:
    """What a store holds at most: ``runs`` on one shelf, ``bytes`` of all runs together."""

    runs: int = MOST_RUNS
    bytes: int = MOST_BYTES


def limits_here(environment: Mapping[str, str] = os.environ) -> KeptLimits:
    """The limits that the environment sets."""
    return KeptLimits(
        whole_number(environment, RUNS_VARIABLE) or MOST_RUNS, whole_number(environment, BYTES_VARIABLE) or MOST_BYTES
    )


def is_keeping(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this server keeps runs at all."""
    return environment.get(KEEP_VARIABLE, "").strip().lower() not in ("0", "no", "false", "off")
