"""The class that a visitor takes part in: its code stands in every address of the visit, and their runs on its board.

A class is entered by an address with ``class=`` or by its code, and left by a button. Its teacher is whoever has its
key, which stands in the address of their class page alone, so that they are its teacher after a restart as well.
"""

from __future__ import annotations

import streamlit as st

from nnlab.classroom import codes
from nnlab.classroom.room import ROOMS, Member, Room
from nnlab.ui import address, keys, state

PAGE = "classroom"


def follow(page_name: str) -> None:
    """Take over what the address says anew of a class."""
    asked, key = address.asked("class"), address.asked("class_key")
    if asked is not None:
        state.follow(keys.CLASS, asked)
    if key is not None and page_name == PAGE:
        state.follow(keys.CLASS_KEY, key)


def query() -> dict[str, str | None]:
    """The same for an address of any page."""
    return {"class": code() or None}


def code() -> str:
    """The code of the visitor's class; "" for none."""
    return st.session_state.get(keys.CLASS, "")


def room() -> Room | None:
    """The visitor's class; made anew where the server was."""
    return ROOMS.open(code()) if code() else None


def member() -> Member | None:
    """Who the visitor is in their class; None without one, or where it has no room for them."""
    found = room()
    return found.join(state.owner()) if found else None


def is_teacher() -> bool:
    """Whether the visitor has opened their class."""
    return bool(code()) and codes.code_of(st.session_state.get(keys.CLASS_KEY, "")) == code()


def write_key() -> None:
    """Have the address of the class page make its teacher the teacher again, whenever it is opened."""
    address.write(class_key=st.session_state[keys.CLASS_KEY] if is_teacher() else None)


def attend() -> None:
    """Take part: be a member, and have the run on the board that the visitor looks at, if it is their own."""
    found = room()
    if found is None or found.join(state.owner()) is None:
        return
    job = state.current_job()
    if job is not None and state.is_own(job):
        found.add(state.owner(), job)


def open_class() -> None:
    """Open a class, and be its teacher."""
    key = codes.new_key()
    state.keep(keys.CLASS_KEY, key)
    enter(codes.code_of(key))


def enter(found: str) -> None:
    """Take part in a class from now on."""
    if code() != found:
        _leave_room()
    state.keep(keys.CLASS, found)
    address.write(**query())


def leave() -> None:
    """Take part in none, and take the own runs off its board."""
    _leave_room()
    state.keep(keys.CLASS, "")
    state.drop(keys.CLASS_KEY)
    address.write(**query())


def _leave_room() -> None:
    if found := room():
        found.leave(state.owner())
