"""The run of the Train page: its buttons, its state in a sentence, its numbers, its curve.

The panel is the page's one ticking fragment. A button's callback gives the run a command before anything is drawn, so
that what is drawn is true.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import ModelConfig, Setup, TrainConfig, rule_of, to_query
from nnlab.runs.run import OVER
from nnlab.ui import digits, numbers, problem, shell, state
from nnlab.ui.charts import hold_still
from nnlab.ui.components import live_curve
from nnlab.ui.components.number_field import number_field
from nnlab.ui.diagram import network_diagram
from nnlab.ui.text import duration, t
from nnlab.ui.train import controls, own_share

if TYPE_CHECKING:
    from nnlab.runs.run import Job

TICK_SECONDS = 0.4  # between two looks at a run: the curve moves more than twice a second
OBEY_SECONDS = 0.45  # how long a command waits to be obeyed, so that its own redraw already shows it, not a tick
DIAGRAM_HEIGHT = 140  # pixels
FIRST_BUTTON_WIDTH = 180  # pixels, whatever it says: the others stay where they are
CURVE_HEIGHT = 400  # pixels: with buttons and numbers it fits a projector's 768
LOW_CURVE_HEIGHT = 280  # where before and after, a table below the curve, are what the run is about
LIVE_RATE = "train.live_rate"
CURVE_WORDS = (
    "alt", "axis", "linear", "log", "epochs", "loss", "accuracy", "batch", "smooth", "train", "test", "notes",
    "smooth_accuracy", "train_accuracy", "test_accuracy", "rate", "images",
)  # fmt: skip


def is_active(job: Job | None) -> bool:
    """Whether a run may still change."""
    return job is not None and not job.is_over


def panel(job: Job | None, setup: Setup) -> None:
    """Show a run, or none yet, and go on showing it while it may change.

    Args:
        setup: what the controls say, for the start button.
    """
    live_curve.forget()  # the whole page is being drawn: so is the whole curve
    ticks = is_active(job)
    page_shows = panel_shows = _identity(job)

    @st.fragment(run_every=TICK_SECONDS if ticks else None)
    def ticking() -> None:
        nonlocal panel_shows
        latest = state.current_job()
        shown_before, panel_shows = panel_shows, _identity(latest)
        _draw(latest, panel_shows[1], setup)
        if panel_shows != page_shows and (panel_shows == shown_before or not ticks):
            # The rest of the page, and whether to tick, depend on it. Only the look after the one that found it redraws
            # the page, which takes longer and would hold back what this look has drawn.
            st.rerun()

    ticking()


def _identity(job: Job | None) -> tuple[str, str, int | None]:
    """Which run, its status (both empty without one), and of a paused one after which step."""
    if job is None:
        return "", "", None
    status = job.status
    snapshot = job.snapshot() if status == "paused" else None
    return job.id, status, snapshot.step if snapshot else None


def _is_under_way(status: str) -> bool:
    """``is_active`` as of the moment that is drawn."""
    return status not in ("", *OVER)


def _draw(job: Job | None, status: str, setup: Setup) -> None:
    """Draw a run as of one status: it may change meanwhile, and buttons and words would contradict each other."""
    feed, message = live_curve.take(job) if job else (None, None)
    _whose(job, setup.train)
    _buttons(job, status, setup.train)
    _state(job, status, setup.train)
    if job and job.recovered_from is not None and _is_under_way(status):
        st.caption(f":material/healing: {t('train.recovered', step=f'{job.recovered_from:,}')}")
    if status == "failed":
        problem.show(t(f"train.failed_{job.reason.code}"), job.reason.text)
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


def show_network(model: ModelConfig) -> None:
    """The network of the controls as a small diagram, and how much it has to learn."""
    sizes = model.layer_sizes
    figure = network_diagram(sizes, unit_noun=t("train.unit_noun"), height=DIAGRAM_HEIGHT, limit=7)
    figure.update_annotations(font_size=9 if len(sizes) > 6 else 12)
    hold_still(figure)
    words = t("train.diagram_alt", sizes=", ".join(f"{size:,}" for size in sizes))
    shell.show_chart(figure, "train.diagram", words)
    st.markdown(t("train.parameters", count=f"{model.parameter_count:,}"))


def start_label(train: TrainConfig) -> str:
    """What the start button says: what will happen."""
    return t("train.start_one") if train.epochs == 1 else t("train.start_many", epochs=train.epochs)


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
        rate=f"{train.learning_rate:g}",
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


def links(job: Job | None, setup: Setup) -> None:
    """The addresses to hand on: of the settings, and of the visitor's own run, to watch it or to steer it."""
    _link("link_note", to_query(setup))
    if job is not None and state.is_own(job):
        _link("link_watch_note", state.watching_query(job))
        _link("link_steer_note", state.steering_query(job))


def _link(note: str, query: str) -> None:
    st.caption(t(f"train.{note}"))
    st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)


def _buttons(job: Job | None, status: str, train: TrainConfig) -> None:
    """The row of commands. Each acts on the run that is drawn here; for whoever only watches it, it is not theirs."""
    is_watched = job is not None and not state.may_steer(job)
    is_under_way = _is_under_way(status) and not is_watched
    not_yours = t("train.not_yours") if is_watched else None
    with st.container(horizontal=True, gap="small", key="train.commands"):
        with st.container(width=round(shell.scaled(FIRST_BUTTON_WIDTH))):
            _first_button(job, status if is_under_way else "", train)
        if is_under_way:
            train = job.setup.train
        may_step = (status == "paused" or not is_under_way) and not is_watched
        step_help = t("train.step_help", batch=min(train.batch_size, train.training_images))
        epoch_help = t("train.epoch_help", steps=f"{train.steps_per_epoch:,}")
        _button("step", ":material/skip_next:", not_yours or step_help, _one_step, may_step, job)
        _button("epoch", ":material/fast_forward:", not_yours or epoch_help, _one_epoch, may_step, job)
        _button("stop", ":material/stop:", not_yours or t("train.stop_help"), _stop, is_under_way, job)
        if is_watched:
            _button("leave", ":material/logout:", t("train.leave_help"), _leave, True, job)
        else:
            _button("reset", ":material/restart_alt:", t("train.reset_help"), _reset, job is not None, job)


def _whose(job: Job | None, train: TrainConfig) -> None:
    """A line on whose run it is, where it is another visitor's."""
    if job is None or state.is_own(job):
        return
    if state.may_steer(job):
        st.markdown(f":material/group: {t('train.steering')}")
    else:
        st.markdown(f":material/visibility: {t('train.watching', start=start_label(train))}")


def _first_button(job: Job | None, status: str, train: TrainConfig) -> None:
    """Start, pause or resume: one button that stays where it is, and keeps the keyboard's focus, whatever it says."""
    if status == "paused":
        words = t("train.resume_help", step=f"{job.step:,}", epochs=job.setup.train.epochs)
        label, icon, command, values = t("train.resume"), ":material/play_arrow:", _resume, [job]
    elif _is_under_way(status):
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


def _stop(job: Job) -> None:
    if is_active(job):
        job.stop()
        job.wait_for(*OVER, timeout=OBEY_SECONDS)


def _reset(job: Job) -> None:
    _stop(job)
    state.set_current_job(None)


def _leave(job: Job) -> None:
    """Look away from another visitor's run, which goes on."""
    state.set_current_job(None)


def _state(job: Job | None, status: str, train: TrainConfig) -> None:
    """One line: what is happening; and how far it is as a bar."""
    if job is None:
        st.progress(0.0, t("train.state_none", start=start_label(train)))
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
        if _is_under_way(status) and state.may_steer(job):
            _live_rate(job)
        else:
            rate = f"{feed.learning_rate:.4g}" if feed and feed.learning_rate else none
            st.metric(t("train.metric_rate"), rate, help=t("train.metric_rate_help"))


def _live_rate(job: Job) -> None:
    """The field for the run's learning rate. It shows what the run has, and commands only what is entered in it."""
    st.session_state[LIVE_RATE] = job.learning_rate
    number_field(
        t("train.live_rate"),
        rule_of(TrainConfig, "learning_rate"),
        LIVE_RATE,
        step=controls.step_of(job.learning_rate),
        help=t("train.live_rate_help"),
        on_change=_change_rate,
        args=[job],
    )


def _change_rate(job: Job) -> None:
    rate, marks = st.session_state[LIVE_RATE], len(job.history.rate_changes)
    job.set_learning_rate(rate)
    if job.status == "running":
        job.wait_until(lambda: len(job.history.rate_changes) > marks, OBEY_SECONDS)
