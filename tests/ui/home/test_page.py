"""The home page: things to try, the state of the data, and the button that fetches them."""

import os
import shutil
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from nnlab.config import from_query
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.run import Job
from nnlab.sources.builtin import cache
from nnlab.sources.download import Progress
from nnlab.sources.errors import DOWNLOAD_REASONS, DataError
from nnlab.ui import digits, keys
from nnlab.ui import fetching as fetch
from nnlab.ui.text import fill, strings
from tests.ui.drawing import sent_to


@pytest.fixture(autouse=True)
def new_fetch(monkeypatch):
    """No download has been tried on this server."""
    monkeypatch.setattr("nnlab.ui.home.page.MNIST", fetch.Fetch())
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)


def all_text(page) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.error, *page.code])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_mnist_there_are_built_in_digits_and_the_page_offers_mnist(open_page, language, isolated_home):
    page = open_page("home", language)
    assert not page.exception
    described = strings(language)["home.data_builtin"].format(train="200", test="100")
    assert described in all_text(page)
    assert not page.get("image")  # they have not been written yet, and the page waits for nothing
    assert [caption.value for caption in page.caption] == [strings(language)["common.writing_digits"]]
    assert page.button(key="home.fetch").label == strings(language)["home.fetch"]
    assert str(isolated_home / "cache") in all_text(page)


def test_it_greets_with_the_bundled_network_by_its_address(open_page):
    sent = sent_to(open_page("home"), "nnlab_greeting")
    assert sent["network"]["address"].endswith("bundled.safetensors")
    assert sent["say"]["digits"][7] == "seven"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_with_the_files_the_page_counts_them(open_page, language, monkeypatch, tiny_folder):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    page = open_page("home", language)
    assert not page.exception
    expected = strings(language)["home.data_mnist"].format(train="400", test="200", folder=tiny_folder)
    assert expected in all_text(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_folder_that_is_not_there_is_said(open_page, language, monkeypatch, tmp_path):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "nowhere"))
    page = open_page("home", language)
    assert not page.exception
    assert page.warning[0].value == fill(strings(language)["common.data_problem_folder"], folder=tmp_path / "nowhere")
    train = open_page("train", language)
    assert train.warning[0].value == page.warning[0].value


@pytest.mark.parametrize("language", ["en", "ko"])
def test_another_data_set_is_not_called_mnist(open_page, language, monkeypatch, other_folder):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(other_folder))
    page = open_page("home", language)
    assert not page.exception
    assert page.warning[0].value == strings(language)["common.data_problem_other"].format(folder=other_folder)
    assert strings(language)["home.data_builtin"].format(train="200", test="100") in all_text(page)
    assert page.button(key="home.fetch")


def test_nobody_trains_on_another_data_set_without_knowing(open_page, monkeypatch, other_folder):
    """Chosen as MNIST it is refused, with words; chosen as what it is, it is called that."""
    monkeypatch.setenv("NNLAB_DATA_DIR", str(other_folder))
    words = strings("en")
    page = open_page("train", data="mnist")
    assert page.warning[0].value == words["train.not_mnist"].format(folder=other_folder)
    job = start_in(Engine(), from_query("data=mnist")[0])
    assert (job.status, job.reason.code) == ("failed", "data")
    assert "not the MNIST that everybody has" in job.reason.text
    assert not open_page("train", data="other").warning
    assert Job(from_query("data=other")[0]).data_source == "other"
    assert digits.name_of("other") != digits.name_of("mnist")


def test_a_folder_of_bytes_that_are_no_letters_is_shown(open_page, monkeypatch, tmp_path):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / os.fsdecode(b"digits-\xff")))
    page = open_page("home")
    assert not page.exception
    assert "digits-\\udcff" in page.warning[0].value


@pytest.fixture
def other_folder(tiny_folder, tmp_path):
    """The tiny digits with all training labels 0."""
    folder = tmp_path / "others"
    shutil.copytree(tiny_folder, folder)
    labels = folder / "train-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:8] + bytes(400))
    return folder


def test_built_in_digits_are_shown_once_they_are_written(open_page, monkeypatch):
    page = open_page("home")
    cache.write_cache(np.random.default_rng(0).integers(0, 256, (300, 28, 28), np.uint8))
    page.run()
    assert page.get("image")
    assert not page.caption
    assert not page.exception


@pytest.mark.parametrize("fault", ["not writable", "full"])
def test_digits_that_cannot_be_kept_are_not_waited_for(open_page, isolated_home, monkeypatch, fault):
    isolated_home.mkdir()
    if fault == "full":
        monkeypatch.setattr(cache.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    else:
        (isolated_home / "cache").write_text("a file where the folder should be")
    page = open_page("home")
    assert not page.exception
    assert not page.caption
    assert not page.session_state[keys.IS_WAITING]


def test_a_silent_mirror_is_said_with_a_way_out(open_page, monkeypatch, isolated_home):
    may_end = threading.Event()
    monkeypatch.setattr("nnlab.data.download_mnist", lambda progress: may_end.wait(30))
    monkeypatch.setattr("nnlab.ui.home.page.SILENT_SECONDS", -1)
    page = open_page("home")
    page.button(key="home.fetch").click().run()
    assert page.warning[0].value == strings("en")["home.fetch_silent"].format(folder=isolated_home / "cache")
    may_end.set()


def test_a_download_of_somebody_else_is_said(open_page, monkeypatch):
    may_end = threading.Event()

    def download(progress):
        progress(Progress("", 5_797_361, None, 0, 4))
        may_end.wait(30)

    monkeypatch.setattr("nnlab.data.download_mnist", download)
    page = open_page("home")
    page.button(key="home.fetch").click().run()
    from nnlab.ui.home.page import MNIST

    while MNIST.progress is None:
        pass
    page.run()
    (bar,) = page.get("progress")
    assert bar.proto.text == strings("en")["home.fetch_waiting"].format(done="5.8", total="11.6")
    assert bar.proto.value == 50
    may_end.set()


def test_a_broken_file_is_named_with_a_way_out(open_page, monkeypatch, tiny_folder, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tiny_folder.iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:-100])
    monkeypatch.setenv("NNLAB_DATA_DIR", str(broken))
    page = open_page("home")
    assert "t10k-images-idx3-ubyte" in page.error[0].value
    assert page.button(key="home.fetch").label == strings("en")["home.fetch_again"]


def test_the_button_fetches_in_the_background_and_shows_how_far_it_is(open_page, monkeypatch):
    may_end = threading.Event()

    def download(progress):
        progress(Progress("train-images-idx3-ubyte.gz", 4_000_000, 8_000_000, 0, 4))
        may_end.wait(30)

    monkeypatch.setattr("nnlab.data.download_mnist", download)
    page = open_page("home")
    page.button(key="home.fetch").click().run()
    from nnlab.ui.home.page import MNIST

    assert MNIST.is_running
    while MNIST.progress is None:
        pass
    page.run()
    assert "4.0 of 8.0 MB" in page.get("progress")[0].proto.text
    may_end.set()
    MNIST.wait(30)
    page.run()
    assert not page.exception


@pytest.mark.parametrize("reason", DOWNLOAD_REASONS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_failed_download_says_why_and_offers_another_try(open_page, monkeypatch, isolated_home, language, reason):
    def download(progress):
        raise DataError("The sentence of the core, with the folder.", reason)

    monkeypatch.setattr("nnlab.data.download_mnist", download)
    page, told = open_page("home", language), strings(language)
    page.button(key="home.fetch").click().run()
    from nnlab.ui.home.page import MNIST

    MNIST.wait(30)
    page.run()
    by_hand = told["home.fetch_by_hand"].format(folder=isolated_home / "cache")
    assert page.error[0].value == f"{told[f'home.fetch_failed_{reason}']} {by_hand}"
    assert page.code[0].value == "The sentence of the core, with the folder."
    assert page.button(key="home.fetch").label == told["home.fetch"]
