"""What is remembered of a visitor: every session key, its default, its getter and setter.

What outlives a page is named here and nowhere else: what ``keep`` keeps, what is shared by pages, what a page puts into
the session, and the widgets that stay as they were left (``persist_state="session"``). Widgets that only matter while
their page is open keep keys of their own, ``"<page>.<name>"``.

A run outlives even the session: it lives in ``runs.jobs`` and is found again by its id. What a visitor would miss after
a reload or a lost connection is set by ``keep``, and found again in ``visits``.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from nnlab.ui.visits import VISITS

if TYPE_CHECKING:
    from nnlab.runs.run import Job

LANGUAGE = "language"  # "en" or "ko"; no widget's key, since a widget that nobody touched is forgotten with its page
ASKED_LANGUAGE = "asked_language"  # what the address asked for when the visitor chose another
LARGE_TEXT = "large_text"  # bool; the key of the projector switch
VISIT = "visit"  # an unguessable name for this visit: it lasts as long as the browser's tab, reloads included
OWNER = "owner"  # an unguessable name for whom the runs belong to: all tabs of a browser, for some weeks
RUN_ID = "run_id"  # the id of the run this visitor looks at
KNOWN_RUNS = "known_runs"  # set of ids: the runs that this session has looked at
STEERED_RUNS = "steered_runs"  # set of ids: the runs of others that this session may command
IS_WAITING = "is_waiting"  # bool: whether the home page was waiting for digits when it was last drawn
OWN_DIGITS = "own_digits"  # tuple of collection.KeptDigit: drawn by this visitor, oldest first
OWNER_COOKIE = "nnlab_owner"  # set by static/identity.js
RUN_PARAMETER = "run"  # the same id in the page's address, so that a reload finds the run
STEERING_PARAMETER = "steer"  # a run's steering key in the address that its owner gave to somebody

# What a page or a component puts into the session, to go on where it was left.
CURVE = "train.curve"  # live_curve.CurveFeed: what this visitor's learning curve has been sent
SENT_NETWORKS = "live_reading.sent"  # set of ids: the networks that this browser has been sent
EXAMINATION = "train.examination"  # train.examination.Examination: the last one that was made
LAYER_COUNT = "train.layer_count"  # how many hidden layers the controls show
IGNORED = "train.ignored"  # what the address said and could not be used, and the set-up that came of it
TEST_DIGIT = "draw.digit"  # the index of the test digit that is shown
WHY_MOVED, WHY_CHANGED = "draw.why_moved", "draw.why_changed"  # the last slider moved; the image that they belong to
GAME = "play.game"  # games.guessing.GuessingGame
KEPT_ROUNDS = "play.kept"  # how many of its rounds have been put into the gallery
RANKING_ENTRY = "play.entry"  # this game's entry in the ranking
CHALLENGE = "play.challenge"  # play.fool.Challenge
FEWEST_PIXELS = "play.best"  # {name of a challenge: the fewest pixels that fooled the network}
LEARN_STUDENT = "learn.student"  # learn.student.Student
LEARN_DIGIT_TURN, LEARN_WRITING_TURN = "learn.digit_turn", "learn.writing_turn"  # how often "another one" was pressed
LEARN_WRITING_ORDER = "learn.writing_order"  # the seed of which sheet is shown first

# Widgets that stay as they were left.
NETWORK = "draw.network"  # who reads, on Draw and on Play
HOLD_OUT, MIX_OWN = "train.hold_out", "train.mix_own"
DRAW_PEN = "draw.pen"
PLAY_LIMIT, PLAY_NAME = "play.limit", "play.name"
MACHINE_STEP = "play.step"  # how far along the machine's way
ACTIVATIONS_CHOSEN, ACTIVATIONS_X, ACTIVATIONS_RANGE = "activations.chosen", "activations.x", "activations.range"
ACTIVATIONS_LAYOUT = "activations.layout"
ACTIVATIONS_PRODUCT_X, ACTIVATIONS_DEPTH = "activations.product_x", "activations.depth"
ACTIVATIONS_INITIALIZATION, ACTIVATIONS_WEIGHT_FACTOR = "activations.initialization", "activations.weight_factor"
ACTIVATIONS_WIDTH, ACTIVATIONS_DEPTH_SEED = "activations.width", "activations.depth_seed"
ACTIVATIONS_ONE, ACTIVATIONS_HEALTH_SCALE = "activations.one", "activations.health_scale"
ACTIVATIONS_HEALTH_BIAS, ACTIVATIONS_HEALTH_THRESHOLD = "activations.health_bias", "activations.health_threshold"
ACTIVATIONS_HEALTH_SEED = "activations.health_seed"
LEARN_LESSON = "learn.lesson"  # the open one
LEARN_NEURON_ACTIVATION, LEARN_LAYER_ACTIVATION = "learn.neuron_activation", "learn.layer_activation"
LEARN_NETWORK_LAYERS = "learn.network_layers"
LEARN_LOSS_WAY, LEARN_LOSS_TRUTH = "learn.loss_way", "learn.loss_truth"
LEARN_DIGIT, LEARN_DIGIT_SOURCE = "learn.digit", "learn.digit_source"
LEARN_BACKWARD_VIEW, LEARN_BACKWARD_RATE, LEARN_EPSILON = "learn.backward_view", "learn.backward_rate", "learn.epsilon"
LEARN_DESCENT_SURFACE, LEARN_DESCENT_STEPS = "learn.descent_surface", "learn.descent_steps"
LEARN_WRITING_DIGIT, LEARN_WRITING_GUESS = "learn.writing_digit", "learn.writing_guess"


def section_of(page: str) -> str:
    """The key of which section of a page is open."""
    return f"{page}.section"


def drawing_of(page: str) -> str:
    """The key of what was last drawn on a page."""
    return f"{page}.drawing"


def setting(field: str) -> str:
    """The key of the Train page's widget for a field of the configuration."""
    return f"train.{field}"


def units(layer: int) -> str:
    """The key of the units of hidden layer ``layer``, 0 being the one after the input."""
    return f"train.units.{layer}"


def why_view(kind: str) -> str:
    """The key of which explanation is open, of a "drawing" or a "digit"."""
    return f"draw.why_{kind}_view"


def lesson_value(name: str) -> str:
    """The key of a lesson's slider."""
    return f"learn.{name}"


def network_of_lesson(usual: str) -> str:
    """The key of which network is looked at in the lessons that begin with this one."""
    return f"learn.network_from_{usual}"


def language() -> str:
    """The visitor's language: chosen, else in the address (?lang=ko), else the browser's, else English."""
    if LANGUAGE not in st.session_state:
        wanted = st.query_params.get("lang") or st.context.locale or "en"
        st.session_state[LANGUAGE] = "ko" if wanted.lower().startswith("ko") else "en"
    return st.session_state[LANGUAGE]


def set_language(language: str) -> None:
    """Speak this language from now on, until an address asks for another."""
    keep(LANGUAGE, language)
    keep(ASKED_LANGUAGE, st.query_params.get("lang"))


def has_large_text() -> bool:
    """Whether the page is shown in projector size."""
    return bool(st.session_state.get(LARGE_TEXT, False))


def keep(key: str, value: object, size: int = 100) -> None:
    """Set a session key to a value that is found again in this visit's next session.

    Args:
        size: bytes, roughly.
    """
    st.session_state[key] = value
    VISITS.keep(visit(), key, value, size)


def keep_choice(key: str) -> None:
    """``keep`` what was chosen in the widget with this key: for its ``on_change``."""
    if (choice := chosen(key)) is not None:
        keep(key, choice)


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
        from nnlab.runs import jobs

        for job in jobs.jobs_of(owner()):
            job.owner = identity[OWNER]
    begun = visit()
    st.session_state[VISIT], st.session_state[OWNER] = identity[VISIT], identity[OWNER]
    if begun != visit():
        VISITS.move(begun, visit())
    kept = VISITS.all_of(visit())
    if kept.get(ASKED_LANGUAGE) != st.query_params.get("lang"):
        kept.pop(LANGUAGE, None)
    for key, value in kept.items():
        st.session_state[key] = value


def _new_name() -> str:
    return secrets.token_urlsafe(16)


def _is_name(value: object) -> bool:
    """Whether it has the form of ``_new_name``."""
    return isinstance(value, str) and re.fullmatch(r"[\w-]{22}", value, re.ASCII) is not None


def current_job() -> Job | None:
    """The run this visitor looks at, also after a reload; None if there is none, or the server has forgotten it.

    The page's address names a run once: the browser may send an older address again before it has heard of a new one.
    """
    asked, known = st.query_params.get(RUN_PARAMETER), st.session_state.setdefault(KNOWN_RUNS, set())
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
    """What a link ends in that lets whoever opens it watch a run and command it."""
    return urlencode({RUN_PARAMETER: job.id, STEERING_PARAMETER: job.steering_key})


def watching_query(job: Job) -> str:
    """What a link ends in that lets whoever opens it watch a run."""
    return urlencode({RUN_PARAMETER: job.id})
