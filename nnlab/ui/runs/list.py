"""All runs of a visitor, twenty on a page, to be searched and sorted; or the one of them that is open."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from nnlab.ui import kept, keys, run_words, shell
from nnlab.ui.kept import OwnRun
from nnlab.ui.numbers import percent
from nnlab.ui.runs import detail, notices, opened, shelf, sketch, ways
from nnlab.ui.text import t, unmarked

PAGE = 20  # runs on a page of the list
ORDERS = {  # what the list is sorted by
    "newest": lambda run: -run.created.timestamp(),
    "oldest": lambda run: run.created.timestamp(),
    "accuracy": lambda run: -(run.evaluation.test_accuracy if run.evaluation else -1),
    "steps": lambda run: -run.step,
    "name": lambda run: (not run.name, run_words.title(run).casefold()),
}


def show() -> None:
    """The notices, then the open run or the list."""
    notices.follow_shelf()
    run = opened.current()
    notices.show(is_list=run is None)
    if run is not None:
        detail.show(run)
        return
    if opened.is_gone():
        st.warning(t("runs.gone"), icon=":material/search_off:")
    runs = kept.own_runs()
    if not runs:
        if not kept.keeping().obstacle:
            opened.show_none()
        ways.to_networks()
        return
    shelf.show()
    found, shelves = _filter(runs), kept.shelves()
    if not found:
        st.info(t("runs.nothing_found"), icon=":material/search_off:")
    last = max(0, (len(found) - 1) // PAGE)
    page = min(st.session_state.get(keys.Runs.PAGE, 0), last)
    for each in found[page * PAGE : (page + 1) * PAGE]:
        _row(each, each.kept is not None and each.kept.shelf in shelves)
    if last:
        _pages(page, last, len(found))
    ways.to_networks()


def _filter(runs: Sequence[OwnRun]) -> list[OwnRun]:
    """The fields above the list, and the runs that they leave, in their order."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs.filter"):
        words = st.text_input(
            t("runs.search"),
            key=keys.Runs.SEARCH,
            icon=":material/search:",
            placeholder=t("runs.search_hint"),
            width=280,
            persist_state="session",
        )
        titles = {order: t(f"runs.order_{order}") for order in ORDERS}
        order = shell.menu(t("runs.order"), titles, keys.Runs.ORDER, "newest", persist_state="session", width=200)
        only_starred = st.toggle(t("runs.only_starred"), key=keys.Runs.ONLY_STARRED, persist_state="session")
    found = [run for run in runs if (run.is_starred or not only_starred) and matches(run, words or "")]
    return sorted(found, key=ORDERS[order])


def matches(run: OwnRun, words: str) -> bool:
    """Whether every word is found in a run's name, its note, or what it is made of."""
    asked = words.casefold().split()
    if not asked:
        return True
    text = " ".join([run.name, run.note, run_words.made_of(run), run_words.doing(run)]).casefold()
    return all(word in text for word in asked)


def _pages(page: int, last: int, count: int) -> None:
    """Which of the list's pages is open, of so many runs, and the way to the others."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs.pages"):
        _turn(":material/chevron_left:", "runs.previous", page - 1, page > 0)
        span = t("runs.span", first=page * PAGE + 1, last=min((page + 1) * PAGE, count), count=f"{count:,}")
        st.markdown(span, width="content")
        _turn(":material/chevron_right:", "runs.next", page + 1, page < last)


def _turn(icon: str, key: str, page: int, is_enabled: bool) -> None:
    def turn() -> None:
        st.session_state[keys.Runs.PAGE] = page

    st.button(t(key), key=key, icon=icon, disabled=not is_enabled, on_click=turn)


def _row(run: OwnRun, may_mark: bool) -> None:
    """A run in one line: its curve, its name, which opens it, its numbers, and for whoever may mark it its star."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"runs.row.{run.id}"):
        losses = run.kept.losses if run.kept else ()
        st.html(f'<img class="nnlab-run-sketch" alt="" src="{sketch.address(losses)}">', width="content")
        with st.container(key=f"runs.words_{run.id}"):
            st.button(
                unmarked(run_words.title(run)),
                key=f"runs.open_{run.id}",
                type="tertiary",
                on_click=opened.open_run,
                args=[run.id],
            )
            st.html(f"<p>{escape(_about(run))}</p>")
        accuracy = percent(run.evaluation.test_accuracy, 2) if run.evaluation else t("common.unknown")
        st.html(f"<b>{accuracy}</b><small>{escape(t('runs.test_accuracy'))}</small>", width="content")
        if may_mark:
            words = t("runs.unstar" if run.is_starred else "runs.star")
            detail.star(run, words, key=f"runs.star_{run.id}", type="tertiary")


def _about(run: OwnRun) -> str:
    parts = [run_words.made_of(run) if run.name else " · ".join(run_words.made_of(run).split(" · ")[1:])]
    parts += [run_words.doing(run), t("runs.step_count", count=f"{run.step:,}"), run_words.date(run.created)]
    if run.note:
        parts.append(f"“{run.note.splitlines()[0][:60]}”")
    return " · ".join(parts)
