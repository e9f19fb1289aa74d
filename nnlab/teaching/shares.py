"""How often each claim came out: ``shares.json``, written by ``python -m tools.claims``, over ten seeds and more.

A share belongs to the trials as they were when it was measured: ``fingerprint`` tells whether they still are.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from nnlab.config import to_dict
from nnlab.teaching.steps import Experiment, Trial

FILE = Path(__file__).with_name("shares.json")
SEEDS = 10  # 0 to 9; the least over which a claim is tried


class Share(NamedTuple):
    """In how many of the seeds a claim held."""

    held: int
    seeds: int


def share_of(experiment: str, claim: str) -> Share | None:
    """How often a claim of an experiment held on MNIST; None if nobody has tried."""
    found = _read().get(experiment, {}).get("claims", {}).get(claim)
    return Share(sum(found), len(found)) if found else None


def fingerprint(trials: tuple[Trial, ...]) -> str:
    """The same for the same trials; another if anything that is tried has changed."""
    plain = [
        [trial.name, trial.setup and to_dict(trial.setup), trial.probes, trial.seed_offset] for trial in trials
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def stored_fingerprint(experiment: str) -> str | None:
    return _read().get(experiment, {}).get("trials")


def to_text(held: dict[str, dict[str, list[bool]]], experiments: dict[str, Experiment]) -> str:
    """What the file holds: for each experiment its trials' fingerprint, and for each claim whether it held, by seed."""
    content = {
        name: {"trials": fingerprint(experiments[name].trials), "claims": claims} for name, claims in held.items()
    }
    return json.dumps(content, indent=1) + "\n"


@cache
def _read() -> dict[str, Any]:
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
