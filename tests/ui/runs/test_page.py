"""The page of a visitor's own runs: the list, one of them, what can be done with it, and whose they are."""

import json
import sqlite3
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from nnlab import paths
from nnlab.config import from_query
from nnlab.keeping import shelf, shelves
from nnlab.keeping.database import FILE
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from nnlab.runs import jobs
from nnlab.runs.run import Job
from nnlab.sources.own import OwnDigits, OwnScore
from nnlab.ui import keys
from nnlab.ui.text import strings, unmarked
from tests.nnlab.keeping.runs import OWNER, finish, new_run, step_in, train
from tests.ui.drawing import words as words_on

EN = strings("en")


def titles(page) -> list[str]:
    return [button.label for button in page.button if (button.key or "").startswith("runs.open_")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_runs_it_says_what_to_do(open_runs, language):
    page = open_runs(language)
    assert not page.exception
    assert [info.value for info in page.info] == [strings(language)["runs.none"]]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_runs_of_this_browser_are_there_and_open(open_runs, past, language):
    page = open_runs(language)
    assert not page.exception
    assert titles(page) == ["784-8-10, ReLU"] * 2
    page.button(key=f"runs.open_{past.finished.id}").click().run()
    assert not page.exception
    assert page.query_params["run"] in (past.finished.id, [past.finished.id])
    assert page.get("plotly_chart")
    page.button(key="runs.back").click().run()
    assert len(titles(page)) == 2


def test_a_run_is_named_noted_and_starred_and_stays_so(open_runs, past):
    page = open_runs(run=past.finished.id)
    page.text_input(key=f"runs.name_of_{past.finished.id}").set_value("  My   best ").run()
    page.text_area(key=f"runs.note_of_{past.finished.id}").set_value("As expected.").run()
    page.button(key="runs.star").click().run()
    assert not page.exception
    run = past.store.get(past.finished.id)
    assert (run.name, run.note, run.is_starred) == ("My best", "As expected.", True)
    assert page.subheader[0].value == "My best"
    page.button(key="runs.back").click().run()
    assert "My best" in titles(page)
    page.button(key=f"runs.star_{past.finished.id}").click().run()
    assert not past.store.get(past.finished.id).is_starred


def test_a_name_is_shown_as_it_was_written(open_runs, past):
    name = "my *best* [run](http://x.y) $1$ :red[!]"
    past.store.rename(past.finished.id, name)
    page = open_runs(run=past.finished.id)
    assert page.subheader[0].value == unmarked(name) != name
    page.button(key="runs.back").click().run()
    assert unmarked(name) in titles(page)


def test_a_deleted_run_comes_back_until_another_is_deleted(open_runs, past):
    page = open_runs(run=past.finished.id)
    page.button(key="runs.delete").click().run()
    assert len(titles(page)) == 1
    page.button(key="runs.undo").click().run()
    assert len(titles(page)) == 2
    for job in (past.finished, past.cut_off):
        page.button(key=f"runs.open_{job.id}").click().run()
        page.button(key="runs.delete").click().run()
    assert titles(page) == []
    page.button(key="runs.undo").click().run()
    assert [run.id for run in past.store.runs(past.key)] == [past.cut_off.id]


def test_an_interrupted_run_goes_on_from_its_last_state(open_runs, past, monkeypatch):
    gone_on = []
    monkeypatch.setattr(jobs, "go_on", lambda found, owner: gone_on.append((found, owner)) or found.job())
    page = open_runs(run=past.cut_off.id)
    assert any("10" in element.value and "24" in element.value for element in page.markdown)
    button = page.button(key="runs.go_on")
    assert button.label == "Go on from step 10"
    button.click().run()
    assert not page.exception
    ((found, owner),) = gone_on
    assert (found.id, found.state.step, owner) == (past.cut_off.id, 10, OWNER)
    assert page.title[0].value == EN["train.title"]


def test_a_finished_run_is_trained_further_from_its_weights(open_runs, past, monkeypatch):
    started = []

    def start(setup, **options):
        started.append((setup, options))
        return Job(setup, options["owner"])

    monkeypatch.setattr(jobs, "start", start)
    page = open_runs(run=past.finished.id)
    assert "runs.go_on" not in [button.key for button in page.button]
    page.button(key="runs.train_further").click().run()
    assert not page.exception
    ((setup, options),) = started
    assert setup == past.finished.setup
    assert step_in(options["start_from"]) == 24


def test_where_train_is_hidden_a_run_goes_on_on_this_page(open_runs, past, monkeypatch):
    gone_on = []
    monkeypatch.setattr(jobs, "go_on", lambda found, owner: gone_on.append(found.id) or found.job())
    page = open_runs(run=past.finished.id, hide="train")
    assert "runs.train_further" not in [button.key for button in page.button]
    page.query_params["run"] = past.cut_off.id
    page.run()
    page.button(key="runs.go_on").click().run()
    assert not page.exception
    assert gone_on == [past.cut_off.id]
    assert page.title[0].value == EN["runs.title"]


def test_a_run_is_added_to_those_that_are_compared(open_runs, past):
    page = open_runs(run=past.finished.id)
    links = {link.proto.label: dict(parse_qsl(link.proto.query_string)) for link in page.get("page_link")}
    assert links[EN["runs.compare"]]["runs"] == past.finished.id
    page.session_state[keys.Compare.PICKED] = [past.finished.id, past.cut_off.id, *(f"other-{n}" for n in range(9))]
    page.run()
    links = {link.proto.label: dict(parse_qsl(link.proto.query_string)) for link in page.get("page_link")}
    asked = links[EN["runs.compare"]]["runs"].split(",")
    assert asked == [past.cut_off.id, *(f"other-{n}" for n in range(6)), past.finished.id]


def test_a_link_opens_its_settings_on_train(open_runs, past):
    page = open_runs(run=past.finished.id)
    links = {link.proto.label: dict(parse_qsl(link.proto.query_string)) for link in page.get("page_link")}
    setup = from_query(urlencode(links[EN["runs.open_setup"]]))
    assert setup[0] == past.finished.setup
    assert links[EN["runs.inspect"]]["network"] == links[EN["runs.draw"]]["network"] == past.finished.id


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_kept_run_says_that_it_learned_from_own_digits(open_runs, isolated_home, language):
    """The digits themselves are not kept of a run that is over; what a file of it claims must not change by that."""
    store, job = Store(paths.kept_dir()), new_run()
    job.own_digits = OwnDigits(np.zeros((5, 28, 28), np.uint8), np.arange(5), np.arange(5) < 3)
    train(job, 24)
    job.own_scores.append(OwnScore(24, 2, 1, 3, 2))
    finish(job)
    Keeper(store, lambda: [(job, None)]).close()
    store.close()
    page, text = open_runs(language, run=job.id), strings(language)
    assert not page.exception
    for name, right, count, share in (("own_trained", 2, 3, "67%"), ("own_held_out", 1, 2, "50%")):
        told = text["own_digits.share"].format(right=right, count=count, share=share)
        assert f"<tr><th>{text[f'runs.{name}']}</th><td>{told}</td></tr>" in words_on(page)
    page = open_runs(language, section="take_away", run=job.id)
    assert not page.exception
    assert text["take_away.not_exact_own_digits"] in [warning.value for warning in page.warning]


def test_words_and_the_star_choose_and_the_order_is_kept(open_runs, past):
    past.store.rename(past.finished.id, "Widest")
    past.store.star(past.finished.id)
    page = open_runs()
    assert titles(page) == ["784-8-10, ReLU", "Widest"]  # the newest first
    page.selectbox(key="runs.order").set_value("steps").run()
    assert titles(page) == ["Widest", "784-8-10, ReLU"]
    page.toggle(key="runs.only_starred").set_value(True).run()
    assert titles(page) == ["Widest"]
    page.toggle(key="runs.only_starred").set_value(False).run()
    for words, found in (("wid RELU", 1), ("adam", 2), ("interrupted", 1), ("nothing", 0)):
        page.text_input(key="runs.search").set_value(words).run()
        assert len(titles(page)) == found, words
    assert [info.value for info in page.info] == [EN["runs.nothing_found"]]


def test_there_are_twenty_on_a_page(open_runs, isolated_home):
    store, runs = Store(paths.kept_dir()), [new_run(run_id=f"run-{number:02}") for number in range(23)]
    for job in runs:
        train(job, 3)
        finish(job)
    keeper = Keeper(store, lambda: [(job, None) for job in runs])
    keeper.close()
    store.close()
    page = open_runs()
    assert len(titles(page)) == 20
    page.button(key="runs.next").click().run()
    assert len(titles(page)) == 3
    assert page.button(key="runs.next").disabled
    page.text_input(key="runs.search").set_value("relu").run()
    assert len(titles(page)) == 3
    page.button(key="runs.previous").click().run()
    assert len(titles(page)) == 20


def test_another_browser_finds_them_by_the_address_alone(open_runs, past):
    assert titles(open_runs(owner="another-browsers-name-")) == []
    page = open_runs(owner="another-browsers-name-", shelf=past.key)
    assert len(titles(page)) == 2
    assert not page.exception
    page.button(key="runs.use_shelf").click().run()
    assert shelves.known_shelf_of(past.store, "another-browsers-name-") == past.key
    assert "runs.use_shelf" not in [button.key for button in page.button]


@pytest.mark.parametrize("key", ["a", "x" * 22, "<b>", "../..", "' OR 1=1 --"])
def test_a_made_up_address_shows_nothing_and_takes_nothing(open_runs, past, key):
    page = open_runs(owner="another-browsers-name-", shelf=key)
    assert not page.exception
    assert titles(page) == []
    assert "runs.use_shelf" not in [button.key for button in page.button]


def test_whoever_knows_a_run_may_look_at_it_and_no_more(open_runs, past):
    past.store.rename(past.cut_off.id, "a secret name")
    past.store.write_note(past.cut_off.id, "a secret note")
    page = open_runs(owner="another-browsers-name-", run=past.cut_off.id)
    assert "secret" not in str(page)
    assert "a secret name" in str(open_runs(run=past.cut_off.id))
    assert not page.exception
    assert page.get("plotly_chart")
    keys = {button.key for button in page.button}
    assert not {"runs.delete", "runs.star", "runs.go_on"} & keys
    assert not page.text_input


@pytest.mark.parametrize("run", ["gone", "<script>", "x" * 500])
def test_a_run_that_is_not_there_is_said(open_runs, past, run):
    page = open_runs(run=run)
    assert not page.exception
    assert len(titles(page)) == 2


def test_a_server_that_is_to_keep_nothing_says_so_and_writes_nothing(open_runs, monkeypatch, isolated_home):
    monkeypatch.setenv("NNLAB_KEEP", "0")
    page = open_runs()
    assert [warning.value for warning in page.warning] == [EN["runs.obstacle_off"]]
    assert not paths.kept_dir().exists()


def test_runs_of_a_newer_nnlab_are_left_alone_and_the_app_goes_on(open_runs, past):
    with sqlite3.connect(paths.kept_dir() / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    page = open_runs()
    assert not page.exception
    assert [warning.value for warning in page.warning] == [EN["runs.obstacle_newer"]]


def test_a_damaged_data_base_is_said_and_the_app_goes_on(open_runs, past):
    (paths.kept_dir() / FILE).write_bytes(b"damaged" * 1000)
    page = open_runs()
    assert not page.exception
    (warning,) = page.warning
    assert "nnlab.db.damaged-" in warning.value


@pytest.mark.parametrize("language", ["en", "ko"])
def test_train_offers_to_go_on_with_a_run_that_was_cut_off(open_runs, past, monkeypatch, language):
    gone_on = []
    monkeypatch.setattr(jobs, "go_on", lambda found, owner: gone_on.append((found, owner)) or found.job())
    page, texts = open_runs(language, page="train", run=past.cut_off.id), strings(language)
    told = texts["runs.interrupted"].format(step=10, steps=24)
    assert any(told in element.value for element in page.markdown)
    button = page.button(key="train.go_on")
    assert button.label == texts["runs.go_on"].format(step=10)
    button.click().run()
    assert not page.exception
    ((found, owner),) = gone_on
    assert (found.id, found.state.step, owner) == (past.cut_off.id, 10, OWNER)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_where_there_is_no_more_room_the_list_says_what_to_do(open_runs, past, monkeypatch, language):
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: [past.finished])
    assert not open_runs(language).warning
    shelf.keeping().keeper.full.add(past.finished.id)
    page = open_runs(language)
    assert [warning.value for warning in page.warning] == [strings(language)["runs.full"]]


def test_train_leads_to_a_run_that_is_kept(open_runs, past):
    page = open_runs(page="train", run=past.finished.id)
    assert not page.exception
    assert any(EN["train.kept_run"] in element.value for element in page.markdown)
    assert "train.go_on" not in [button.key for button in page.button]
    (link,) = [link for link in page.get("page_link") if link.proto.label == EN["train.to_kept_run"]]
    assert dict(parse_qsl(link.proto.query_string))["run"] == past.finished.id


@pytest.mark.parametrize("name", ["train", "runs"])
def test_a_run_that_was_cut_off_before_its_first_state_says_so_and_does_not_go_on(open_runs, past, name):
    with sqlite3.connect(paths.kept_dir() / FILE) as connection:
        connection.execute("UPDATE run SET resumes_at = NULL WHERE id = ?", [past.cut_off.id])
    connection.close()
    page = open_runs(page=name, run=past.cut_off.id)
    assert not page.exception
    assert any(EN["runs.interrupted_early"] in element.value for element in page.markdown)
    assert f"{name}.go_on" not in [button.key for button in page.button]


def test_nobody_else_has_a_run_go_on(open_runs, past):
    page = open_runs(owner="another-browsers-name-", page="train", run=past.cut_off.id)
    assert not page.exception
    told = EN["runs.interrupted"].format(step=10, steps=24)
    assert any(told in element.value for element in page.markdown)
    assert "train.go_on" not in [button.key for button in page.button]


def test_a_kept_run_is_among_the_networks_of_draw_and_inspect(open_runs, past):
    page = open_runs()  # the data base is open from here on
    for name in ("draw", "inspect"):
        page.query_params = {"network": past.finished.id}
        page.switch_page(f"pages/{name}.py").run()
        assert not page.exception
        (menu,) = [box for box in page.selectbox if box.label == EN["common.network"]]
        assert menu.value == past.finished.id
        assert sum("784-8-10" in option for option in menu.options) == 2


def test_a_link_that_is_shared_holds_no_key(open_runs, past):
    page = open_runs(owner="another-browsers-name-", shelf=past.key)
    page.button(key="shell.share").click().run()
    assert not page.exception
    shared = [json.loads(element.proto.json) for element in page.get("bidi_component") if element.proto.json]
    addresses = [told["address"] for told in shared if "address" in told]
    assert any("section=list" in address for address in addresses)
    assert [address for address in addresses if past.key in address and "section" in address] == []
