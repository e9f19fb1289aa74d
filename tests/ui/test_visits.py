"""What the server keeps of visits: found again by name, within its limits."""

import pytest

from nnlab.ui import visits
from nnlab.ui.visits import Visits


@pytest.fixture
def clock():
    """Seconds that a test may set."""
    return [0.0]


@pytest.fixture
def kept(clock):
    return Visits(lambda: clock[0])


def test_each_visit_has_its_own(kept):
    kept.keep("ada", "digits", (1, 2), 10)
    kept.keep("ada", "score", 3, 10)
    kept.keep("bob", "digits", (4,), 10)
    kept.keep("ada", "score", 4, 10)
    assert kept.all_of("ada") == {"digits": (1, 2), "score": 4}
    assert kept.all_of("bob") == {"digits": (4,)}
    assert kept.all_of("eve") == {}
    kept.forget("ada", "score")
    assert kept.all_of("ada") == {"digits": (1, 2)}


def test_the_longest_untouched_makes_room(kept, monkeypatch):
    monkeypatch.setattr(visits, "MOST_VISITS", 2)
    kept.keep("ada", "digits", 1, 10)
    kept.keep("bob", "digits", 2, 10)
    kept.all_of("ada")
    kept.keep("eve", "digits", 3, 10)
    assert [bool(kept.all_of(name)) for name in ("ada", "bob", "eve")] == [True, False, True]


def test_the_bytes_of_all_are_limited(kept, monkeypatch):
    monkeypatch.setattr(visits, "MOST_BYTES", 100)
    for name in ("ada", "bob", "eve"):
        kept.keep(name, "digits", name, 50)
    assert [bool(kept.all_of(name)) for name in ("ada", "bob", "eve")] == [False, True, True]
    kept.keep("bob", "digits", "fewer", 10)  # in place of what was there
    kept.keep("joe", "digits", "joe", 40)
    assert [bool(kept.all_of(name)) for name in ("bob", "eve", "joe")] == [True, True, True]


def test_one_visit_cannot_fill_the_memory(kept, monkeypatch):
    monkeypatch.setattr(visits, "MOST_BYTES_OF_ONE", 100)
    kept.keep("ada", "digits", "small", 60)
    kept.keep("ada", "drawing", "large", 50)
    assert kept.all_of("ada") == {"digits": "small"}


def test_nothing_is_kept_for_longer_than_half_a_day(kept, clock):
    kept.keep("ada", "digits", 1, 10)
    clock[0] = visits.LONGEST_SECONDS - 1
    assert kept.all_of("ada") == {"digits": 1}
    clock[0] = 2 * visits.LONGEST_SECONDS
    assert kept.all_of("ada") == {}


def test_what_was_begun_under_another_name_goes_along(kept):
    kept.keep("new", "digits", "begun", 10)
    kept.keep("new", "score", 1, 10)
    kept.keep("ada", "digits", "kept", 10)
    kept.move("new", "ada")
    assert kept.all_of("ada") == {"digits": "kept", "score": 1}
    assert kept.all_of("new") == {}


def test_what_is_moved_replaces_what_it_is_told_to(kept):
    for name in ("new", "ada"):
        kept.keep(name, "digits", name, 10)
        kept.keep(name, "drawing", name, 10)
    kept.move("new", "ada", replaces=lambda key: key == "drawing")
    assert kept.all_of("ada") == {"digits": "ada", "drawing": "new"}
