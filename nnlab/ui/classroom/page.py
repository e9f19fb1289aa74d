"""The way into a class, who one is there, and its board."""

from __future__ import annotations

from functools import partial

import streamlit as st

from nnlab.classroom import codes
from nnlab.classroom.room import ROOMS, Room
from nnlab.games.ranking import MAX_NAME_LENGTH
from nnlab.ui import attendance, keys, layout, shell, state, terms
from nnlab.ui.classroom import board
from nnlab.ui.components import class_board
from nnlab.ui.text import t

HEIGHT = 380  # pixels, of the chart
NAME_WIDTH = 190  # pixels
LONGEST_CODE = 20  # characters that somebody may type


def show() -> None:
    attendance.write_key()
    room = attendance.room()
    if room is None:
        _show_ways_in()
        return
    _show_head(room)
    _show_board(room)


def _show_ways_in() -> None:
    """Two ways: a teacher opens a class, everybody else enters one by its code."""
    opening, entering = st.columns(2, gap="large")
    with opening:
        st.subheader(t("classroom.open_title"), anchor=False)
        terms.tell("classroom.open_text")
        st.button(
            t("classroom.open"), key="classroom.open", type="primary", icon=":material/add:",
            on_click=attendance.open_class,
        )  # fmt: skip
    with entering:
        st.subheader(t("classroom.enter_title"), anchor=False)
        terms.tell("classroom.enter_text")
        with st.form("classroom.enter", border=False):
            typed = st.text_input(t("classroom.code"), key="classroom.typed", max_chars=LONGEST_CODE,
                                  placeholder=t("classroom.code_hint"))  # fmt: skip
            is_sent = st.form_submit_button(t("classroom.enter"), key="classroom.submit", icon=":material/login:")
        if is_sent:
            _enter(typed)


def _enter(typed: str) -> None:
    """Enter the class with the code that was typed, if there is one."""
    try:
        code = codes.read(typed)
    except ValueError:
        st.warning(t("classroom.no_code"))
        return
    if ROOMS.get(code) is None:
        st.warning(t("classroom.no_class", code=codes.spelled(code)))
        return
    attendance.enter(code)
    st.rerun()


def _show_head(room: Room) -> None:
    """The code, large; who one is; and what a teacher or a member can do."""
    me, is_teacher = attendance.member(), attendance.is_teacher()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="classroom.head"):
        st.markdown(f"{t('classroom.code')} **{codes.spelled(room.code)}**")
        if is_teacher:
            st.button(
                t("classroom.invite"), key="classroom.invite", type="primary", icon=":material/qr_code_2:",
                on_click=_invite,
            )  # fmt: skip
            switch = state.widget_showing(keys.switch_of("classroom.names"), room.has_names)
            st.toggle(
                t("classroom.names"), key=switch, help=t("classroom.names_help"), on_change=_show_names,
                args=[room, switch],
            )  # fmt: skip
        elif me is None:
            st.caption(t("classroom.full"))
        _name_field(room)
        st.button(
            t("classroom.leave"), key="classroom.leave", type="tertiary", icon=":material/logout:",
            on_click=attendance.leave, help=t("classroom.leave_help"),
        )  # fmt: skip


def _name_field(room: Room) -> None:
    me = attendance.member()
    if me is None:
        return
    field = state.widget_showing("classroom.name", me.name)
    st.text_input(
        t("classroom.name"), key=field, max_chars=MAX_NAME_LENGTH, placeholder=t("classroom.member", number=me.number),
        label_visibility="collapsed", width=NAME_WIDTH, on_change=_rename, args=[room, field],
    )  # fmt: skip


def _rename(room: Room, field: str) -> None:
    if state.is_heard("classroom.name", field):
        room.rename(state.owner(), st.session_state[field])
        board.forget()


def _show_names(room: Room, switch: str) -> None:
    if attendance.is_teacher() and state.is_heard(keys.switch_of("classroom.names"), switch):
        room.has_names = st.session_state[switch]
        board.forget()


def _invite() -> None:
    """Open the form that makes a class's link, and have it lead to Train."""
    st.session_state[keys.Share.IS_OPEN] = True
    st.session_state[keys.Share.VIEW] = "class"
    st.session_state[keys.Share.PAGE] = "train"


def _show_board(room: Room) -> None:
    titles = {view: t(f"classroom.view_{view}") for view in class_board.VIEWS}
    view = layout.choose_view(t("classroom.view"), titles, keys.Classroom.VIEW)
    me, is_teacher = attendance.member(), attendance.is_teacher()
    height, font = round(shell.scaled(HEIGHT)), shell.scaled(shell.CHART_FONT_SIZE)
    number = me.number if me else None
    pressed = class_board.show(
        "classroom.board", room.code, state.language(), view, number, is_teacher, height, font
    )  # fmt: skip
    terms.note("classroom.note")
    st.download_button(
        t("common.download_table"), partial(board.to_csv, room, state.language()), file_name="nnlab-class.csv",
        mime="text/csv", key="classroom.table", icon=":material/table:", type="tertiary", on_click="ignore",
    )  # fmt: skip
    if pressed is None:
        return
    if pressed.what == "watch":
        st.switch_page(shell.PAGES["train"].path, query_params={state.RUN_PARAMETER: pressed.run})
    elif is_teacher or (number is not None and room.member_of(pressed.run) == number):
        room.remove(pressed.run)
        board.forget()
