"""A data set that is chosen and not here: how large it is, a button that fetches it, progress, and an end to it."""

from __future__ import annotations

import threading

import pytest

from nnlab import data
from nnlab.sources.download import Progress
from nnlab.sources.errors import DataError
from nnlab.sources.mnist import FILES
from nnlab.ui import fetching
from nnlab.ui.fetching import Fetch
from nnlab.ui.text import fill, strings
from nnlab.ui.train import data_offer
from tests.nnlab.small_mnist import packed
from tests.nnlab.sources.test_published import made_up, put
from tests.ui.train.reading import words


def key(language: str, which: str, /, **values: object) -> str:
    return fill(strings(language)[f"classes.{which}"], **values)


@pytest.fixture
def mirror(monkeypatch):
    """A download that waits to be let on; ``state`` says what it does then."""
    state = {"go": threading.Event(), "error": None, "asked": []}

    def download(source, root=None, progress=None, mirrors=None):
        state["asked"].append(source)
        progress(Progress("one.gz", 5_000_000, 20_000_000, 0, 4))
        progress(Progress("two.gz", 1_000_000, 2_000_000, 1, 4))
        assert state["go"].wait(30)
        if state["error"]:
            raise state["error"]
        progress(Progress("two.gz", 2_000_000, 2_000_000, 1, 4))

    monkeypatch.setattr(data, "download_published", download)
    fetches = {source: Fetch(source) for source in fetching.FETCHES}
    monkeypatch.setattr(data_offer, "FETCHES", fetches)
    yield state | {"fetch": fetches["fashion"]}
    state["go"].set()
    fetches["fashion"].wait(30)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_missing_is_offered_with_its_size(open_page, mirror, language):
    page = open_page("train", language, data="fashion")
    assert key(language, "about_fashion") in words(page)
    offer = page.button(key="train.fetch")
    assert offer.label == key(language, "fetch", name="Fashion-MNIST", megabytes=31)
    assert not mirror["asked"]


def test_it_is_fetched_when_asked_for_with_progress_and_can_be_cancelled(open_page, mirror):
    page = open_page("train", data="fashion")
    page.button(key="train.fetch").click().run()
    assert not page.exception
    fetch = mirror["fetch"]
    for _ in range(300):
        if fetch.done_bytes == 6_000_000:
            break
        threading.Event().wait(0.02)
    assert (mirror["asked"], fetch.done_bytes) == (["fashion"], 6_000_000)
    page.run()
    page.button(key="train.cancel_fetch").click().run()
    mirror["go"].set()
    fetch.wait(30)
    page.run()
    assert fetch.was_cancelled
    assert fetch.error is None
    assert key("en", "cancelled") in words(page)
    assert page.button(key="train.fetch")


def test_a_failure_is_a_sentence(open_page, mirror):
    mirror["fetch"].error = DataError("nobody", "network")
    page = open_page("train", data="fashion")
    assert key("en", "failed_network", name="Fashion-MNIST") in [error.value for error in page.error]


def test_what_is_here_is_not_offered(open_page, monkeypatch, tmp_path, mirror):
    put("fashion", tmp_path, made_up("fashion"))
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    page = open_page("train", data="fashion")
    assert not page.exception
    assert not [button for button in page.button if button.key == "train.fetch"]
    assert page.selectbox(key="train.source").value == "fashion"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_files_that_are_not_the_published_ones_are_told_and_can_be_replaced(
    open_page, mirror, monkeypatch, tmp_path, language
):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    put("fashion", tmp_path, packed(made_up("fashion")))
    page = open_page("train", language, data="fashion")
    folder, files = tmp_path / "FashionMNIST" / "raw", ", ".join(f"{name}.gz" for name in FILES)
    facts = {"name": "Fashion-MNIST", "megabytes": 31, "folder": folder, "files": files}
    assert key(language, "others", **facts) in [warning.value for warning in page.warning]
    page.button(key="train.fetch").click().run()
    assert not page.exception
    mirror["go"].set()
    mirror["fetch"].wait(30)
    assert mirror["asked"] == ["fashion"]
