"""A class: who is in it, whose runs are on the board, and what becomes of both."""

import pytest

from nnlab.classroom.room import MOST_MEMBERS, MOST_POINTS, MOST_RUNS, Member, Room, Rooms, entry_of
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation
from nnlab.runs.run import Job

SETUP = Setup(ModelConfig((8,)), TrainConfig(epochs=3))


def run_of(owner: str, status: str = "running", accuracies: tuple[float, ...] = (), **job) -> Job:
    """A run that nobody trains, evaluated after each epoch."""
    made = Job(SETUP, owner, **job)
    made.status = status
    for epoch, accuracy in enumerate(accuracies, 1):
        made.latest_evaluation = Evaluation(938 * epoch, epoch, 0.4, 0.9, 0.3, accuracy, 60_000, 10_000)
        made.history.add_evaluation(made.latest_evaluation)
    return made


@pytest.fixture
def jobs():
    """The runs that the server knows, by their ids; a test forgets one by taking it out."""
    return {}


@pytest.fixture
def room(jobs):
    return Room("9SR4SGV3", jobs.get)


def numbers_of(room: Room) -> list[tuple[str, int]]:
    return [(entry.id, entry.member) for entry in room.entries()]


def test_members_are_numbered_as_they_come_and_named_as_they_like(room):
    assert [room.join(visitor).number for visitor in ("ada", "ben", "ada")] == [1, 2, 1]
    room.rename("ben", "  <i>Ben</i> ")
    room.rename("nobody", "Nobody")
    assert room.members() == [Member(1), Member(2, "iBeni")]
    room.leave("ada")
    assert room.join("cho").number == 3  # a number belongs to one member for good
    assert room.join("ada").number == 4


def test_what_is_handed_out_changes_nothing(room):
    room.join("ada")
    room.members()[0].name = "Eve"
    assert room.members() == [Member(1)]


def test_there_is_room_for_so_many(room):
    for number in range(MOST_MEMBERS):
        room.join(f"visitor {number}")
    assert room.join("one more") is None
    room.add("one more", run_of("one more"))
    assert room.is_empty
    assert room.join("visitor 0").number == 1


def test_the_board_shows_a_run_as_it_is_now_and_as_it_was_last_seen_when_it_is_forgotten(room, jobs):
    job = jobs["a"] = run_of("ada", accuracies=(0.8,))
    job.id = "a"
    room.join("ada")
    room.add("ada", job)
    job.latest_evaluation = Evaluation(1876, 2.0, 0.3, 0.9, 0.2, 0.9, 60_000, 10_000)
    job.history.add_evaluation(job.latest_evaluation)
    (entry,) = room.entries()
    assert (entry.status, entry.evaluation.test_accuracy, entry.curve) == ("running", 0.9, ((1, 0.8), (2.0, 0.9)))
    job.status = "finished"
    assert room.entries()[0].is_over
    job.status = "stopped"  # which cannot be; nobody asks again how a run is that was over
    assert room.entries()[0].status == "finished"
    other = jobs["b"] = run_of("ada")
    other.id = "b"
    room.add("ada", other)
    jobs.clear()
    assert [entry.status for entry in room.entries()] == ["finished", "running"]


def test_a_run_is_on_the_board_once_and_only_its_member_puts_it_there(room):
    job = run_of("ada")
    room.add("ada", job)
    assert room.is_empty
    room.join("ada")
    room.add("ada", job)
    room.add("ada", job)
    assert numbers_of(room) == [(job.id, 1)]
    assert room.member_of(job.id) == 1
    assert room.member_of("of nobody") is None


def test_what_was_taken_off_does_not_come_back(room):
    job = run_of("ada")
    room.join("ada")
    room.add("ada", job)
    room.remove(job.id)
    room.add("ada", job)
    room.remove("of nobody")
    assert room.is_empty


def test_who_leaves_takes_their_runs_along(room):
    for visitor in ("ada", "ben"):
        room.join(visitor)
        room.add(visitor, run_of(visitor))
    room.leave("ada")
    assert [member for _, member in numbers_of(room)] == [2]
    room.leave("nobody")


def test_of_many_runs_of_one_member_the_latest_are_on_the_board(room):
    for visitor in ("ada", "ben"):
        room.join(visitor)
    room.add("ben", run_of("ben"))
    runs = [run_of("ada") for _ in range(MOST_RUNS + 3)]
    for job in runs:
        room.add("ada", job)
    assert [run for run, member in numbers_of(room) if member == 1] == [job.id for job in runs[3:]]
    assert len(numbers_of(room)) == MOST_RUNS + 1


def test_a_visitor_of_another_name_is_the_same_member(room):
    room.join("ada")
    room.rename("ada", "Ada")
    job = run_of("ada")
    room.add("ada", job)
    room.move("ada", "ada of before")
    assert room.join("ada of before") == Member(1, "Ada")
    room.join("new tab")
    room.add("new tab", later := run_of("new tab"))
    room.move("new tab", "ada of before")
    room.move("nobody", "ada of before")
    assert room.members() == [Member(1, "Ada")]
    assert numbers_of(room) == [(job.id, 1), (later.id, 1)]


def test_a_long_curve_is_thinned_and_ends_where_the_run_is():
    count = 3 * MOST_POINTS + 1
    entry = entry_of(run_of("ada", accuracies=tuple(epoch / 1000 for epoch in range(1, count + 1))), 1)
    assert len(entry.curve) <= MOST_POINTS
    assert entry.curve[-1] == (count, count / 1000)


def test_a_sample_is_no_point_of_the_curve():
    job = run_of("ada", accuracies=(0.8,))
    job.history.add_evaluation(Evaluation(1000, 1.1, 0.3, 0.9, 0.2, 0.99, 60_000, 500, is_sample=True))
    assert entry_of(job, 1).curve == ((1, 0.8),)


def test_a_run_with_a_head_start_says_so():
    assert entry_of(run_of("ada"), 1).is_plain
    assert not entry_of(run_of("ada", start_from=b"weights"), 1).is_plain


def test_where_there_are_too_many_classes_an_empty_one_goes_first_then_the_one_not_asked_for_the_longest():
    rooms = Rooms(most=3)
    first, second = rooms.open("AAAAAAAA"), rooms.open("BBBBBBBB")
    for room in (first, second):
        room.join("ada")
        room.add("ada", run_of("ada"))
    rooms.open("CCCCCCCC")
    rooms.open("DDDDDDDD").join("ada")
    assert rooms.get("CCCCCCCC") is None
    assert rooms.get("AAAAAAAA") is first
    rooms.get("DDDDDDDD").add("ada", run_of("ada"))
    rooms.open("EEEEEEEE")
    assert rooms.get("BBBBBBBB") is None
    assert rooms.open("AAAAAAAA") is first


def test_a_visitor_of_another_name_is_so_in_all_classes():
    rooms = Rooms()
    for code in ("AAAAAAAA", "BBBBBBBB"):
        rooms.open(code).join("ada")
    rooms.move("ada", "ada of before")
    assert [rooms.open(code).join("ada of before").number for code in ("AAAAAAAA", "BBBBBBBB")] == [1, 1]
