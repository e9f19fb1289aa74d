"""What a worker learns of the server's environment: what it needs, and no password."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.data import DigitData
from nnlab.runs.crew import Crew
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from nnlab.runs.messages import DataPlace, Prepare, Start
from nnlab.runs.worker.reading import Shelf
from nnlab.runs.workers import SETTINGS, WorkerProcess, device_environment, last_words, settings, worker_environment
from nnlab.sources.mnist import TEST_LABELS_FILE
from tests.nnlab.fake_workers import hire_fakes
from tests.nnlab.short_runs import SHORT, TIMEOUT, until
from tests.nnlab.small_mnist import idx_bytes, small_files, write_files

SECRETS = {
    "NNLAB_DATABASE_URL": "postgres://nnlab:secret@host/runs",
    "DATABASE_URL": "postgres://nnlab:secret@host/runs",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "STREAMLIT_SERVER_COOKIE_SECRET": "secret",
}


@pytest.fixture
def secrets(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def test_a_worker_inherits_what_libraries_need_and_nothing_else():
    needed = {
        "PATH": "/usr/bin", "HOME": "/home/ada", "TMPDIR": "/scratch", "LANG": "ko_KR.UTF-8", "LC_ALL": "C",
        "LD_LIBRARY_PATH": "/opt/lib", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "0",
        "PYTHONIOENCODING": "ascii", "SystemRoot": "C:\\Windows", "XDG_CACHE_HOME": "/cache",
    }  # fmt: skip
    own = {"NNLAB_HOME": "/lab", "NNLAB_DATA_DIR": "/mnist", "NNLAB_DEVICE": "cuda", "NNLAB_NEW": "1"}
    inherited = worker_environment(needed | own | SECRETS)
    assert (inherited.pop("OMP_WAIT_POLICY"), inherited.pop("PYTHONSAFEPATH")) == ("PASSIVE", "1")
    assert Path(inherited.pop("PYTHONPATH"), "nnlab", "model.py").is_file()
    assert inherited == needed


def test_the_path_of_modules_is_kept_behind_our_own():
    first, second = worker_environment({"PYTHONPATH": "/mine"})["PYTHONPATH"].split(os.pathsep)
    assert (Path(first, "nnlab").is_dir(), second) == (True, "/mine")


def test_what_windows_calls_its_variables_is_known():
    """A process without SYSTEMROOT has no random numbers there, and without USERPROFILE no home."""
    windows = {
        "SYSTEMROOT": "C:\\Windows", "PATH": "C:\\Windows\\system32", "PATHEXT": ".EXE", "TEMP": "C:\\Temp",
        "USERPROFILE": "C:\\Users\\손글씨", "LOCALAPPDATA": "C:\\Users\\손글씨\\AppData\\Local",
    }  # fmt: skip
    assert windows.items() <= worker_environment(windows | SECRETS).items()


def test_three_variables_of_our_own_travel_with_a_command():
    assert SETTINGS == ("NNLAB_DATA_DIR", "NNLAB_HOME", "NNLAB_DEVICE")
    assert settings(SECRETS | {"NNLAB_DEVICE": "cuda", "PATH": "/bin"}) == {"NNLAB_DEVICE": "cuda"}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs a system that shows a process's environment")
def test_a_running_worker_holds_no_secret(secrets, tiny_folder):
    engine = Engine(Limits(workers=1))
    try:
        job = start_in(engine, SHORT, data_root=tiny_folder)
        (process,) = engine._crew
        held = Path(f"/proc/{process.popen.pid}/environ").read_bytes()
        assert job.wait_for("finished", timeout=TIMEOUT)
    finally:
        engine.shutdown()
    assert b"PATH=" in held
    assert b"secret" not in held
    assert b"NNLAB_" not in held


def test_no_secret_is_sent_to_a_worker(secrets, monkeypatch, tiny_folder):
    hire_fakes(monkeypatch)
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    engine = Engine(Limits(workers=1))
    engine.warm_up()
    start_in(engine, Setup(ModelConfig((8,))))
    (worker,) = engine._crew
    engine.shutdown()
    for (message,) in (worker.of(Prepare), worker.of(Start)):
        assert message.data.environment == {
            "NNLAB_DATA_DIR": str(tiny_folder), "NNLAB_HOME": os.environ["NNLAB_HOME"]
        }  # fmt: skip
    assert "nnlab:secret" not in repr(worker.sent)


@pytest.fixture
def as_in_a_worker():
    """Reading digits sets the variables of this process; a worker has one of its own."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_worker_changes_no_variable_but_the_three(monkeypatch, tiny_folder):
    monkeypatch.setenv("NNLAB_OTHER", "stays")
    monkeypatch.setenv("NNLAB_DEVICE", "goes")
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    environment = {"NNLAB_DATA_DIR": str(tiny_folder), "NNLAB_STRAY": "is not taken", "PATH": "is not taken"}
    inbox = SimpleQueue()
    before = dict(os.environ)
    try:
        Shelf(inbox).read(DataPlace("mnist", None, environment))
        data = inbox.get(timeout=TIMEOUT).result()
        after = dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert len(data.train_labels) == 400
    home = before.pop("NNLAB_HOME")
    assert home
    del before["NNLAB_DEVICE"]
    assert after == before | {"NNLAB_DATA_DIR": str(tiny_folder)}


@pytest.mark.usefixtures("as_in_a_worker")
def test_digits_are_in_memory_once(tiny_folder):
    """However many runs learn from them; those that no run needs make room for the next."""
    shelf, inbox = Shelf(notes := SimpleQueue()), notes
    places = [DataPlace("mnist", str(tiny_folder), {"NNLAB_HOME": home}) for home in ("/a", "/a", "/b", "/a")]
    read = []
    for place in places:
        shelf.read(place)
        read.append(inbox.get(timeout=TIMEOUT).result())
    first, again, other, held = read
    assert first is again is held
    assert other is not first
    del first, again, other, held, read
    shelf.read(places[2])
    inbox.get(timeout=TIMEOUT)
    assert len(shelf._known) == 1


@pytest.mark.usefixtures("as_in_a_worker")
def test_digits_are_read_anew_when_other_files_have_come_into_their_place(tmp_path):
    shelf, inbox = Shelf(notes := SimpleQueue()), notes
    place = DataPlace("other", str(write_files(tmp_path, small_files())), {})

    def read() -> DigitData:
        shelf.read(place)
        return inbox.get(timeout=TIMEOUT).result()

    first = read()
    assert read() is first
    write_files(tmp_path, {TEST_LABELS_FILE: idx_bytes(np.full(20, 3))})
    os.utime(tmp_path / TEST_LABELS_FILE, ns=(1, 1))
    assert first.test_labels.tolist()[:3] == [0, 1, 2]
    assert set(read().test_labels.tolist()) == {3}


@pytest.mark.parametrize(
    ("exit_code", "code", "words"),
    [
        (-9, "killed", "SIGKILL"),
        (-200, "crashed", "-200"),
        (3, "crashed", "exit code 3"),
        (3221225477, "crashed", "exit code 3221225477"),  # Windows' word for a wrong address, which is no signal
    ],
)
def test_the_last_words_of_a_process_are_its_exit_code(exit_code, code, words):
    said = last_words(exit_code)
    assert said[0] == code
    assert words in said[1]


@pytest.mark.parametrize("refused", ["nnlab channel", "nnlab worker"])
def test_a_process_that_nobody_can_listen_to_is_ended_and_its_run_fails(refused, monkeypatch, tiny_folder):
    """A container may have room for a process, and none for one more thread."""
    genuine, made = threading.Thread.start, []

    def start(thread: threading.Thread) -> None:
        if thread.name == refused:
            raise RuntimeError("can't start new thread")
        genuine(thread)

    class Process(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(threading.Thread, "start", start)
    monkeypatch.setattr(subprocess, "Popen", Process)
    before = threading.active_count()
    engine = Engine(Limits(workers=1))
    job = start_in(engine, SHORT, data_root=tiny_folder)
    assert (job.status, job.reason.code) == ("failed", "out_of_memory")
    assert "can't start new thread" in job.reason.text
    (process,) = made
    assert process.returncode == -9
    until(lambda: threading.active_count() == before)
    engine.shutdown()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_worker_that_says_what_is_no_message_is_ended(monkeypatch, tmp_path, capfd):
    """Whatever speaks the messages may be a worker; what does not is told so, and ended."""
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/sh\necho HTTP/1.1 400 Bad Request\nsleep 60\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(stand_in))
    codes = SimpleQueue()
    worker = WorkerProcess(lambda *_: None, lambda _, code: codes.put(code))
    assert codes.get(timeout=TIMEOUT) == -9
    worker.join()
    assert "a worker said what is no message" in capfd.readouterr().err


def test_each_worker_sees_one_gpu(monkeypatch):
    hire_fakes(monkeypatch)
    monkeypatch.setenv("NNLAB_DEVICE", "cuda")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    crew = Crew(lambda *_: None, lambda *_: None)
    workers = [crew.hire(False) for _ in range(2)]
    assert [worker.device for worker in workers] == [0, 1]
    crew.remove(workers[0])
    assert crew.hire(False).device == 0
    assert [device_environment({"CUDA_VISIBLE_DEVICES": "2,5"}, number) for number in (0, 1, None)] == [
        {"CUDA_VISIBLE_DEVICES": "2"}, {"CUDA_VISIBLE_DEVICES": "5"}, {}
    ]  # fmt: skip
    assert device_environment({}, 1) == {"CUDA_VISIBLE_DEVICES": "1"}
