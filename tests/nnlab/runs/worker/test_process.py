"""The worker process itself: it ends with its parent, and says why when it cannot go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nnlab.runs.engine import Engine
from nnlab.runs.limits import Limits
from nnlab.runs.worker import loop, process
from nnlab.runs.worker.loop import is_out_of_memory
from nnlab.runs.worker.process import NICENESS
from nnlab.runs.workers import SPARE
from tests.nnlab.short_runs import until

ROOT = Path(__file__).parents[4]
PARENT = """
import sys, time
from nnlab.runs import jobs
from nnlab.config import DataConfig, ModelConfig, Setup, TrainConfig

train = TrainConfig(epochs=1000, batch_size=1, training_images=400)
job = jobs.start(Setup(ModelConfig((8,)), train, DataConfig("other")), data_root=sys.argv[1])
while job.step == 0:
    assert not job.is_over, job.reason
    time.sleep(0.01)
jobs.warm_up()
print("training", flush=True)
{ending}
"""


def start_parent(ending: str, folder: Path) -> subprocess.Popen:
    """A server with one run in training and an idle worker; all of them hold the same standard error."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PARENT.format(ending=ending), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


@pytest.mark.parametrize(
    ("ending", "signals"),
    [("time.sleep(60)", [signal.SIGKILL]), ("raise SystemExit", [])],
    ids=["killed", "ended"],
)
def test_no_worker_outlives_the_server(ending, signals, tiny_folder):
    """Standard error is at its end only when nobody holds it any more, so no worker is left then."""
    with start_parent(ending, tiny_folder) as parent:
        assert parent.stdout.readline() == b"training\n"
        for number in signals:
            parent.send_signal(number)
        _, errors = parent.communicate(timeout=20)
    assert errors == b""


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="needs Unix")
def test_workers_let_the_server_go_first(tiny_folder, request):
    """The first one and a spare one alike."""
    engine = Engine(Limits(workers=2))
    request.addfinalizer(engine.shutdown)
    engine.warm_up()
    until(lambda: len(engine._crew) == 2 and all(worker.is_ready for worker in engine._crew))
    lowest, ours = 19, os.getpriority(os.PRIO_PROCESS, 0)
    found = {SPARE in worker.popen.args: worker.popen.pid for worker in engine._crew}
    assert found.keys() == {False, True}
    for pid in found.values():
        until(lambda pid=pid: os.getpriority(os.PRIO_PROCESS, pid) == min(lowest, ours + NICENESS))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([], ["imports", "ready", NICENESS]), ([SPARE], [NICENESS, "imports", "ready"])],
    ids=["awaited", "spare"],
)
def test_only_a_spare_worker_imports_at_low_priority(monkeypatch, arguments, expected):
    events = []
    channel = SimpleNamespace(send=lambda message: events.append(type(message).__name__.lower()))
    monkeypatch.setattr(sys, "argv", ["worker", *arguments])
    monkeypatch.setattr(process.signal, "signal", lambda *_: None)
    monkeypatch.setattr(process.os, "nice", events.append)
    monkeypatch.setattr(process, "standard_streams", lambda kinds: channel)
    monkeypatch.setattr(process, "Inbox", lambda channel: None)
    monkeypatch.setattr(loop, "import_everything", lambda: events.append("imports"))
    monkeypatch.setattr(loop, "Loop", lambda *_: SimpleNamespace(work=lambda: None))
    process.main()
    assert events == expected


def test_a_worker_that_is_told_nonsense_says_so_and_ends():
    done = subprocess.run(
        [sys.executable, "-m", "nnlab.runs.worker"], input=b"GET / HTTP/1.1\r\n\r\n", capture_output=True, cwd=ROOT
    )  # fmt: skip
    assert done.returncode == 2
    assert b"nnlab.runs.worker: a message of" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("shapes do not match"), False),
        (ValueError("memory"), False),
    ],
)
def test_torch_says_out_of_memory_in_its_own_way(error, is_memory):
    assert is_out_of_memory(error) is is_memory
