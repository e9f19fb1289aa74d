"""What no honest browser, file or process would say: strategies for the tests of refusals, and the bounds they hold.

The usual run tries a few hundred of them at each entry point, the same ones each time; with ``NNLAB_LONG_TESTS=1`` it
is ten thousand, others each time, and no answer may take more than ``MOST_SECONDS`` or ``MOST_BYTES``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

T, E = TypeVar("T"), TypeVar("E", bound=Exception)
LONG_VARIABLE = "NNLAB_LONG_TESTS"
IS_LONG = bool(os.environ.get(LONG_VARIABLE))
MOST_SECONDS, MOST_BYTES = 2.0, 200_000_000
STATUS, FORGET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")  # of Linux

COMMON = {
    "deadline": None,  # the usual run asserts nothing about time
    "database": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
settings.register_profile("usual", max_examples=200, derandomize=True, **COMMON)
settings.register_profile("long", max_examples=10_000, print_blob=True, **COMMON)

TEXTS = st.text(st.characters())  # with half of a surrogate pair, as JSON can say it and UTF-8 cannot
NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**400, float("nan"), float("inf"), 1e-320]),
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=10), inner, max_size=6),
    max_leaves=12,
)


def nested(depth: int) -> list:
    """A list in a list in a list, so many."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


@st.composite
def damaged(draw: st.DrawFn, whole: bytes, first: int = 0, last: int | None = None) -> bytes:
    """The bytes cut off somewhere, with some of them changed, taken out or put in; from ``first`` to ``last``."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(first, min(last or len(content), len(content))))
        length = draw(st.sampled_from([0, 1, 1, 4, 8, 100]))
        content[place : place + length] = draw(st.binary(max_size=9) | st.sampled_from([bytes(8), b"\xff" * 8]))
    if draw(st.booleans()):
        del content[draw(st.integers(first, len(content))) :]
    return bytes(content)


def tried(
    refusal: type[Exception], function: Callable[..., T], *arguments: object
) -> tuple[T | None, Exception | None]:
    """What a function returns and None, or None and the error by which it refuses; any other error is the test's."""
    with within_bounds():
        try:
            return function(*arguments), None
        except refusal as error:
            return None, error


@contextmanager
def within_bounds() -> Iterator[None]:
    """In the longer run: what happens in here takes no more time and memory than it may."""
    if not IS_LONG:
        yield
        return
    can_measure = FORGET_PEAK.exists()
    if can_measure:
        FORGET_PEAK.write_text("5")
        before = _status_bytes("VmRSS")
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began <= MOST_SECONDS
    if can_measure:
        assert _status_bytes("VmHWM") - before <= MOST_BYTES


def _status_bytes(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return 1024 * int(line.split()[1])
