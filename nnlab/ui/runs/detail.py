"""The run that is open: what it is called, its curve, what it is made of, and what can be done with it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.compare.grid import MOST_VARIANTS
from nnlab.keeping.kept import LONGEST_NAME, LONGEST_NOTE
from nnlab.ui import address, digits, going_on, keys, numbers, restrictions, run_words, shell
from nnlab.ui.kept import OwnRun
from nnlab.ui.runs import curve, marking, opened, ways
from nnlab.ui.text import duration, t, unmarked

if TYPE_CHECKING:
    from nnlab.runs.run import Job

WIDE = [7, 4]  # the curve, and what stands beside it


def show(run: OwnRun) -> None:
    """All of it."""
    job = run.job()
    with st.container(horizontal=True, vertical_alignment="center", key="runs.head"):
        st.button(t("runs.back"), key="runs.back", icon=":material/arrow_back:", on_click=opened.open_run, args=[""])
        st.subheader(unmarked(run_words.title(run)), anchor=False)
    st.caption(f"{run_words.made_of(run)} · {run_words.doing(run)} · {run_words.date(run.created)}")
    if run.status == "failed":
        st.warning(t(f"train.failed_{job.reason.code}" if job.reason else "runs.failed"), icon=":material/error:")
    left, right = st.columns(WIDE, gap="medium")
    with left:
        _show_curve(job)
    with right:
        _do(run)
        _facts(run)
    _mark(run)


def _show_curve(job: Job) -> None:
    if not len(job.history):
        st.info(t("runs.no_curve"))
        return
    figure = curve.figure(job.curve.since(is_still=True))
    shell.show_chart(figure, "runs.curve", t("train.curve_alt"), saved_as=f"nnlab-{job.id}")


def _do(run: OwnRun) -> None:
    """What comes next: go on, look at it, look into it, draw with it, begin another one like it."""
    if run.is_alive:
        shell.link("train", t("runs.watch"), run=run.id)
    elif run.status == "interrupted" and going_on.show(run, "runs.go_on", "stretch"):
        _to_train()
    setup = {name: text for name, text in address.of_setup(run.setup).items() if text is not None}
    shell.link("train", t("runs.open_setup"), **setup)
    if not run.is_alive and run.snapshot() is not None and restrictions.leads_to("train"):
        words = t("runs.train_further_help")
        if st.button(t("runs.train_further"), key="runs.train_further", icon=":material/fast_forward:", help=words):
            marking.train_further(run)
            _to_train()
    shell.link("inspect", t("runs.inspect"), network=run.id)
    shell.link("draw", t("runs.draw"), network=run.id)
    others = [picked for picked in st.session_state.get(keys.Compare.PICKED, []) if picked != run.id]
    shell.link("compare", t("runs.compare"), runs=",".join([*others[: MOST_VARIANTS - 1], run.id]))
    ways.to_replay(run)


def _to_train() -> None:
    """To where the run is watched; where a teacher's link hides that, it is watched here."""
    if restrictions.leads_to("train"):
        st.switch_page(shell.PAGES["train"].path)
    st.rerun()


def _facts(run: OwnRun) -> None:
    """The numbers, each with what it was measured on."""
    train, evaluation = run.setup.train, run.evaluation
    rows = [(t("runs.steps"), f"{run.step:,} / {train.total_steps:,}"), (t("runs.time"), duration(run.seconds))]
    if evaluation is not None:
        data = digits.name_of(run.data_source)
        images = t("runs.test_images", count=f"{evaluation.test_samples:,}", data=data)
        rows += [
            (f"{t('runs.test_accuracy')} ({images})", numbers.percent(evaluation.test_accuracy, 2)),
            (f"{t('runs.test_loss')} ({images})", numbers.loss(evaluation.test_loss)),
        ]
    if run.kept and run.kept.dead is not None:
        rows.append((t("runs.dead"), f"{run.kept.dead:,} / {sum(run.setup.model.hidden_sizes):,}"))
    rows += [
        (t("runs.parameters"), f"{run.setup.model.parameter_count:,}"),
        (t("train.batch_size"), f"{train.batch_size:,}"),
        (t("train.schedule"), t(f"train.schedule_{train.schedule}")),
        (t("train.seed"), f"{train.seed}"),
    ]
    rows += _own_digits(run.job())
    if run.is_fine_tuning:
        rows.append((t("runs.start"), t("common.trained_on")))
    if run.kept:
        rows.append((t("runs.disk"), t("runs.megabytes", size=f"{run.kept.bytes / 1e6:.1f}")))
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    st.html(f'<table class="nnlab-facts">{lines}</table>')


def _own_digits(job: Job) -> list[tuple[str, str]]:
    """How many of the visitor's digits it learned from, and how it reads them and those that were held back."""
    if job.own_trained_count == 0:
        return []
    score = job.own_scores[-1] if job.own_scores else None
    if score is None or not score.trained + score.held_out:
        count = job.own_trained_count
        return [(t("runs.own_digits"), t("common.unknown") if count is None else f"{count:,}")]
    said = {"own_trained": (score.trained_right, score.trained), "own_held_out": (score.held_out_right, score.held_out)}
    return [
        (t(f"runs.{name}"), t("own_digits.share", right=f"{right:,}", count=f"{count:,}",
                              share=numbers.percent(right / count, 0)))
        for name, (right, count) in said.items() if count
    ]  # fmt: skip


def _mark(run: OwnRun) -> None:
    """Name, note and star, for whoever may."""
    if not marking.may_mark(run):
        return
    with st.container(key="runs.marks"):
        name, note = (f"runs.{field}_of_{run.id}" for field in ("name", "note"))
        st.session_state[name], st.session_state[note] = run.name, run.note
        st.text_input(
            t("runs.name"),
            key=name,
            max_chars=LONGEST_NAME,
            placeholder=t("runs.name_hint"),
            on_change=marking.rename,
            args=[run.id, name],
        )
        st.text_area(
            t("runs.note"),
            key=note,
            max_chars=LONGEST_NOTE,
            placeholder=t("runs.note_hint"),
            height=100,
            on_change=marking.write_note,
            args=[run.id, note],
        )
        with st.container(horizontal=True):
            star(run, t("runs.unstar" if run.is_starred else "runs.star"))
            st.button(
                t("runs.delete"),
                key="runs.delete",
                icon=":material/delete:",
                help=t("runs.delete_help"),
                on_click=marking.delete,
                args=[run.id],
            )


def star(run: OwnRun, label: str, key: str = "runs.star", **options: object) -> None:
    """A button that marks a run as one that stays, or takes the mark away."""
    with st.container(width="content", key=f"runs.{'lit' if run.is_starred else 'unlit'}.{run.id}"):
        st.button(
            label,
            key=key,
            icon=":material/stars:" if run.is_starred else ":material/star:",
            help=t("runs.star_help"),
            on_click=marking.star,
            args=[run.id, not run.is_starred],
            **options,
        )
