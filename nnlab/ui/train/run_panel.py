"""The run of the Train page: its buttons, its state in a sentence, its numbers, its curve.

The panel is a fragment of the page. What its buttons do is in ``commands``, what it says in ``progress``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nnlab.config import NOTES_ACCURACY, NOTES_SECONDS, Setup, TrainConfig
from nnlab.ui import digits, numbers, problem, readers, restrictions, shell, state, terms
from nnlab.ui.components import live_run
from nnlab.ui.text import t
from nnlab.ui.train import commands, controls, own_share, prediction, progress
from nnlab.ui.train.progress import Shape

if TYPE_CHECKING:
    from nnlab.runs.run import Job

CURVE_HEIGHT = 400  # pixels: with buttons and numbers it fits a projector's 768
LOW_CURVE_HEIGHT = 280  # where before and after, a table below the curve, are what the run is about
CURVE_WORDS = (
    "alt", "axis", "linear", "log", "epochs", "loss", "accuracy", "batch", "smooth", "train", "test", "notes",
    "smooth_accuracy", "train_accuracy", "test_accuracy", "rate", "images", "hear",
    "now", "now_test", "now_nothing",
)  # fmt: skip
BLANKS = {name: f"{{{name}}}" for name in ("count", "epoch", "loss", "accuracy")}  # what the browser fills in


def panel(job: Job | None, setup: Setup) -> None:
    """Show a run, or none yet; the browser asks itself how it goes on, and has this run again when its shape changes.

    Args:
        setup: what the controls say, for the start button.
    """
    page_shows = panel_shows = Shape.of(job).of_page

    @st.fragment
    def look() -> None:
        nonlocal panel_shows
        latest = state.current_job()
        shape = Shape.of(latest)
        shown_before, panel_shows = panel_shows, shape.of_page
        is_behind = panel_shows != page_shows
        _draw(latest, shape, setup, is_behind)
        if is_behind and panel_shows == shown_before:
            # The rest of the page depends on this. It is redrawn at the next look, for which the curve asks, and not at
            # this one, because that takes longer and would hold back what this look has drawn.
            st.rerun()

    look()


def _draw(job: Job | None, shape: Shape, setup: Setup, is_behind: bool) -> None:
    """Draw a run as of one moment.

    Args:
        is_behind: whether the rest of the page has to be drawn anew.
    """
    source = {"run": shape.run_id, "language": state.language(), "shape": str(shape)}
    start = commands.start_label(setup.train)
    told = progress.tell(job, shape.status) if job else progress.tell_none(start, state.has_lost_job())
    unheard = t("train.unheard_paused" if shape.status == "paused" else "train.unheard")
    with st.container(key="train.run"):  # train/style.css puts the curve beside the rest on a low window
        with st.container(key="train.steering"):
            _whose(job, setup.train)
            commands.show_buttons(job, shape.status, setup.train)
            live_run.show_state(source, told["state"], unheard)
            if job and job.recovered_from is not None and commands.is_under_way(shape.status):
                st.caption(f":material/healing: {t('train.recovered', step=f'{job.recovered_from:,}')}")
            if shape.status == "failed":
                problem.show(t(f"train.failed_{job.reason.code}"), job.reason.text)
                if job.reason.code == "too_many_runs":
                    _own_runs()
            _numbers(job, shape, source, told["numbers"])
        _curve(job, setup, source, is_behind)
    if job is not None and job.own_digits is not None:
        own_share.before_after(job)


def _curve(job: Job | None, setup: Setup, source: dict[str, Any], is_behind: bool) -> None:
    """The learning curve, and what its lines are."""
    train = job.setup.train if job else setup.train
    words = {name: t(f"train.curve_{name}", **BLANKS) for name in CURVE_WORDS}
    is_fine_tuning = job is not None and job.is_fine_tuning  # it starts where the notes' run ended: another tale
    height = LOW_CURVE_HEIGHT if is_fine_tuning and not state.has_large_text() else CURVE_HEIGHT
    is_awaited = prediction.is_awaited(controls.preset_of(setup), job)
    live_run.show_curve(
        source, is_behind, train.epochs, words, height, shell.chart_font_size(),
        with_notes=not (is_fine_tuning or is_awaited),
    )  # fmt: skip
    if not is_fine_tuning:
        notes = {"accuracy": f"{NOTES_ACCURACY:.2%}", "seconds": NOTES_SECONDS}
        grey = t("train.curve_waits") if is_awaited else terms.told("train.curve_about", **notes)
        st.caption(f"{grey}  \n{terms.told('train.curve_lines')}")


def facts(job: Job | None, setup: Setup) -> None:
    """What the run was made with, and whether the controls still say so."""
    if job is None:
        return
    model, train = job.setup.model, job.setup.train
    words = t(
        "train.this_run",
        data=digits.name_of(job.data_source),
        sizes=numbers.sizes(model.layer_sizes),
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


def _numbers(job: Job | None, shape: Shape, source: dict[str, Any], figures: list[dict[str, str]]) -> None:
    """Four numbers in a row; for whoever may change it, the last one is the field for the learning rate."""
    is_steered = commands.is_under_way(shape.status) and state.may_steer(job)
    if not is_steered or restrictions.is_fixed("learning_rate"):
        live_run.show_numbers(source, figures)
        return
    measured, rate = st.container(key="train.numbers").columns([3, 1], gap="small", vertical_alignment="top")
    with measured:
        live_run.show_numbers(source, figures[:3])
    with rate:
        commands.show_rate_field(job)
