"""The worker process itself: it ends with its parent, and says why when it cannot go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.office import Office
from nnlab.worker import NICENESS, is_out_of_memory
from tests.nnlab.short_runs import until

ROOT = Path(__file__).parents[2]
PARENT = """
import sys, time
from nnlab import jobs
from nnlab.config import ModelConfig, Setup, TrainConfig

train = TrainConfig(epochs=1000, batch_size=1, training_images=400)
job = jobs.start(Setup(ModelConfig((8,)), train), data_root=sys.argv[1])
while job.step == 0:
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
@pytest.mark.parametrize("is_spare", [False, True])
def test_a_worker_lets_the_server_go_first(is_spare):
    office = Office()
    office.warm_up(is_spare)
    (process,) = office._processes
    until(lambda: os.getpriority(os.PRIO_PROCESS, process.popen.pid) == os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
    office.shutdown()


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
