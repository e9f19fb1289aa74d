"""What the visitor may have a run do: its buttons, and the field for its learning rate.

A callback gives the run a command before anything is drawn, so that what is drawn is true.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import Setup, TrainConfig, rule_of
from nnlab.runs.run import OVER
from nnlab.ui import keys, shell, state
from nnlab.ui.components.number_field import number_field
from nnlab.ui.text import t
from nnlab.ui.train import controls, own_share

if TYPE_CHECKING:
    from nnlab.runs.run import Job

OBEY_SECONDS = 0.45  # how long a callback waits for the run to obey, so that the redraw after it already shows that
FIRST_BUTTON_WIDTH = 180  # pixels, whatever it says: the others stay where they are


def is_active(job: Job | None) -> bool:
    """Whether a run may still change."""
    return job is not None and not job.is_over


def is_under_way(status: str) -> bool:
    """Whether a run that is drawn in this state may still change; "" is the state of none."""
    return status not in ("", *OVER)


def start_label(train: TrainConfig) -> str:
    """What the start button says: what will happen."""
    return t("train.start_one") if train.epochs == 1 else t("train.start_many", epochs=f"{train.epochs:,}")


def show_buttons(job: Job | None, status: str, train: TrainConfig) -> None:
    """The row of commands. Each acts on the run that is drawn here; for whoever only watches it, it is not theirs."""
    is_watched = job is not None and not state.may_steer(job)
    may_stop = is_under_way(status) and not is_watched
    not_yours = t("train.not_yours") if is_watched else None
    with st.container(horizontal=True, gap="small", key="train.commands"):
        with st.container(width=round(shell.scaled(FIRST_BUTTON_WIDTH))):
            _first_button(job, status if may_stop else "", train)
        if may_stop:
            train = job.setup.train
        may_step = (status == "paused" or not may_stop) and not is_watched
        step_help = t("train.step_help", batch=min(train.batch_size, train.training_images))
        epoch_help = t("train.epoch_help", steps=f"{train.steps_per_epoch:,}")
        _button("step", ":material/skip_next:", not_yours or step_help, _one_step, may_step, job)
        _button("epoch", ":material/fast_forward:", not_yours or epoch_help, _one_epoch, may_step, job)
        _button("stop", ":material/stop:", not_yours or t("train.stop_help"), end, may_stop, job)
        if is_watched:
            _button("leave", ":material/logout:", t("train.leave_help"), _leave, True, job)
        else:
            _button("reset", ":material/restart_alt:", t("train.reset_help"), _reset, job is not None, job)


def _first_button(job: Job | None, status: str, train: TrainConfig) -> None:
    """Start, pause or resume: one button that stays where it is, and keeps the keyboard's focus, whatever it says."""
    if status == "paused":
        words = t("train.resume_help", step=f"{job.step:,}", epochs=f"{job.setup.train.epochs:,}")
        label, icon, command, values = t("train.resume"), ":material/play_arrow:", _resume, [job]
    elif is_under_way(status):
        words = t("train.pause_help")
        label, icon, command, values = t("train.pause"), ":material/pause:", _pause, [job]
    else:
        words = _start_help()
        label, icon, command, values = start_label(train), ":material/play_arrow:", _start, []
    st.button(
        label, key="train.first", icon=icon, help=words, type="primary", width="stretch", on_click=command, args=values
    )


def _button(
    name: str, icon: str, words: str, command: Callable[[Job], None], is_enabled: bool, job: Job | None
) -> None:
    st.button(
        t(f"train.{name}"),
        icon=icon,
        key=f"train.{name}",
        help=words,
        disabled=not is_enabled,
        on_click=command,
        args=[job],
    )


def _start_help() -> str:
    own = own_share.for_next_run()
    words = t("train.start_help")
    return f"{words} {t('own_digits.mixed_in_next', count=own.trained_count)}" if own else words


def _start(paused: bool = False) -> Job:
    return launch(controls.current(), paused=paused, own_digits=own_share.for_next_run())


def launch(setup: Setup, **options: object) -> Job:
    """Start a run of this visitor's and look at it from now on; ``options`` as for ``jobs.start``."""
    from nnlab.runs import jobs

    job = jobs.start(setup, owner=state.owner(), **options)
    state.set_current_job(job)
    return job


def _pause(job: Job) -> None:
    job.pause()
    job.wait_for("paused", *OVER, timeout=OBEY_SECONDS)


def _resume(job: Job) -> None:
    job.resume()


def _one_step(job: Job | None) -> None:
    if not is_active(job):
        _start(paused=True).step_once()
        return
    job.step_once()
    job.wait_for("paused", *OVER, timeout=OBEY_SECONDS)


def _one_epoch(job: Job | None) -> None:
    (job if is_active(job) else _start(paused=True)).run_epoch()


def end(job: Job) -> None:
    """End a run for good, if it is not over; what it has learned is kept."""
    if is_active(job):
        job.stop()
        job.wait_for(*OVER, timeout=OBEY_SECONDS)


def _reset(job: Job) -> None:
    end(job)
    state.set_current_job(None)


def _leave(job: Job) -> None:
    """Look away from another visitor's run, which goes on."""
    state.set_current_job(None)


def show_rate_field(job: Job) -> None:
    """The field for the run's learning rate. It shows what the run has, and commands only what is entered in it."""
    st.session_state[keys.Train.LIVE_RATE] = job.learning_rate
    number_field(
        t("train.live_rate"),
        rule_of(TrainConfig, "learning_rate"),
        keys.Train.LIVE_RATE,
        step=controls.step_of(job.learning_rate),
        help=t("train.live_rate_help"),
        on_change=_change_rate,
        args=[job],
    )


def _change_rate(job: Job) -> None:
    rate, marks = st.session_state[keys.Train.LIVE_RATE], len(job.history.rate_changes)
    job.set_learning_rate(rate)
    if job.status == "running":
        job.wait_until(lambda: len(job.history.rate_changes) > marks, OBEY_SECONDS)
