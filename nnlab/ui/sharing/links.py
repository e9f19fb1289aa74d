"""Links to hand on: to the page as it is, or to one that is set up for a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from nnlab.ui import address, keys, restrictions
from nnlab.ui.parameters import PARAMETERS, SETTINGS
from nnlab.ui.places import PAGES, section_parameter

NOT_HANDED_ON = {"steer", "run", "shelf", "teacher", "text", "unit"}  # or only when asked for


@dataclass(frozen=True)
class ClassLink:
    """What a teacher's link says.

    Attributes:
        section: "" for the one that the page begins with; on Learn a lesson, an experiment, or all experiments.
        setup: the set-up of a run as a query; "" leaves it open.
    """

    page: str = "home"
    section: str = ""
    language: str = ""
    is_large: bool = False
    is_for_teacher: bool = False
    setup: str = ""
    hidden: Sequence[str] = ()
    locked: Sequence[str] = ()
    text: str = ""

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
            "teacher": "1" if self.is_for_teacher else "",
        }
        own = _encode([(name, text) for name, text in said.items() if text])
        return "&".join(filter(None, [own, self.setup]))


def of_page(with_run: bool = False) -> str:
    """The query of a link to the page that is open: what its address says, but for who may steer and who looks.

    Args:
        with_run: whether whoever opens the link watches the run that is looked at here.
    """
    left_out = NOT_HANDED_ON - ({"run"} if with_run else set())
    pairs = [
        (name, text)
        for name in address.names()
        if (name in PARAMETERS or name in SETTINGS) and name not in left_out
        for text in st.query_params.get_all(name)[:1]
    ]
    text = restrictions.teachers_text()
    return _encode([*pairs, ("text", text)] if text else pairs)


def setup_of_train() -> str:
    """The set-up that the Train page has now, or that a link gave it, as a query; "" if it has not been opened."""
    return st.session_state.get(keys.GIVEN_SETUP, "")


def _encode(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, safe=",")


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
