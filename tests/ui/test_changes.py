"""What the visitor has changed in networks is kept for each of them, and for the visit."""

import pytest
import streamlit as st

from nnlab.inspection.changes import SetBias, ZeroBiases
from nnlab.inspection.surgery import MOST_CHANGES
from nnlab.ui import changes, keys, state

FIRST, SECOND, THIRD = (SetBias(0, unit, 1.0) for unit in range(3))


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session on its own, and what was kept of the visit."""
    values, kept = {}, {}
    monkeypatch.setattr(st, "session_state", values)
    monkeypatch.setattr(state, "keep", lambda key, value, size: (values.update({key: value}), kept.update({key: size})))
    return kept


def test_changes_are_added_undone_and_taken_back(session):
    for change in (FIRST, SECOND, THIRD):
        changes.add("a", change)
    changes.add("b", ZeroBiases())
    assert changes.of("a") == (FIRST, SECOND, THIRD)
    for _ in range(2):  # the second press on a button finds another list, and takes nothing from it
        changes.remove("a", 1, (FIRST, SECOND, THIRD))
        assert changes.of("a") == (FIRST, THIRD)
    changes.undo("a")
    assert (changes.of("a"), changes.of("b")) == ((FIRST,), (ZeroBiases(),))
    assert session[keys.CHANGES] == 2 * changes.BYTES
    changes.clear("a")
    assert changes.networks() == ["b"]


def test_one_network_has_only_so_many_changes(session):
    changes.set_of("a", [FIRST] * MOST_CHANGES)
    changes.add("a", SECOND)
    assert changes.of("a") == (FIRST,) * MOST_CHANGES


def test_the_networks_that_were_changed_last_are_kept(session):
    for number in range(changes.MOST_NETWORKS + 1):
        changes.add(f"run {number}", FIRST)
    assert changes.networks() == [f"run {number}" for number in range(1, changes.MOST_NETWORKS + 1)]


def test_undoing_nothing_is_nothing(session):
    changes.undo("a")
    assert changes.networks() == []
