"""The way into a class, what its teacher and its members can do there, and that every page of the visit takes part."""

import pytest

from nnlab.classroom import codes
from nnlab.classroom.room import ROOMS
from nnlab.config import PRESETS
from nnlab.runs import jobs
from nnlab.runs.run import Job
from nnlab.ui import keys
from nnlab.ui.classroom import board
from nnlab.ui.components import class_board
from nnlab.ui.text import strings
from tests.ui.latest import latest

EN = strings("en")


@pytest.fixture(autouse=True)
def no_class_of_before():
    ROOMS._rooms.clear()
    yield
    ROOMS._rooms.clear()
    board.forget()


@pytest.fixture
def run(monkeypatch):
    """A run that the server knows; whose it is, a test says."""
    job = Job(PRESETS["notes"].setup, "nobody")
    monkeypatch.setattr(jobs, "get", {job.id: job}.get)
    return job


@pytest.fixture
def press(monkeypatch):
    """A function after which the board says once that something was pressed beside a run."""
    said = []
    monkeypatch.setattr(class_board, "_board", lambda **_: {"pressed": said.pop() if said else None})
    return lambda what, run: said.append({"what": what, "run": run, "when": 1})


def code_of(page) -> str:
    return page.session_state[keys.CLASS]


def buttons(page) -> set[str]:
    return {button.key for button in page.button}


def go(page, name: str):
    """To another page by the menu: with what the visit's addresses say, and nothing else."""
    page.query_params = {}
    return page.switch_page(f"pages/{name}.py").run()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whoever_opens_a_class_is_its_teacher_on_every_page(open_page, language):
    page = open_page("classroom", language)
    page.button(key="classroom.open").click().run()
    assert not page.exception
    code = code_of(page)
    assert any(codes.spelled(code) in element.value for element in page.markdown)
    assert {"classroom.invite", "classroom.leave"} <= buttons(page)
    assert [member.number for member in ROOMS.get(code).members()] == [1]
    go(page, "glossary")
    assert page.query_params["class"] in (code, [code])
    assert "class_key" not in page.query_params
    taking_part = strings(language)["classroom.taking_part"].format(code=codes.spelled(code))
    assert taking_part in [caption.value for caption in page.sidebar.caption]
    go(page, "classroom")
    assert "classroom.invite" in buttons(page)
    key = page.session_state[keys.CLASS_KEY]
    assert page.query_params["class_key"] in (key, [key])  # so that a reload finds it, and a bookmark


def test_a_server_that_was_started_anew_believes_the_teacher_and_fills_the_class_again(open_page):
    page = open_page("classroom")
    page.button(key="classroom.open").click().run()
    said = {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}
    ROOMS._rooms.clear()
    anew = open_page("classroom", **said)
    assert "classroom.invite" in buttons(anew)
    assert code_of(anew) == code_of(page)
    other = open_page("classroom", **{**said, "class_key": codes.new_key()})
    assert "classroom.invite" not in buttons(other)
    assert "class_key" not in other.query_params


@pytest.mark.parametrize("typed", ["{code}", " {small} "])
def test_a_class_is_entered_by_its_code(open_page, typed):
    code = ROOMS.open(codes.code_of("of a teacher")).code
    page = open_page("classroom")
    page.text_input(key="classroom.typed").set_value(typed.format(code=code, small=codes.spelled(code).lower()))
    page.button(key="classroom.submit").click().run()
    assert not page.exception
    assert code_of(page) == code
    assert "classroom.leave" in buttons(page)
    assert "classroom.invite" not in buttons(page)


@pytest.mark.parametrize(("typed", "words"), [("hello", "no_code"), ("", "no_code"), ("AAAA-AAAA", "no_class")])
def test_a_code_of_no_class_is_told_and_opens_none(open_page, typed, words):
    page = open_page("classroom")
    page.text_input(key="classroom.typed").set_value(typed)
    page.button(key="classroom.submit").click().run()
    assert page.warning[0].value == EN[f"classroom.{words}"].format(code=typed)
    assert not ROOMS._rooms


def test_the_run_that_a_member_looks_at_is_on_the_board_if_it_is_their_own(open_page, run):
    page = open_page("train", **{"class": "AAAA-AAAA", "run": run.id})
    room = ROOMS.get("AAAAAAAA")
    assert room.entries() == []
    run.owner = page.session_state[keys.OWNER]
    page.run()
    assert [(entry.id, entry.member) for entry in room.entries()] == [(run.id, 1)]


def test_without_a_class_no_run_is_shown_to_anybody(open_page, run):
    page = open_page("train", run=run.id)
    run.owner = page.session_state[keys.OWNER]
    page.run()
    assert not page.exception
    assert not ROOMS._rooms


def test_a_link_with_something_else_for_a_class_is_told(open_page):
    page = open_page("home", **{"class": "<script>"})
    assert EN["classroom.allowed_code"] in page.warning[0].value
    assert not ROOMS._rooms
    assert keys.CLASS not in page.session_state


def test_a_member_is_named_and_leaves_with_their_runs(open_page, run):
    page = open_page("classroom", **{"class": "AAAAAAAA", "run": run.id})
    run.owner = page.session_state[keys.OWNER]
    page.run()
    room = ROOMS.get("AAAAAAAA")
    latest(page.text_input, "classroom.name").set_value("Ada <3").run()
    assert [member.name for member in room.members()] == ["Ada 3"]
    assert latest(page.text_input, "classroom.name").value == "Ada 3"
    assert len(room.entries()) == 1
    page.button(key="classroom.leave").click().run()
    assert not page.exception
    assert (room.members(), room.entries()) == ([], [])
    assert not {"class", "class_key"} & set(page.query_params)
    assert "classroom.open" in buttons(page)
    go(page, "train")
    assert room.members() == []


def test_the_teacher_hides_names(open_page):
    page = open_page("classroom")
    page.button(key="classroom.open").click().run()
    (names,) = (toggle for toggle in page.toggle if toggle.key.startswith("classroom.names"))
    names.set_value(False).run()
    assert not ROOMS.get(code_of(page)).has_names


def test_a_name_on_the_board_leads_to_the_run(open_page, press, run):
    press("watch", run.id)
    page = open_page("classroom", **{"class": "AAAAAAAA"})
    assert page.title[0].value == EN["train.title"]
    assert page.session_state[keys.RUN_ID] == run.id


def test_a_member_takes_off_the_board_what_is_their_own(open_page, press, run):
    page = open_page("classroom", **{"class": "AAAAAAAA"})
    room = ROOMS.get("AAAAAAAA")
    room.join("ben")
    other = Job(run.setup, "ben")
    room.add("ben", other)
    room.add(page.session_state[keys.OWNER], run)
    for pressed in (other.id, run.id, "nonsense"):
        press("remove", pressed)
        page.run()
        assert not page.exception
    assert [entry.id for entry in room.entries()] == [other.id]


def test_the_teacher_takes_off_the_board_what_they_like(open_page, press, run):
    page = open_page("classroom")
    page.button(key="classroom.open").click().run()
    room = ROOMS.get(code_of(page))
    room.join("ben")
    room.add("ben", run)
    press("remove", run.id)
    page.run()
    assert room.entries() == []


@pytest.mark.parametrize("said", [None, "watch", {"what": "delete", "run": "a"}, {"what": "watch"}, {"run": 3}, []])
def test_nonsense_from_the_browser_is_nothing(said):
    assert class_board._read(said) is None


def test_the_invitation_is_a_link_into_the_class(open_page, monkeypatch):
    shown = []
    monkeypatch.setattr("nnlab.ui.components.link.show", lambda key, address: shown.append(address))
    page = open_page("classroom")
    page.button(key="classroom.open").click().run()
    page.button(key="classroom.invite").click().run()
    assert not page.exception
    assert f"class={code_of(page)}" in shown[-1]
    assert "class_key" not in shown[-1]
    assert "/train?" in shown[-1]


def test_a_full_class_can_be_looked_at(open_page, monkeypatch):
    monkeypatch.setattr("nnlab.classroom.room.MOST_MEMBERS", 0)
    page = open_page("classroom", **{"class": "AAAAAAAA"})
    assert not page.exception
    assert EN["classroom.full"] in [caption.value for caption in page.caption]
    assert not [field for field in page.text_input if field.key.startswith("classroom.name")]


def test_a_visitor_whom_the_browser_knows_is_the_same_member(open_page):
    page = open_page("classroom", **{"class": "AAAAAAAA"})
    room = ROOMS.get("AAAAAAAA")
    ROOMS.move(page.session_state[keys.OWNER], "o" * 22)
    page.session_state[keys.OWNER] = "o" * 22
    page.run()
    assert [member.number for member in room.members()] == [1]
