"""Taking a run away from the page: a button for each file, and what is in a file is that run."""

from __future__ import annotations

import io
import zipfile

import pytest
from safetensors.torch import load

from nnlab.export import folder
from nnlab.ui.runs import take_away
from nnlab.ui.text import strings

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
