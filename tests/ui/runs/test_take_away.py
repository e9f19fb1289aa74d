"""Taking a run away from the page: a button for each file, and what is in a file is that run."""

from __future__ import annotations

import io
import zipfile

import pytest
from safetensors.torch import load

from nnlab.export import folder
from nnlab.ui import beside, keys
from nnlab.ui.runs import take_away
from nnlab.ui.text import strings
from tests.nnlab.short_runs import TIMEOUT
from tests.ui.drawing import sent_to

FILES = ["weights.safetensors", "model.py", "model.onnx", "notebook.ipynb", "report.html", "history.csv"]


@pytest.fixture
def given(monkeypatch):
    """What the page handed to the buttons: name of a file -> what makes it."""
    makers, row = {}, take_away._row

    def note(key, name, make, **options):
        makers[name] = make
        row(key, name, make, **options)

    monkeypatch.setattr(take_away, "_row", note)
    return makers


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_file_has_its_button_and_its_sentence(open_runs, past, given, mnist_folder, language):
    page = open_runs(language, section="take_away", run=past.finished.id)
    assert not page.exception
    assert [*given] == ["nnlab-run.zip", *FILES]
    said = {block.value for block in page.markdown}
    assert {strings(language)[f"take_away.file_{name.replace('.', '_')}"] for name in FILES} <= said


def test_the_archive_is_the_run(open_runs, past, given, mnist_folder):
    past.store.rename(past.finished.id, "<b>Mine</b>")
    open_runs(section="take_away", run=past.finished.id)
    with zipfile.ZipFile(io.BytesIO(given["nnlab-run.zip"]())) as packed:
        assert packed.namelist() == FILES
        content = {name: packed.read(name) for name in FILES}
    model = past.finished.snapshot().model
    assert all(model.state_dict()[name].equal(values) for name, values in load(content["weights.safetensors"]).items())
    assert b"EPOCHS, BATCH_SIZE" in content["model.py"]
    report = content["report.html"].decode()
    assert "&lt;b&gt;Mine&lt;/b&gt;" in report
    assert "10 test images of MNIST" in report
    assert content["history.csv"].count(b"\r\n") > 20  # a row for each of 24 steps
    assert content == {name: given[name]() for name in FILES}


def test_nothing_is_made_before_it_is_asked_for(open_runs, past, monkeypatch, mnist_folder):
    monkeypatch.setattr(folder, "weights", lambda exported: pytest.fail("made"))
    assert not open_runs(section="take_away", run=past.finished.id).exception


def test_a_run_that_was_cut_off_is_taken_as_far_as_it_came(open_runs, past, given, mnist_folder):
    open_runs(section="take_away", run=past.cut_off.id)
    assert b"STEPS = 10" in given["model.py"]()


def test_without_runs_it_says_what_to_do(open_runs):
    page = open_runs(section="take_away", owner="")
    assert not page.exception
    assert strings("en")["runs.none"] in [info.value for info in page.info]


@pytest.fixture
def wide(monkeypatch, past, mnist_folder):
    """The kept run counts as one of a wide network."""
    monkeypatch.setattr(beside, "FAST_PARAMETERS", 0)
    return past.finished


def names_of(page) -> list[str]:
    return [button.key for button in page.button if button.key]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_of_a_wide_network_the_archive_is_made_beside_the_page(open_runs, wide, given, client, language):
    page = open_runs(language, section="take_away", run=wide.id)
    assert not page.exception
    assert {"runs.make_all", "runs.make_report_html"} <= {*names_of(page)}
    assert "nnlab-run.zip" not in given
    with beside.LINE:  # another one has its turn
        page.button(key="runs.make_all").click().run()
        assert not page.exception
        made = page.session_state[keys.Runs.PACKING]
        told = sent_to(page, "nnlab_making")
        assert told["feed"] == {"id": made.id, "language": language, "share": 0.0, "folder": "beside"}
        assert told["words"] == strings(language)["common.beside_waiting"]
        answer = client.get(f"/nnlab/beside/{made.id}?language={language}").json()
        assert answer == {"isOver": False, "words": told["words"], "share": 0.0}
    made.wait(TIMEOUT)
    assert client.get(f"/nnlab/beside/{made.id}").json() == {"isOver": True}
    page.run()
    assert not page.exception
    with zipfile.ZipFile(io.BytesIO(given["nnlab-run.zip"]())) as packed:
        assert packed.namelist() == FILES
    assert "runs.make_all" not in names_of(page)
    assert client.get("/nnlab/beside/unknown").status_code == 404


def test_a_file_made_beside_the_page_is_on_the_disk_until_nobody_has_it():
    stored = take_away.Stored(lambda file: file.write(b"all of it"))
    opened = stored._file
    assert stored.read() == stored.read() == b"all of it"
    assert not opened.closed
    del stored
    assert opened.closed


def test_a_server_that_is_to_keep_nothing_writes_none(monkeypatch):
    monkeypatch.setenv("NNLAB_KEEP", "0")
    monkeypatch.setattr(take_away.tempfile, "TemporaryFile", lambda **_: pytest.fail("written"))
    assert take_away.Stored(lambda file: file.write(b"all of it")).read() == b"all of it"


def test_of_a_file_that_was_not_made_nothing_stays_open(monkeypatch):
    opened = []

    def cancelled(file):
        opened.append(file)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        take_away.Stored(cancelled)
    assert opened[0].closed


def test_a_file_in_the_making_can_be_cancelled(open_runs, wide):
    page = open_runs(section="take_away", run=wide.id)
    with beside.LINE:
        page.button(key="runs.make_report_html").click().run()
        made = page.session_state[keys.Runs.PACKING]
        page.button(key="runs.cancel_report_html").click().run()
        assert made.status == "cancelled"
        made.wait(TIMEOUT)
    assert not page.exception
    assert made.result is None
    assert "runs.make_report_html" in names_of(page)


def test_a_file_that_cannot_be_made_says_so(open_runs, wide, monkeypatch, capsys):
    def broken(*_):
        raise MemoryError("none left")

    monkeypatch.setattr(folder, "write_archive", broken)
    page = open_runs(section="take_away", run=wide.id)
    page.button(key="runs.make_all").click().run()
    page.session_state[keys.Runs.PACKING].wait(TIMEOUT)
    page.run()
    assert not page.exception
    assert [error.value for error in page.error] == [strings("en")["take_away.failed"]]
    assert "none left" in capsys.readouterr().err
