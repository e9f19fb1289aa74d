"""Links to hand on: to the page as it is, or to one that is set up for a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from nnlab.ui import address, keys, restrictions
from nnlab.ui.parameters import EVERYWHERE, PARAMETERS, SETTINGS
from nnlab.ui.places import PAGES, section_parameter

NOT_HANDED_ON = {"steer", "class_key", "run", "shelf", "teacher", "text", "unit"}  # or only when asked for
OF_FORM = {"section", "lesson", "experiment", "step"}  # the form says where its link leads; a class begins at the start


@dataclass(frozen=True)
class ClassLink:
    """What a teacher's link says.

    Attributes:
        section: "" for the one that the page begins with; on Learn a lesson, an experiment, or all experiments.
        setup: the set-up of a run as a query; "" leaves it open.
        choices: what is chosen on the page itself, as a query: the points of the plane, say.
    """

    page: str = "home"
    section: str = ""
    language: str = ""
    is_large: bool = False
    is_for_teacher: bool = False
    setup: str = ""
    choices: str = ""
    hidden: Sequence[str] = ()
    locked: Sequence[str] = ()
    text: str = ""
    room: str = ""  # the code of the class that the link leads into

    @property
    def query(self) -> str:
        """The end of the link; what is as usual is left out."""
        is_lesson = self.page != "learn" or self.section in PAGES["learn"].sections
        said = {
            section_parameter(self.page) if is_lesson else "experiment": self.section,
            "lang": self.language,
            "size": "large" if self.is_large else "",
            "hide": ",".join(self.hidden),
            "lock": ",".join(self.locked),
            "text": self.text,
            "class": self.room,
            "teacher": "1" if self.is_for_teacher else "",
        }
        own = _encode([(name, text) for name, text in said.items() if text])
        return "&".join(filter(None, [own, self.choices, self.setup]))


def of_page(with_run: bool = False) -> str:
    """The query of a link to the page that is open: what its address says, but for who may steer and who looks.

    Args:
        with_run: whether whoever opens the link watches the run that is looked at here.
    """
    left_out = NOT_HANDED_ON - ({"run"} if with_run else set())
    pairs = _said(
        [name for name in address.names() if (name in PARAMETERS or name in SETTINGS) and name not in left_out]
    )
    text = restrictions.teachers_text()
    return _encode([*pairs, ("text", text)] if text else pairs)


def choices_of_page(section: str) -> str:
    """What is chosen on the page that is open, as a query; "" for nothing, or if another section of it is open.

    Args:
        section: the one that the link leads to; "" on a page without sections.
    """
    page = address.page()
    if section and section not in (st.query_params.get(name) for name in OF_FORM):
        return ""
    own = [name for name, rules in PARAMETERS.items() if rules and page in rules and EVERYWHERE not in rules]
    return _encode(_said([name for name in own if name not in NOT_HANDED_ON | OF_FORM]))


def _said(names: Sequence[str]) -> list[tuple[str, str]]:
    """What the address says under some names."""
    return [(name, text) for name in names for text in st.query_params.get_all(name)[:1]]


def setup_of_train() -> str:
    """The set-up that the Train page has now, or that a link gave it, as a query; "" if it has not been opened."""
    return st.session_state.get(keys.GIVEN_SETUP, "")


def _encode(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, safe=",:;")


def to(page: str, query: str, shown_page: str) -> str:
    """The full address of a page of this app.

    Args:
        shown_page: the page that is open, whose address the browser shows.
    """
    here = _here().rstrip("/")
    root = here if shown_page == "home" else here.removesuffix(f"/{shown_page}")
    path = "" if page == "home" else page
    return f"{root}/{path}" + (f"?{query}" if query else "")


def _here() -> str:
    """The address that the visitor's browser shows, up to the question mark."""
    return (st.context.url or "").split("?")[0].split("#")[0]
