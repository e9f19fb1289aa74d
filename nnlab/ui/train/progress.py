"""How far a run is, in words and numbers: for the page when it is drawn, and for the browser that asks in between.

It knows no session, so that a route can tell the same as the page (``text.speaking`` says in which language).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nnlab.ui import digits, numbers
from nnlab.ui.text import duration, t

if TYPE_CHECKING:
    from nnlab.runs.run import Job


class Shape(NamedTuple):
    """What decides which elements the page is made of; while it stays the same, only words and numbers change.

    Attributes:
        run_id: whose; "" without a run, and then all the rest is as here.
        paused_step: after which step it pauses and has its weights here; None while it does not.
        recovered_from: from which step it goes on in another process.
        learning_rate: what the field for it shows.
        own_scores: how many evaluations of the visitor's digits there are.
    """

    run_id: str = ""
    status: str = ""
    paused_step: int | None = None
    recovered_from: int | None = None
    learning_rate: float | None = None
    own_scores: int = 0

    @classmethod
    def of(cls, job: Job | None) -> Shape:
        if job is None:
            return cls()
        status = job.status  # asked once: it may change meanwhile, and buttons and words would contradict each other
        snapshot = job.snapshot() if status == "paused" else None
        paused_step = snapshot.step if snapshot else None
        return cls(job.id, status, paused_step, job.recovered_from, job.learning_rate, len(job.own_scores))

    @property
    def of_page(self) -> tuple[str, str, int | None]:
        """The part of it that concerns more than the run's panel."""
        return self[:3]

    def __str__(self) -> str:
        return " ".join(map(str, self))


def tell(job: Job, status: str) -> dict[str, Any]:
    """A run as of one status: what is happening, how much is done, and its numbers with what they were measured on.

    Returns:
        ``state``: {"words", "share" in [0, 1]}; ``numbers``: smoothed training loss, test loss, test accuracy and
        learning rate, each {"label", "value", "help"}.
    """
    return {"state": _state(job, status), "numbers": _numbers(job)}


def tell_none(start_label: str, is_elsewhere: bool = False) -> dict[str, Any]:
    """The same where there is no run yet, or the one that is asked for is only kept.

    Args:
        start_label: what the start button says.
    """
    words = t("train.state_elsewhere" if is_elsewhere else "train.state_none", start=start_label)
    return {"state": {"words": words, "share": 0.0}, "numbers": _numbers(None)}


def follow(job: Job, steps: int, evaluations: int) -> dict[str, Any]:
    """What a browser that shows a run asks for: its shape, what ``tell`` says, and how its curve goes on.

    Args:
        steps, evaluations: how many points of the curve it has.
    """
    shape = Shape.of(job)
    is_still = shape.status not in ("starting", "running")  # asked before the curve, which then holds all of it
    curve = job.curve.since(steps, evaluations, is_still)
    marks = [[epoch, numbers.in_full(rate)] for epoch, rate in curve["marks"]]
    return {"shape": str(shape), "status": shape.status, **tell(job, shape.status), "curve": {**curve, "marks": marks}}


def _state(job: Job, status: str) -> dict[str, Any]:
    plan = job.setup.train
    position = {
        "epoch": f"{job.epoch:.2f}",
        "epochs": f"{plan.epochs:,}",
        "step": f"{job.step:,}",
        "steps": f"{plan.total_steps:,}",
    }
    speed = {"rate": f"{job.images_per_second or 0:,.0f}", "left": duration(job.seconds_left)}
    finished = {"epochs": f"{plan.epochs:,}", "steps": f"{job.step:,}", "elapsed": duration(job.elapsed_seconds)}
    facts = {"starting": {}, "finished": finished, "running": position | speed}.get(status, position)
    words = t(f"train.state_{status}", **facts)
    if status == "starting" and digits.are_being_written(job.data_source):
        words = f"{words} {t('common.writing_digits')}"
    return {"words": words, "share": min(1.0, job.step / plan.total_steps)}


def _numbers(job: Job | None) -> list[dict[str, str]]:
    none, curve = t("common.unknown"), job.curve if job else None
    if curve:
        curve.read()
    smoothed = numbers.loss(curve.smoothed[0]) if curve and curve.smoothed else none
    rate = numbers.rate(curve.learning_rate) if curve and curve.learning_rate else none
    evaluations = job.history.evaluations if job else []
    if evaluations:
        last = evaluations[-1]
        measured = "sample" if last.is_sample else "test"
        facts = {
            "data": digits.name_of(job.data_source),
            "samples": f"{last.test_samples:,}",
            "epoch": f"{last.epoch:.2f}",
        }
        loss, accuracy = numbers.loss(last.test_loss), numbers.percent(last.test_accuracy, 2)
        helps = [t(f"train.metric_{measured}_{name}_help", **facts) for name in ("loss", "accuracy")]
    else:
        loss = accuracy = none
        helps = [t("train.metric_none_help")] * 2
    return [
        {"label": t("train.metric_train_loss"), "value": smoothed, "help": t("train.metric_train_loss_help")},
        {"label": t("train.metric_test_loss"), "value": loss, "help": helps[0]},
        {"label": t("train.metric_test_accuracy"), "value": accuracy, "help": helps[1]},
        {"label": t("train.metric_rate"), "value": rate, "help": t("train.metric_rate_help")},
    ]
