"""What the data base's rows say, as the values that the rest of nnlab knows.

Read next: ``store``.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Row

from nnlab.config import Setup, from_dict
from nnlab.keeping.kept import KeptRun
from nnlab.keeping.tables import Run
from nnlab.records import Evaluation

OF_A_LIST = (
    Run.id, Run.shelf, Run.name, Run.note, Run.is_starred, Run.created, Run.setup, Run.data_source, Run.is_fine_tuning,
    Run.status, Run.failure, Run.step, Run.clock, Run.evaluation, Run.dead, Run.resumes_at, Run.losses, Run.bytes,
)  # fmt: skip
ROWS = 4000  # that are understood once, though a list is read again and again: some 2 kB each
EVALUATION = [each.name for each in fields(Evaluation)]


@lru_cache(ROWS)
def kept_run(row: Row[Any]) -> KeptRun:
    return KeptRun(
        row.id,
        row.shelf,
        row.name,
        row.note,
        row.is_starred,
        datetime.fromtimestamp(row.created, timezone.utc),
        setup_of(row.setup),
        row.data_source,
        row.is_fine_tuning,
        row.status,
        row.step,
        json.loads(row.clock)["training"],
        evaluation_of(row.evaluation),
        row.dead,
        row.resumes_at,
        tuple(np.frombuffer(row.losses, "<f4").tolist()),
        row.bytes,
        row.failure,
    )


def setup_of(text: str) -> Setup:
    """The inverse of how a set-up is written."""
    return from_dict(json.loads(text))


def evaluation_of(text: str | None) -> Evaluation | None:
    """The inverse of ``written``."""
    return Evaluation(**json.loads(text)) if text else None


def written(evaluation: Evaluation | None) -> str | None:
    """An evaluation as JSON, in which Python reads and writes NaN."""
    return json.dumps(asdict(evaluation)) if evaluation else None


def evaluation_in(row: Row[Any]) -> Evaluation:
    values: dict[str, Any] = {name: math.nan if value is None else value for name, value in row._mapping.items()}
    return Evaluation(**values)
