"""Several download at once, threads and processes: the files are fetched once, and nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from nnlab.data import Progress, download_mnist, load_digits
from nnlab.sources import download
from nnlab.sources.download import resources
from tests.nnlab.sources.downloading import SMALL, snapshot

pytestmark = pytest.mark.usefixtures("local_only")
ROOT = Path(__file__).parents[3]


def download_at_once(tmp_path, mirror, count: int) -> list[Exception]:
    errors: list[Exception] = []

    def press_the_button() -> None:
        try:
            download_mnist(tmp_path, lambda progress: None, [mirror.url])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=press_the_button) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_visitors_pressing_the_button_at_once_fetch_the_files_once(mirror, tmp_path):
    assert download_at_once(tmp_path, mirror, 4) == []
    assert sorted(mirror.requested) == sorted(SMALL)
    assert len(load_digits(root=tmp_path).test_labels) == 20


OTHER_PROCESS = """
import sys
from types import SimpleNamespace

mnist = SimpleNamespace(resources=eval(sys.argv[1]))  # of torchvision, which takes seconds to import, only the list
sys.modules["torchvision"] = SimpleNamespace(datasets=SimpleNamespace(MNIST=mnist))
from nnlab.sources import download

def report(progress):
    if progress.file_index == 2 and not report.has_waited:
        report.has_waited = True
        print("fetching", flush=True)
        sys.stdin.readline()

report.has_waited = False
download.download_files(download.Path(sys.argv[2]), report, [sys.argv[3]])
"""


@pytest.fixture
def other_process(mirror, tmp_path):
    """One that stands still in its third file, until it reads a line."""
    arguments = [repr(resources()), str(tmp_path / "MNIST" / "raw"), mirror.url]
    command = [sys.executable, "-c", OTHER_PROCESS, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "fetching\n"
        yield process


def test_a_download_of_another_process_is_waited_for_and_not_repeated(other_process, mirror, tmp_path):
    heard: list[Progress] = []

    def hear(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == 2:
            other_process.communicate("go on\n")

    download_mnist(tmp_path, hear, [mirror.url])
    assert mirror.requested == list(SMALL)  # once
    assert len(load_digits(root=tmp_path).test_labels) == 20
    first_two = sum(len(content) for content in list(SMALL.values())[:2])
    assert heard[0] == Progress("", first_two, None, 0, 4)  # what the other has, so that the wait does not look hung
    assert {progress.file for progress in heard} == {""}


def test_a_process_that_stands_still_does_not_lock_the_download_for_ever(other_process, mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "LOCK_SECONDS", 0.1)
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert len(load_digits(root=tmp_path).test_labels) == 20


def test_processes_downloading_at_once_do_not_disturb_each_other(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_alone", lambda folder, report: nullcontext())  # as if each had a lock of its own
    assert download_at_once(tmp_path, mirror, 4) == []
    assert snapshot(tmp_path) == {f"MNIST/raw/{name}": content for name, content in SMALL.items()}
