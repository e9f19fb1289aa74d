"""What a board tells the browsers that ask, and the table that is taken along: runs in words and numbers."""

import csv
import io
import json
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from nnlab.classroom.room import ROOMS, Room
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation
from nnlab.runs.run import Job
from nnlab.ui import routes
from nnlab.ui.classroom import board
from nnlab.ui.text import speaking, strings
from tests.ui.asking import Client

CODE = "9SR4SGV3"


@pytest.fixture(autouse=True)
def nothing_said_before():
    board.forget()
    yield
    board.forget()
    ROOMS._rooms.clear()


def run_of(room: Room, visitor: str, accuracy: float | None = None, status: str = "finished", **setup) -> Job:
    """A run of a member's on the board, evaluated once if there is an accuracy."""
    model = ModelConfig(setup.pop("sizes", (8,)), setup.pop("activation", "relu"))
    job = Job(Setup(model, TrainConfig(**setup)), visitor, start_from=b"")
    job.status, job.data_source = status, "mnist"
    if accuracy is not None:
        job.latest_evaluation = Evaluation(938, 1.0, 0.4, 0.9, 0.25, accuracy, 60_000, 10_000)
        job.history.add_evaluation(job.latest_evaluation)
    room.join(visitor)
    room.add(visitor, job)
    return job


@pytest.fixture
def room():
    return ROOMS.open(CODE)


def test_the_highest_accuracy_comes_first_and_none_last(room):
    for visitor, accuracy in (("ada", 0.9), ("ben", None), ("cho", 0.99995), ("dan", 0.0)):
        run_of(room, visitor, accuracy)
    room.rename("cho", "Cho")
    told = board.tell(room)
    assert [(run["who"], run["told"]) for run in told["runs"]] == [
        ("Cho", ">99.99%"), ("Guest 1", "90.00%"), ("Guest 4", "0.00%"), ("Guest 2", "–"),
    ]  # fmt: skip
    assert told["runs"][0]["curve"] == [[1.0, 0.99995]]
    assert told["title"] == strings("en")["classroom.title_line"].format(people=4, runs=4, training=0)
    assert told["data"] == [{"name": "MNIST", "count": 4, "axis": "Test accuracy (10,000 test images, MNIST)"}]


def test_runs_on_other_images_stand_apart(room):
    run_of(room, "ada", 0.9)
    run_of(room, "ada", 0.8)
    run_of(room, "ben", 0.95)
    entry = room._entries[next(reversed(room._entries))]
    room._entries[entry.id] = replace(entry, data_source="fashion")
    told = board.tell(room)
    assert [(each["name"], each["count"]) for each in told["data"]] == [("MNIST", 2), ("Fashion-MNIST", 1)]
    assert [run["data"] for run in told["runs"]] == ["MNIST", "MNIST", "Fashion-MNIST"]


def test_names_are_told_while_the_teacher_wants_them(room):
    run_of(room, "ada", 0.9)
    room.rename("ada", "Ada")
    assert board.tell(room)["runs"][0]["who"] == "Ada"
    room.has_names = False
    assert board.tell(room)["runs"][0]["who"] == "Guest 1"
    assert b"Ada" not in board.to_csv(room, "en")


def test_what_a_run_is_made_of_is_told(room):
    run_of(room, "ada", 0.9, sizes=(32, 16), activation="tanh", optimizer="adam", learning_rate=0.002, epochs=3)
    run_of(room, "ben", 0.8, sizes=(), status="running")
    first, second = board.tell(room)["runs"]
    assert (first["network"], first["activation"], first["rule"]) == (
        "784-32-16-10, tanh",
        "tanh",
        "Adam 0.002 · epochs: 3",
    )
    assert first["parameters"] == 784 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10
    assert (second["network"], second["activation"], second["status"]) == ("784-10", "", "running")
    assert second["doing"] == "training, epoch 0.0"


def test_a_head_start_is_told(room):
    job = run_of(room, "ada", 0.99)
    room._entries[job.id] = replace(room._entries[job.id], is_plain=False)
    assert board.tell(room)["runs"][0]["network"].endswith(strings("en")["classroom.not_plain"])


def test_thirty_browsers_get_the_same_answer_for_a_moment(room, monkeypatch):
    moment = 100.0
    monkeypatch.setattr(board.time, "monotonic", lambda: moment)
    made = []
    tell = board.tell
    monkeypatch.setattr(board, "tell", lambda room: made.append(room) or tell(room))
    with speaking("ko"):
        answers = {board.answer(room) for _ in range(30)}
    assert (len(answers), len(made)) == (1, 1)
    with speaking("en"):
        assert board.answer(room).body != next(iter(answers)).body
    run_of(room, "ada", 0.9)
    moment += board.FRESH_SECONDS + 0.1
    with speaking("ko"):
        assert board.answer(room) not in answers


def test_so_many_answers_are_kept(monkeypatch):
    for number in range(board.MOST_ANSWERS + 5):
        with speaking("en"):
            board.answer(Room(str(number)))
    assert len(board._answers) == board.MOST_ANSWERS


def test_the_route_answers_whoever_knows_the_code_and_only_what_is_new(room):
    client = Client(Starlette(routes=routes.routes()))
    run_of(room, "ada", 0.9)
    answer = client.get(f"/nnlab/classes/{CODE}?language=ko")
    assert answer.status_code == 200
    assert json.loads(answer.content)["runs"][0]["who"] == strings("ko")["classroom.member"].format(number=1)
    version = answer.headers["nnlab-version"]
    assert client.get(f"/nnlab/classes/{CODE}?language=ko&version={version}").status_code == 204
    assert client.get(f"/nnlab/classes/{CODE}?language=en&version={version}").status_code == 200
    assert client.get("/nnlab/classes/AAAAAAAA").status_code == 404
    assert ROOMS.get("AAAAAAAA") is None  # who asks for the board of a class opens none


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_table_has_a_row_for_each_run_in_the_visitors_words(room, language):
    run_of(room, "ada", 0.8125, sizes=(), batch_size=32)
    run_of(room, "ben", None, activation="sigmoid")
    said = strings(language)
    first, second = csv.DictReader(io.StringIO(board.to_csv(room, language).decode("utf-8-sig")))
    assert list(first)[0] == said["classroom.who"]
    assert first[said["classroom.accuracy"]] == "0.8125"
    assert first[said["train.batch_size"]] == "32"
    assert first[said["train.activation"]] == ""  # without a hidden layer there is none
    assert second[said["train.activation"]] == said["train.activation_sigmoid"]
    assert (second[said["classroom.accuracy"]], second[said["classroom.loss"]]) == ("", "")


def test_the_table_of_an_empty_board_is_empty(room):
    assert board.to_csv(room, "en").decode("utf-8-sig").strip() == ""
