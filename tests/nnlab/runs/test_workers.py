"""What a worker learns of the server's environment: what it needs, and no password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.runs.engine import Office
from nnlab.runs.jobs import start_in
from nnlab.runs.worker.trainer import Trainer
from nnlab.runs.workers import SETTINGS, settings, worker_environment
from tests.nnlab.short_runs import SHORT, TIMEOUT

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
    assert inherited.pop("OMP_WAIT_POLICY") == "PASSIVE"
    assert Path(inherited.pop("PYTHONPATH"), "nnlab", "model.py").is_file()
    assert inherited == needed


def test_the_path_of_modules_is_kept_behind_our_own():
    first, second = worker_environment({"PYTHONPATH": "/mine"})["PYTHONPATH"].split(os.pathsep)
    assert (Path(first, "nnlab").is_dir(), second) == (True, "/mine")


def test_three_variables_of_our_own_travel_with_a_command():
    assert SETTINGS == ("NNLAB_DATA_DIR", "NNLAB_HOME", "NNLAB_DEVICE")
    assert settings(SECRETS | {"NNLAB_DEVICE": "cuda", "PATH": "/bin"}) == {"NNLAB_DEVICE": "cuda"}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs a system that shows a process's environment")
def test_a_running_worker_holds_no_secret(secrets, tiny_folder):
    office = Office(max_active=1)
    try:
        job = start_in(office, SHORT, data_root=tiny_folder)
        (process,) = office._processes
        held = Path(f"/proc/{process.popen.pid}/environ").read_bytes()
        assert job.wait_for("finished", timeout=TIMEOUT)
    finally:
        office.shutdown()
    assert b"PATH=" in held
    assert b"secret" not in held
    assert b"NNLAB_" not in held


def test_no_secret_is_sent_to_a_worker(secrets, monkeypatch, tiny_folder):
    sent = []

    class Process:
        case = None

        def __init__(self):
            self.channel = self

        def send(self, header: dict, payload: bytes = b"") -> None:
            sent.append(header)

        def close(self) -> None:
            pass

        def join(self) -> None:
            pass

    def new_process(self, is_spare=False):
        self._processes.add(process := Process())
        return process

    monkeypatch.setattr(Office, "_new_process", new_process)
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    office = Office(max_active=2)
    office.warm_up()
    start_in(office, Setup(ModelConfig((8,))))
    office.shutdown()
    assert [header["do"] for header in sent] == ["prepare", "start", "resume"]
    for header in sent[:2]:
        assert header["environment"] == {"NNLAB_DATA_DIR": str(tiny_folder), "NNLAB_HOME": os.environ["NNLAB_HOME"]}


def test_a_worker_changes_no_variable_but_the_three(monkeypatch, tiny_folder):
    monkeypatch.setenv("NNLAB_OTHER", "stays")
    monkeypatch.setenv("NNLAB_DEVICE", "goes")
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    command = {
        "source": "mnist",
        "data_root": None,
        "environment": {"NNLAB_DATA_DIR": str(tiny_folder), "NNLAB_STRAY": "is not taken", "PATH": "is not taken"},
    }
    before = dict(os.environ)
    try:
        data = Trainer(None, None).data_for(command)
        after = dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert len(data.train_labels) == 400
    home = before.pop("NNLAB_HOME")
    assert home
    del before["NNLAB_DEVICE"]
    assert after == before | {"NNLAB_DATA_DIR": str(tiny_folder)}
