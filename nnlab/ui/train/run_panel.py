"""The run of the Train page: its buttons, its state in a sentence, its numbers, its curve.

The panel is the page's one ticking fragment. What its buttons do is in ``commands``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import Setup, TrainConfig
from nnlab.ui import digits, numbers, problem, readers, shell, state
from nnlab.ui.components import live_curve
from nnlab.ui.text import duration, t
from nnlab.ui.train import commands, controls, own_share

if TYPE_CHECKING:
    from nnlab.runs.run import Job

TICK_SECONDS = 0.4  # between two looks at a run: the curve moves more than twice a second
CURVE_HEIGHT = 400  # pixels: with buttons and numbers it fits a projector's 768
LOW_CURVE_HEIGHT = 280  # where before and after, a table below the curve, are what the run is about
CURVE_WORDS = (
    "alt", "axis", "linear", "log", "epochs", "loss", "accuracy", "batch", "smooth", "train", "test", "notes",
    "smooth_accuracy", "train_accuracy", "test_accuracy", "rate", "images",
)  # fmt: skip


def panel(job: Job | None, setup: Setup) -> None:
    """Show a run, or none yet, and go on showing it while it may change.

    Args:
        setup: what the controls say, for the start button.
    """
    live_curve.forget()  # the whole page is being drawn: so is the whole curve
    ticks = commands.is_active(job)
    page_shows = panel_shows = _identity(job)

    @st.fragment(run_every=TICK_SECONDS if ticks else None)
    def ticking() -> None:
        nonlocal panel_shows
        latest = state.current_job()
        shown_before, panel_shows = panel_shows, _identity(latest)
        _draw(latest, panel_shows[1], setup)
        if panel_shows != page_shows and (panel_shows == shown_before or not ticks):
            # The rest of the page depends on this, and so does whether the panel ticks. The page is redrawn at the next
            # look and not at this one, because that takes longer and would hold back what this look has drawn.
            st.rerun()

    ticking()


def _identity(job: Job | None) -> tuple[str, str, int | None]:
    """Which run, its status (both empty without one), and of a paused one after which step."""
    if job is None:
        return "", "", None
    status = job.status
    snapshot = job.snapshot() if status == "paused" else None
    return job.id, status, snapshot.step if snapshot else None


def _draw(job: Job | None, status: str, setup: Setup) -> None:
    """Draw a run as of one status: it may change meanwhile, and buttons and words would contradict each other."""
    feed, message = live_curve.take(job) if job else (None, None)
    _whose(job, setup.train)
    commands.show_buttons(job, status, setup.train)
    _state(job, status, setup.train)
    if job and job.recovered_from is not None and commands.is_under_way(status):
        st.caption(f":material/healing: {t('train.recovered', step=f'{job.recovered_from:,}')}")
    if status == "failed":
        problem.show(t(f"train.failed_{job.reason.code}"), job.reason.text)
        if job.reason.code == "too_many_runs":
            _own_runs()
    _numbers(job, status, feed)
    train = job.setup.train if job else setup.train
    words = {name: t(f"train.curve_{name}") for name in CURVE_WORDS}
    is_fine_tuning = job is not None and job.is_fine_tuning  # it starts where the notes' run ended: another tale
    height = LOW_CURVE_HEIGHT if is_fine_tuning and not state.has_large_text() else CURVE_HEIGHT
    live_curve.learning_curve(
        message, train.epochs, words, height, shell.chart_font_size(), with_notes=not is_fine_tuning
    )
    if job is not None and job.own_digits is not None:
        own_share.before_after(job)


def facts(job: Job | None, setup: Setup) -> None:
    """What the run was made with, and whether the controls still say so."""
    if job is None:
        return
    model, train = job.setup.model, job.setup.train
    words = t(
        "train.this_run",
        data=digits.name_of(job.data_source),
        sizes="–".join(str(size) for size in model.layer_sizes),
        activation=t(f"train.activation_{model.activation}"),
        optimizer=t(f"train.optimizer_{train.optimizer}"),
        rate=numbers.in_full(train.learning_rate),
        batch=f"{train.batch_size:,}",
        seed=train.seed,
    )
    if job.threads > 1:
        words += " " + t("train.this_run_threads", threads=job.threads)
    own_words = own_share.describe(job)
    if own_words:
        words = f"{own_words} {words}"
    changed = controls.differences(job.setup, setup)
    if own_share.has_changed(job):
        changed.append(t("own_digits.tab"))
    if job.is_fine_tuning:
        words += " " + t("own_digits.controls_note")
    elif changed:
        words += " :orange[" + t("train.changed", fields=", ".join(changed)) + "]"
    if job.data_source == "builtin":
        words += " " + t("train.builtin_note")
    st.caption(words)


def _own_runs() -> None:
    """Links to this visitor's runs that are not over: one of them has to be stopped."""
    alive = [job for job in readers.own_jobs() if not job.is_over]
    links = [f"- [{readers.describe(job)}](?lang={state.language()}&{state.watching_query(job)})" for job in alive]
    st.markdown("\n".join([t("train.own_runs"), *links]))


def _whose(job: Job | None, train: TrainConfig) -> None:
    """A line on whose run it is, where it is another visitor's."""
    if job is None or state.is_own(job):
        return
    if state.may_steer(job):
        st.markdown(f":material/group: {t('train.steering')}")
    else:
        st.markdown(f":material/visibility: {t('train.watching', start=commands.start_label(train))}")


def _state(job: Job | None, status: str, train: TrainConfig) -> None:
    """One line: what is happening; and how far it is as a bar."""
    if job is None:
        st.progress(0.0, t("train.state_none", start=commands.start_label(train)))
        return
    plan = job.setup.train
    words = t(
        f"train.state_{status}",
        **{
            "starting": {},
            "finished": {"epochs": plan.epochs, "steps": f"{job.step:,}", "elapsed": duration(job.elapsed_seconds)},
            "running": _position(job)
            | {"rate": f"{job.images_per_second or 0:,.0f}", "left": duration(job.seconds_left)},
        }.get(status, _position(job)),
    )
    if status == "starting" and digits.are_being_written(job.data_source):
        words = f"{words} {t('common.writing_digits')}"
    st.progress(min(1.0, job.step / plan.total_steps), words)


def _position(job: Job) -> dict[str, object]:
    plan = job.setup.train
    return {
        "epoch": f"{job.epoch:.2f}",
        "epochs": plan.epochs,
        "step": f"{job.step:,}",
        "steps": f"{plan.total_steps:,}",
    }


def _numbers(job: Job | None, status: str, feed: live_curve.CurveFeed | None) -> None:
    evaluations = job.history.evaluations if job else []
    none = t("common.unknown")
    columns = st.container(key="train.numbers").columns(4, gap="small", vertical_alignment="top")
    smoothed = numbers.loss(feed.smoothed[0]) if feed and feed.smoothed else none
    columns[0].metric(t("train.metric_train_loss"), smoothed, help=t("train.metric_train_loss_help"))
    if evaluations:
        last = evaluations[-1]
        data = digits.name_of(job.data_source)
        measured = "sample" if last.is_sample else "test"
        facts = {"samples": f"{last.test_samples:,}", "data": data, "epoch": f"{last.epoch:.2f}"}
        loss, accuracy = numbers.loss(last.test_loss), numbers.percent(last.test_accuracy, 2)
        words = [t(f"train.metric_{measured}_{name}_help", **facts) for name in ("loss", "accuracy")]
    else:
        loss = accuracy = none
        words = [t("train.metric_none_help")] * 2
    columns[1].metric(t("train.metric_test_loss"), loss, help=words[0])
    columns[2].metric(t("train.metric_test_accuracy"), accuracy, help=words[1])
    with columns[3]:
        if commands.is_under_way(status) and state.may_steer(job):
            commands.show_rate_field(job)
        else:
            rate = numbers.in_full(float(f"{feed.learning_rate:.4g}")) if feed and feed.learning_rate else none
            st.metric(t("train.metric_rate"), rate, help=t("train.metric_rate_help"))
