"""What is known of a run that is taken away: the network, how it was trained, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nnlab import checkpoint
from nnlab.checkpoint import Source
from nnlab.config import ModelConfig, TrainConfig
from nnlab.export.table import Row
from nnlab.records import RateChange
from nnlab.sources.own import OwnScore

if TYPE_CHECKING:
    from nnlab.model import MLP

DRAWING_COMMAND = "python -m nnlab pretrain --epochs"  # so begins what made the bundled network, with drawings added


@dataclass(frozen=True, eq=False)
class Exported:
    """A run, as far as it is known.

    Attributes:
        model: the network, in eval mode; never changed.
        train: how it was trained; None where nobody has said.
        step: after how many steps the weights were taken; None for all steps of ``train``.
        rate_changes: when the highest learning rate was changed by hand, and to what.
        began_trained: whether its first weights had learned before, so that ``train`` is not the whole story.
        has_own_digits: whether somebody's own digits were among its training images.
        own_score: how it reads those at its end, and others of theirs that were held back; None without any, or where
            nobody has counted.
        data_source: which digits it learned from, a key of ``config.DATA_SOURCES``; "" where nobody has said.
        history: what was measured on the way, step by step; empty where nobody has kept it.
        name, note: the visitor's words; written by anybody, so they are escaped wherever they are shown.
        facts: what the file's header says besides.
    """

    model: MLP
    train: TrainConfig | None = None
    step: int | None = None
    rate_changes: Sequence[RateChange] = ()
    began_trained: bool = False
    has_own_digits: bool = False
    own_score: OwnScore | None = None
    data_source: str = ""
    history: Sequence[Row] = ()
    name: str = ""
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> ModelConfig:
        return self.model.config

    @property
    def steps(self) -> int:
        """How many steps of training the weights have behind them; 0 where that is not known."""
        if self.train is None:
            return 0
        return self.train.total_steps if self.step is None else self.step

    @property
    def told(self) -> dict[str, Any]:
        """The facts that its file tells: how far its training came, and what ``train`` does not say of it, besides."""
        story = {
            "rate_changes": [[change.step, change.learning_rate] for change in self.rate_changes],
            "began_trained": self.began_trained,
            "has_own_digits": self.has_own_digits,
        }
        known = {name: value for name, value in story.items() if value}
        if self.step is not None:  # before the first step it is 0
            known["step"] = self.step
        return {**self.facts, **(known if self.train else {})}

    @property
    def obstacle(self) -> str | None:
        """Why its training cannot be repeated exactly from MNIST alone, in a word; None if it can.

        "unknown": nobody has said how it was trained. "trained_before": its first weights are not here. "own_digits",
        "drawn": there were others among the images. "builtin", "emnist", "other": the images were others.
        """
        if self.train is None:
            return "unknown"
        if self.began_trained:
            return "trained_before"
        if self.has_own_digits:
            return "own_digits"
        if str(self.facts.get("command", "")).startswith(DRAWING_COMMAND):
            return "drawn"
        return self.data_source if self.data_source in ("builtin", "emnist", "other") else None


def from_file(source: Source, history: Sequence[Row] = ()) -> Exported:
    """Read a file of ``checkpoint``.

    Raises:
        CheckpointError: if it is none, in a sentence.
        OSError: if it cannot be read at all.
    """
    header = checkpoint.read_header(source)
    model = checkpoint.from_bytes(source) if isinstance(source, bytes) else checkpoint.load(source)
    facts = header["facts"]
    train = TrainConfig(**header["train"]) if header["train"] is not None else None
    data = facts.get("data", facts.get("data_source"))
    source_name = data.get("source") if isinstance(data, dict) else data
    steps = train.total_steps if train else 0
    return Exported(
        model,
        train,
        step=_count(facts.get("step"), steps),
        rate_changes=_rate_changes(facts.get("rate_changes"), steps),
        began_trained=facts.get("began_trained") is True,
        has_own_digits=facts.get("has_own_digits") is True,
        data_source=source_name if isinstance(source_name, str) else "",
        history=history,
        facts=facts,
    )


def _count(value: object, most: int) -> int | None:
    """A number of steps, if a header's value is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def _rate_changes(value: object, steps: int) -> list[RateChange]:
    """Those of a header's list that are a step before the end and a learning rate, in the order of their steps."""
    found = []
    for pair in value if isinstance(value, list) else ():
        with suppress(ValueError, TypeError):
            step, rate = pair
            if _count(step, steps - 1) is not None:
                found.append(RateChange(step, TrainConfig(learning_rate=rate).learning_rate))
    return sorted(found, key=lambda change: change.step)  # of two after the same step, the later one counts
