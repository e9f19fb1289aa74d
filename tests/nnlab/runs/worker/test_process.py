"""The worker process itself: it ends with its parent, and says why when it cannot go on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nnlab.runs.engine import Engine
from nnlab.runs.limits import Limits
from nnlab.runs.worker import hands, loop, process
from nnlab.runs.worker.hands import NICENESS
from nnlab.runs.worker.loop import is_out_of_memory
from nnlab.runs.workers import SPARE
from tests.nnlab.runs.worker.test_hands import niceness_here
from tests.nnlab.short_runs import until

ROOT = Path(__file__).parents[4]
BEGINNING = """
import pathlib, sys, time
from nnlab.runs import jobs, workers
from nnlab.config import DataConfig, ModelConfig, Setup, TrainConfig

def start():
    train = TrainConfig(epochs=1000, batch_size=1, training_images=400)
    return jobs.start(Setup(ModelConfig((8,)), train, DataConfig("other")), data_root=sys.argv[1])

def wait(condition):
    while not condition():
        time.sleep(0.01)
"""
TRAINING = """
job = start()
wait(lambda: job.step or job.is_over)
jobs.warm_up()
"""
STARTING = """
jobs.warm_up()
time.sleep(0.5)  # it is in the middle of its imports
"""
IN_A_LONG_STEP = """
program, flag = (pathlib.Path(sys.argv[2], name) for name in ("worker.py", "begun"))
program.write_text(f'''
import pathlib, torch
from nnlab.runs.worker import process
from nnlab.training import TrainingRun

def learn(*arguments):
    pathlib.Path({str(flag)!r}).touch()
    torch.zeros(3000, 3000).matrix_power(2**60)  # a minute, in one call

TrainingRun.learn = learn
process.main()
''')
workers.PROGRAM = [str(program)]
job = start()
wait(flag.exists)
"""


def start_parent(program: str, *arguments: object) -> subprocess.Popen:
    """A server; all its workers hold the same standard error."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


@pytest.mark.parametrize(
    ("state", "ending", "signals"),
    [
        (TRAINING, "time.sleep(60)", [signal.SIGKILL]),
        (TRAINING, "raise SystemExit", []),
        (STARTING, "time.sleep(60)", [signal.SIGTERM]),
        (IN_A_LONG_STEP, "time.sleep(60)", [signal.SIGKILL]),
    ],
    ids=["killed", "ended", "terminated while a worker starts", "killed in a long step"],
)
def test_no_worker_outlives_the_server(state, ending, signals, tiny_folder, tmp_path):
    """Standard error is at its end only when nobody holds it any more, so no worker is left then."""
    program = f"{BEGINNING}{state}print('there', flush=True)\n{ending}"
    with start_parent(program, tiny_folder, tmp_path) as parent:
        assert parent.stdout.readline() == b"there\n"
        for number in signals:
            parent.send_signal(number)
        _, errors = parent.communicate(timeout=20)
    assert errors == b""


SPAWNING = """
import os, sys
from pathlib import Path
from nnlab.config import DataConfig, ModelConfig, Setup, TrainConfig
from nnlab.runs import jobs
from nnlab.runs.engine import Engine
from nnlab.runs.limits import Limits

def main():
    secret = os.open(sys.argv[2], os.O_RDONLY)
    os.set_inheritable(secret, True)
    engine = Engine(Limits(workers=1))
    train = TrainConfig(batch_size=50, epochs=1, training_images=400)
    job = jobs.start_in(engine, Setup(ModelConfig((8,)), train, DataConfig("other")), data_root=sys.argv[1])
    (worker,) = engine._crew
    assert job.wait_for("finished", "failed", timeout=60)
    files = Path(f"/proc/{worker.popen.pid}/fd")
    held = [os.path.realpath(file) for file in files.iterdir()] if files.exists() else []
    print(job.status, job.step, job.reason, os.path.realpath(sys.argv[2]) in held)
    engine.shutdown()

main()  # unguarded, as pages are: a child of multiprocessing would run it again
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="without PYTHONSAFEPATH the server's folder comes first")
@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_a_worker_needs_nothing_of_the_server_but_its_messages(tiny_folder, tmp_path):
    """So it starts alike everywhere: no state, no open file, no folder of the server's is there for it."""
    place = tmp_path / "손글씨 – 2학년 (a b)"
    data, elsewhere = place / "자료 1", place / "Ordner mit Ümlauten"
    elsewhere.mkdir(parents=True)
    (place / "nnlab").symlink_to(ROOT / "nnlab")
    shutil.copytree(tiny_folder, data)
    for name in ("random.py", "struct.py", "torch.py", "queue.py"):  # a class's own exercises
        (elsewhere / name).write_text("raise SystemExit('not what was meant')")
    (place / "server.py").write_text(SPAWNING, "utf-8")
    (place / "secret").write_text("secret")
    done = subprocess.run(
        [sys.executable, place / "server.py", data, place / "secret"],
        cwd=elsewhere,
        env={"PATH": os.environ["PATH"], "NNLAB_HOME": "relative home"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "finished 8 None False\n", done.stderr
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs priorities of threads")
def test_workers_let_the_server_go_first_but_not_with_what_somebody_waits_for(tiny_folder, request):
    """The first one and a spare one alike: the thread that obeys has our priority, the one for turns a lower one."""
    engine = Engine(Limits(workers=2))
    request.addfinalizer(engine.shutdown)
    engine.warm_up()
    until(lambda: len(engine._crew) == 2 and all(worker.is_ready for worker in engine._crew))
    lowest, ours = 19, os.getpriority(os.PRIO_PROCESS, 0)
    found = {SPARE in worker.popen.args: worker.popen.pid for worker in engine._crew}
    assert found.keys() == {False, True}
    for pid in found.values():
        threads = Path(f"/proc/{pid}/task")
        until(lambda t=threads: {ours, min(lowest, ours + NICENESS)} == {*map(priority, t.iterdir())})
        assert priority(threads / str(pid)) == ours


def priority(thread: Path) -> int:
    """Of a thread, by its folder in /proc."""
    return os.getpriority(os.PRIO_PROCESS, int(thread.name))


class Events(list):
    """What a worker does when it starts, in order."""

    def __init__(self, monkeypatch, *arguments: str):
        super().__init__()
        channel = SimpleNamespace(send=lambda message: self.append(type(message).__name__.lower()))
        monkeypatch.setattr(sys, "argv", ["worker", *arguments])
        monkeypatch.setattr(process.signal, "signal", lambda *_: None)
        monkeypatch.setattr(process, "standard_streams", lambda kinds: channel)
        monkeypatch.setattr(process, "Inbox", lambda channel: None)
        monkeypatch.setattr(loop, "import_everything", lambda: self.append("imports"))
        monkeypatch.setattr(loop, "Loop", lambda *_: SimpleNamespace(work=lambda: self.append("works")))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([], ["imports", "ready", NICENESS, "works"]), ([SPARE], [NICENESS, "imports", "ready", "works"])],
    ids=["awaited", "spare"],
)
def test_only_a_spare_worker_imports_at_low_priority_where_threads_have_none(monkeypatch, arguments, expected):
    """As on macOS."""
    monkeypatch.setattr(hands.sys, "platform", "darwin")
    events = Events(monkeypatch, *arguments)
    monkeypatch.setattr(hands.os, "nice", events.append, raising=False)
    process.main()
    assert events == expected


@pytest.mark.skipif(sys.platform != "linux", reason="needs priorities of threads")
@pytest.mark.parametrize("arguments", [[], [SPARE]], ids=["awaited", "spare"])
def test_only_a_spare_worker_imports_in_the_thread_of_low_priority(monkeypatch, arguments):
    events = Events(monkeypatch, *arguments)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(loop, "import_everything", lambda: events.append(niceness_here()))
    process.main()
    assert events == [min(19, ours + NICENESS) if arguments else ours, "ready", "works"]
    assert niceness_here() == ours


@pytest.mark.parametrize("arguments", [[], [SPARE]])
def test_a_worker_starts_where_there_are_no_priorities(monkeypatch, arguments):
    """As on Windows."""
    monkeypatch.setattr(hands.sys, "platform", "win32")
    monkeypatch.delattr(hands.os, "nice", raising=False)
    events = Events(monkeypatch, *arguments)
    process.main()
    assert events == ["imports", "ready", "works"]


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
