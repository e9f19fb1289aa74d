"""What the server keeps of visits: found again by name, within its limits."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nnlab.ui import brought_networks, visits
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


def test_what_is_large_makes_room_before_the_digits_of_others(kept, monkeypatch):
    monkeypatch.setattr(visits, "MOST_BYTES", 100)
    monkeypatch.setattr(visits, "LARGE_BYTES", 40)
    kept.keep("ada", "digits", 1, 10)
    kept.keep("bob", "networks", 2, 50)
    kept.keep("bob", "digits", 3, 10)
    kept.keep("eve", "networks", 4, 50)
    assert [kept.all_of(name) for name in ("ada", "bob", "eve")] == [{"digits": 1}, {"digits": 3}, {"networks": 4}]


def test_the_networks_of_a_visitor_have_room_in_a_visit(kept):
    kept.keep("ada", "networks", "brought", brought_networks.MOST_BYTES)
    kept.keep("ada", "digits", "drawn", 2**20)
    assert kept.all_of("ada") == {"networks": "brought", "digits": "drawn"}


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


def test_what_is_moved_is_not_too_large_for_one_visit_either(kept, monkeypatch):
    monkeypatch.setattr(visits, "MOST_BYTES_OF_ONE", 100)
    kept.keep("ada", "digits", "hers", 60)
    kept.keep("begun", "score", 3, 30)
    kept.keep("begun", "drawing", "too large beside them", 50)
    kept.move("begun", "ada")
    assert kept.all_of("ada") == {"digits": "hers", "score": 3}


NAMES, KEYS = st.sampled_from(["ada", "bob", "eve", "dan", "kim"]), st.sampled_from("abcd")


class Crowd(RuleBasedStateMachine):
    """Visits that keep, move and forget in any order, some of them too much."""

    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for name, most in (("MOST_VISITS", 3), ("MOST_BYTES", 250), ("MOST_BYTES_OF_ONE", 100)):
            self.patch.setattr(visits, name, most)
        self.now = 0.0
        self.visits = Visits(lambda: self.now)

    def teardown(self):
        self.patch.undo()

    @rule(name=NAMES, key=KEYS, size=st.integers(0, 120), seconds=st.sampled_from([0.0, 1.0, 1e6]))
    def keep(self, name, key, size, seconds):
        self.now += seconds
        self.visits.keep(name, key, (name, key), size)
        assert (self.visits.all_of(name).get(key) is not None) <= (size <= 100)

    @rule(name=NAMES, key=KEYS)
    def forget(self, name, key):
        self.visits.forget(name, key)
        assert key not in self.visits.all_of(name)

    @rule(begun=NAMES, name=NAMES, replaces=st.booleans())
    def move(self, begun, name, replaces):
        before = self.visits.all_of(name) if begun != name else {}
        self.visits.move(begun, name, lambda key: replaces)
        assert before.keys() <= self.visits.all_of(name).keys()

    @invariant()
    def is_within_its_bounds(self):
        held = self.visits._visits.values()
        assert all(visit.size <= 100 and visit.values.keys() == visit.sizes.keys() for visit in held)
        # One that is only touched makes no room; the next that keeps or moves something does.
        assert sum(visit.size for visit in held) <= 250


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(stateful_step_count=15)
