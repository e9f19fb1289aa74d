"""What a visitor has to know before the list: whether runs are kept here at all, and what has gone."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import address, kept, keys, problem, state
from nnlab.ui.runs import marking
from nnlab.ui.text import t


def follow_shelf() -> None:
    """Look at the shelf that the address names."""
    asked = address.asked("shelf")
    if asked is not None:
        state.follow(keys.SHELF, asked)
    address.write(shelf=st.session_state.get(keys.SHELF) or None)


def show(is_list: bool) -> None:
    """All of it, in the order of how much it matters.

    Args:
        is_list: whether the list is shown, and not one run.
    """
    keeping = kept.keeping()
    if keeping.obstacle:
        st.warning(t(f"runs.obstacle_{keeping.obstacle}"), icon=":material/save:")
        problem.show_details(keeping.sentence)
    if keeping.store.set_aside:
        st.warning(t("runs.set_aside", file=keeping.store.set_aside.name), icon=":material/healing:")
    if keeping.keeper and keeping.keeper.trouble:
        problem.show(t("runs.trouble"), keeping.keeper.trouble)
    if is_list:
        _show_room()
        _show_other_shelf()
    _offer_undo()


def _show_room() -> None:
    from nnlab.keeping import shelves
    from nnlab.runs import jobs

    keeping, place = kept.keeping(), kept.shelf()
    own = {job.id for job in jobs.jobs_of(state.owner())}
    if keeping.keeper and own & keeping.keeper.full:
        st.warning(t("runs.full"), icon=":material/inventory_2:")
    gone = shelves.made_room(keeping.store, place) if place else 0
    if gone:
        st.caption(t("runs.made_room", count=f"{gone:,}"))


def _show_other_shelf() -> None:
    """That these runs are those of an address, where this browser puts its own elsewhere."""
    place = st.session_state.get(keys.SHELF)
    if not place or place == kept.own_shelf():
        return
    from nnlab.keeping import shelves

    is_known = shelves.is_shelf(kept.store(), place)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="runs.other_shelf"):
        st.markdown(f":material/shelves: {t('runs.other_shelf' if is_known else 'runs.unknown_shelf')}")
        if is_known:  # on one that somebody has made up, and could tell others of, nothing is put
            words = t("runs.use_shelf_help")
            st.button(t("runs.use_shelf"), key="runs.use_shelf", help=words, on_click=_use_shelf, args=[place])
        st.button(t("runs.leave_shelf"), key="runs.leave_shelf", on_click=_leave_shelf)


def _use_shelf(place: str) -> None:
    from nnlab.keeping import shelves

    shelves.use_shelf(kept.store(), state.owner(), place)


def _leave_shelf() -> None:
    state.drop(keys.SHELF)
    st.session_state[keys.Runs.RUN] = ""


def _offer_undo() -> None:
    run_id = st.session_state.get(keys.Runs.DELETED)
    if not run_id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="runs.undo_row"):
        st.markdown(f":material/delete: {t('runs.deleted')}", width="content")
        st.button(t("runs.undo"), key="runs.undo", icon=":material/undo:", on_click=marking.undo, args=[run_id])
        st.button(t("runs.forget_undo"), key="runs.forget_undo", type="tertiary", on_click=marking.forget_undo)
