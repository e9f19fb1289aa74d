"""What is remembered of a visitor: their language, who they are, the run they look at; ``keys`` names it.

A run outlives even the session: it lives in ``runs.jobs`` and is found again by its id. What a visitor would miss after
a reload or a lost connection is set by ``keep``, and found again in ``visits``.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from nnlab.ui import address, keys
from nnlab.ui.keys import FROM_ADDRESS, KNOWN_RUNS, LANGUAGE, LARGE_TEXT, OWNER, RUN_ID, STEERED_RUNS, TEACHER, VISIT
from nnlab.ui.visits import VISITS

if TYPE_CHECKING:
    from nnlab.runs.run import Job

OWNER_COOKIE = "nnlab_owner"  # set by static/identity.js
RUN_PARAMETER = "run"  # the same id in the page's address, so that a reload finds the run
LONGEST_ID = 64  # characters of that are kept in the session: ids have 16
STEERING_PARAMETER = "steer"  # a run's steering key in the address that its owner gave to somebody


def language() -> str:
    """The visitor's language: chosen, else in the address (?lang=ko), else the browser's, else English."""
    spoken = st.session_state.get(LANGUAGE)  # one look into the session: every string on a page takes it
    if spoken is None:
        spoken = address.asked("lang")
        if spoken is not None:
            follow(LANGUAGE, spoken)
        else:
            is_korean = (st.context.locale or "").lower().startswith("ko")
            spoken = st.session_state[LANGUAGE] = "ko" if is_korean else "en"
    return spoken


def set_language(language: str) -> None:
    """Speak this language from now on, until an address asks for another."""
    keep(LANGUAGE, language)
    address.write(lang=language)


def has_large_text() -> bool:
    """Whether the page is shown in projector size."""
    return bool(st.session_state.get(LARGE_TEXT, False))


def is_teacher() -> bool:
    """Whether material for the teacher is shown: ``teacher=1`` in the address asks for it."""
    return bool(st.session_state.get(TEACHER, False))


def follow_address() -> None:
    """Take over what the address says anew of the language, the size of letters, and who looks."""
    for name, key in (("lang", LANGUAGE), ("size", LARGE_TEXT), ("teacher", TEACHER)):
        asked = address.asked(name)
        if asked is not None:
            follow(key, asked == "large" if name == "size" else asked)


def travelling() -> dict[str, str | None]:
    """What every page's address says of the visit, so that a link leads there in the same language and size."""
    large, teacher = ("large" if has_large_text() else None), ("1" if is_teacher() else None)
    return {"lang": language(), "size": large, "teacher": teacher}


def follow(key: str, value: object, size: int = 100) -> None:
    """``keep`` what an address asks for: it counts for more than what was kept of the visit before."""
    keep(key, value, size)
    st.session_state.setdefault(FROM_ADDRESS, set()).add(key)


def keep(key: str, value: object, size: int = 100) -> None:
    """Set a session key to a value that is found again in this visit's next session.

    Args:
        size: bytes, roughly.
    """
    st.session_state[key] = value
    VISITS.keep(visit(), key, value, size)


def keep_choice(key: str, switch: str) -> None:
    """``keep`` what was chosen in the switch for a choice: for its ``on_change``."""
    if is_heard(keys.switch_of(key), switch):
        keep(key, st.session_state[switch])


def widget_showing(key: str, value: object) -> str:
    """The key for a widget that is to show a value; a new one, if the browser's widget shows another.

    The browser may still send that other value, before it hears of this one. Streamlit would call that the visitor's
    choice, and a digit, say, would be forgotten. So the ``on_change`` of such a widget asks ``is_heard`` first. After
    the browser has said whose visit this is, they are all new: what it was told before that may come back as well.
    """
    widget = _widget_of(key)
    if st.session_state.get(widget, value) != value:
        counter = keys.times_renewed(key)
        st.session_state[counter] = st.session_state.get(counter, 0) + 1
        widget = _widget_of(key)
    st.session_state[widget] = value
    return widget


def is_heard(key: str, widget: str) -> bool:
    """Whether a widget is the one that ``widget_showing`` last made for a key, and Streamlit has not forgotten it."""
    return widget == _widget_of(key) and widget in st.session_state


def _widget_of(key: str) -> str:
    times = (st.session_state.get(counter, 0) for counter in (keys.times_renewed(key), keys.ADOPTIONS))
    return keys.renewed(key, sum(times))


def chosen(key: str) -> Any:
    """What the widget with this key holds, for its ``on_change``; None if Streamlit has forgotten the widget.

    When a page is left in the middle of a run, Streamlit may forget its widgets and still call their ``on_change``.
    """
    return st.session_state.get(key)


def drop(key: str) -> None:
    """Forget a session key, also for the visit's next session."""
    st.session_state.pop(key, None)
    VISITS.forget(visit(), key)


def visit() -> str:
    """This visit's name, under which the server keeps what was collected; made when first asked for."""
    return st.session_state.setdefault(VISIT, _new_name())


def owner() -> str:
    """The visitor's name among the runs: the browser's cookie says it; made when first asked for."""
    if OWNER not in st.session_state:
        said = st.context.cookies.get(OWNER_COOKIE)
        st.session_state[OWNER] = said if _is_name(said) else _new_name()
    return st.session_state[OWNER]


def identity() -> dict[str, str]:
    """Who the server takes the visitor for; ``frame`` lets the browser remember it, or say better."""
    return {"visit": visit(), "owner": owner()}


def adopt(identity: object) -> None:
    """Take the visitor for whom the browser says; what was begun under the names so far goes along."""
    if not isinstance(identity, dict) or not all(_is_name(identity.get(name)) for name in (VISIT, OWNER)):
        return
    if identity[OWNER] != owner():
        from nnlab.classroom.room import ROOMS
        from nnlab.runs import jobs

        for job in jobs.jobs_of(owner()):
            job.owner = identity[OWNER]
        ROOMS.move(owner(), identity[OWNER])
    begun = visit()
    st.session_state[VISIT], st.session_state[OWNER] = identity[VISIT], identity[OWNER]
    if begun != visit():
        st.session_state[keys.ADOPTIONS] = st.session_state.get(keys.ADOPTIONS, 0) + 1
        VISITS.move(begun, visit(), replaces=_is_later)
    for key, value in VISITS.all_of(visit()).items():
        st.session_state[key] = value


def _is_later(key: str) -> bool:
    """Whether what this session holds is later than what was kept: the browser had it and has said so."""
    return keys.is_drawing(key) or key in st.session_state.get(FROM_ADDRESS, ())


def _new_name() -> str:
    return secrets.token_urlsafe(16)


def _is_name(value: object) -> bool:
    """Whether it has the form of ``_new_name``."""
    return isinstance(value, str) and re.fullmatch(r"[\w-]{22}", value, re.ASCII) is not None


def current_job() -> Job | None:
    """The run this visitor looks at, also after a reload; None if there is none, or the server has forgotten it.

    The run in the page's address is followed once only, because the browser may send an older address again before it
    has heard of a new one.
    """
    asked = (
        "" if address.page() == "runs" else st.query_params.get(RUN_PARAMETER, "")[:LONGEST_ID]
    )  # there: the open one
    known = st.session_state.setdefault(KNOWN_RUNS, set())
    if asked and asked not in known:
        known.add(asked)
        st.session_state[RUN_ID] = asked
    if not st.session_state.get(RUN_ID):
        return None
    from nnlab.runs import jobs

    return jobs.get(st.session_state[RUN_ID])


def has_lost_job() -> bool:
    """Whether this visitor looks at a run that the server does not know, or no longer."""
    return bool(st.session_state.get(RUN_ID)) and current_job() is None


def set_current_job(job: Job | None) -> None:
    """Look at this run from now on, and put it into the address; None to look at none."""
    if job is None:
        st.session_state.pop(RUN_ID, None)
        for parameter in (RUN_PARAMETER, STEERING_PARAMETER):
            st.query_params.pop(parameter, None)
        return
    st.session_state.setdefault(KNOWN_RUNS, set()).add(job.id)
    st.session_state[RUN_ID] = st.query_params[RUN_PARAMETER] = job.id
    if may_steer(job) and not is_own(job):
        st.query_params[STEERING_PARAMETER] = job.steering_key
    else:
        st.query_params.pop(STEERING_PARAMETER, None)


def is_own(job: Job) -> bool:
    """Whether this visitor started a run, in this browser."""
    return job.owner == owner()


def may_steer(job: Job) -> bool:
    """Whether this visitor may command a run: their own, or one whose owner gave them the link to steer it."""
    given = st.session_state.setdefault(STEERED_RUNS, set())
    if secrets.compare_digest(st.query_params.get(STEERING_PARAMETER, "").encode(), job.steering_key.encode()):
        given.add(job.id)
    return is_own(job) or job.id in given


def steering_query(job: Job) -> str:
    """The end of a link: whoever opens it can watch the run and command it."""
    return urlencode({RUN_PARAMETER: job.id, STEERING_PARAMETER: job.steering_key})


def watching_query(job: Job) -> str:
    """The end of a link: whoever opens it can watch the run."""
    return urlencode({RUN_PARAMETER: job.id})
