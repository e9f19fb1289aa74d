"""Worker processes, and how many of them this machine carries.

A process is started from a module entry point, not by multiprocessing, which would run the page's script again in the
child; see ``worker`` for the other end.

Read next: ``worker``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnlab.machine import core_count, memory_bytes
from nnlab.paths import FOLDER_VARIABLE, HOME_VARIABLE
from nnlab.runs.channel import Channel, Header

if TYPE_CHECKING:
    from nnlab.runs.engine import Case

RUNS_PER_CORE = 4
RUN_BYTES = 500_000_000  # measured: 370 MB for a process with torch, 55 MB for MNIST, the rest for network and batch
MEMORY_SHARE = 0.7  # of the machine's memory that runs may use
DEVICE_VARIABLE = "NNLAB_DEVICE"  # of the environment: where the app's runs compute
SETTINGS = (FOLDER_VARIABLE, HOME_VARIABLE, DEVICE_VARIABLE)  # what a worker has to know of nnlab's own variables
# What else of the server's environment a worker needs: where things are, the language, how libraries compute. All the
# rest stays with the server: it may hold a password, and a worker's environment ends up in crash reports.
INHERITED = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV",
    "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA", "PROGRAMDATA", "NUMBER_OF_PROCESSORS",
)  # fmt: skip
INHERITED_BEGINNINGS = (
    "PYTHON", "LC_", "XDG_", "LD_", "DYLD_", "CONDA_", "MALLOC_", "PROCESSOR_",
    "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "BLIS_", "VECLIB_", "ATEN_", "DNNL_", "ONEDNN_",
    "TORCH_", "PYTORCH_", "CUDA_", "CUBLAS_", "CUDNN_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "ROCM_",
)  # fmt: skip
SPARE = "--spare"  # tells a worker that nobody waits for it yet, so that its imports, too, let others go first
EXIT_SECONDS = 2.0  # a worker ends at once when it is let go; after this it is killed


def max_active_runs() -> int:
    """How many runs this machine carries at once."""
    return max(1, min(RUNS_PER_CORE * core_count(), int(min(memory_bytes() * MEMORY_SHARE / RUN_BYTES, 1000))))


def worker_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a worker gets of the server's environment when it is made; ``SETTINGS`` come with each command instead."""
    inherited = {
        name: value
        for name, value in environment.items()
        if name.upper() in INHERITED or name.upper().startswith(INHERITED_BEGINNINGS)
    }
    package_parent = str(Path(__file__).parents[2])
    paths = [package_parent, *filter(None, [environment.get("PYTHONPATH")])]
    return inherited | {
        "PYTHONPATH": os.pathsep.join(paths),
        # Threads that wait for each other must sleep: spinning ones made runs that share cores 50 times slower.
        "OMP_WAIT_POLICY": "PASSIVE",
    }


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """nnlab's own variables that a worker needs, so far as they are set."""
    return {name: environment[name] for name in SETTINGS if name in environment}


class WorkerProcess:
    """A process that runs ``nnlab.runs.worker``, and the thread that listens to it.

    Args:
        receive: called with each message it sends.
        ended: called with its exit code once it is gone.
        is_spare: whether others train, and nobody waits for this one yet.

    Attributes:
        case: whose run it trains; None while it is idle.
    """

    def __init__(
        self,
        receive: Callable[[WorkerProcess, Header, bytes], None],
        ended: Callable[[WorkerProcess, int], None],
        is_spare: bool = False,
    ):
        environment = worker_environment(os.environ)
        command = [sys.executable, "-m", "nnlab.runs.worker", *([SPARE] if is_spare else [])]
        self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        incoming, outgoing = self.popen.stdout, self.popen.stdin
        assert incoming is not None  # both are pipes
        assert outgoing is not None
        self.channel = Channel(incoming, outgoing)
        self.case: Case | None = None
        self._incoming, self._receive, self._ended = incoming, receive, ended
        self.listener = threading.Thread(target=self._listen, name="nnlab worker", daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        try:
            for header, payload in self.channel.messages():
                self._receive(self, header, payload)
        finally:
            self.channel.close()
            exit_code = self.popen.wait()
            self._incoming.close()
            self._ended(self, exit_code)

    def join(self) -> None:
        """Wait until the process has ended, its channel being closed; kill it if it does not."""
        self.listener.join(EXIT_SECONDS)
        if self.listener.is_alive():
            self.popen.kill()
            self.listener.join(EXIT_SECONDS)

    def last_words(self, exit_code: int) -> tuple[str, str]:
        """Reason code and text for a process that ended without a word."""
        if exit_code < 0:
            with contextlib.suppress(ValueError):
                return "killed", f"The process that trained was ended from outside ({signal.Signals(-exit_code).name})."
        return "crashed", f"The process that trained ended unexpectedly (exit code {exit_code})."
