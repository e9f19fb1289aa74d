"""A worker process as the server has it: started, written to, listened to, ended. It knows of no run.

It is started from a module entry point, not by multiprocessing, which would run the page's script again in the child.

Read next: ``worker``.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from nnlab.paths import FOLDER_VARIABLE, HOME_VARIABLE
from nnlab.runs.channel import Channel
from nnlab.runs.messages import TO_SERVER, Message, MessageError, OnTurn, Ready

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
PROGRAM = ("-m", "nnlab.runs.worker")
SPARE = "--spare"  # tells a worker that nobody waits for it yet, so that its imports, too, let others go first
EXIT_SECONDS = 2.0  # a worker ends at once when it is let go; after this it is killed


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
        # Otherwise a random.py in the folder that the server was started in would be imported for the library's own.
        "PYTHONSAFEPATH": "1",
        # Threads that wait for each other must sleep: spinning ones made runs that share cores 50 times slower.
        "OMP_WAIT_POLICY": "PASSIVE",
    }


def device_environment(environment: Mapping[str, str], device: int | None) -> dict[str, str]:
    """What makes a worker see only the CUDA device of this number among those that the server may use."""
    if device is None:
        return {}
    seen = [name.strip() for name in environment.get("CUDA_VISIBLE_DEVICES", "").split(",")]
    return {"CUDA_VISIBLE_DEVICES": seen[device] if device < len(seen) and seen[0] else str(device)}


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """nnlab's own variables that a worker needs, so far as they are set."""
    return {name: environment[name] for name in SETTINGS if name in environment}


class WorkerProcess:
    """A process that runs ``nnlab.runs.worker``, and the thread that listens to it.

    Args:
        receive: called with each message it sends about a run, and once it is ready.
        ended: called with its exit code once it is gone.
        is_spare: whether nobody waits for this one yet.
        device: the number of the CUDA device that it is to see alone; None for all.

    Raises:
        OSError: if there is no memory, or no room for a process or a thread.

    Attributes:
        is_ready: whether it has imported everything.
        has_free_threads: whether the number of its threads changes no bit of what it computes.
        threads: with how many it computes.
        on_turn: the id of the run that it computed last; "" before the first.
        on_turn_since: when that run's turn began, as ``time.monotonic`` has it; of several in a row the first.
    """

    def __init__(
        self,
        receive: Callable[[WorkerProcess, Message], None],
        ended: Callable[[WorkerProcess, int], None],
        is_spare: bool = False,
        device: int | None = None,
    ):
        self.is_spare, self.device = is_spare, device
        self.is_ready = self.has_free_threads = False
        self.threads, self.on_turn, self.on_turn_since = 1, "", math.inf
        self._receive, self._ended = receive, ended
        environment = worker_environment(os.environ) | device_environment(os.environ, device)
        command = [sys.executable, *PROGRAM, *([SPARE] if is_spare else [])]
        self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        incoming, outgoing = self.popen.stdout, self.popen.stdin
        assert incoming is not None  # both are pipes
        assert outgoing is not None
        self._incoming = incoming
        self.listener = threading.Thread(target=self._listen, name="nnlab worker", daemon=True)
        try:
            self.channel = Channel(incoming, outgoing, TO_SERVER)
            self.listener.start()
        except RuntimeError as error:  # no room for a thread: nobody would hear what it says, nor that it has ended
            self._give_up()
            raise OSError(errno.EAGAIN, str(error)) from error

    def send(self, message: Message) -> None:
        self.channel.send(message)

    def kill(self) -> None:
        self.popen.kill()

    def _give_up(self) -> None:
        """End the process before anybody has listened to it."""
        self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe:
                pipe.close()
        if hasattr(self, "channel"):
            self.channel.close()  # which ends its thread

    def _listen(self) -> None:
        try:
            for message in self.channel.messages():
                if isinstance(message, OnTurn):
                    self.on_turn, self.on_turn_since = message.run, time.monotonic()
                    continue
                if isinstance(message, Ready):
                    self.is_ready, self.has_free_threads = True, message.has_free_threads
                self._receive(self, message)
        except MessageError as error:  # nothing that it says can be relied on any more
            print(f"nnlab: a worker said what is no message: {error}", file=sys.stderr)
            self.popen.kill()
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


def last_words(exit_code: int) -> tuple[str, str]:
    """A code of ``run.FAILURES`` and a sentence for a process that ended without a word."""
    if exit_code < 0:
        with contextlib.suppress(ValueError):
            return "killed", f"The process that trained was ended from outside ({signal.Signals(-exit_code).name})."
    return "crashed", f"The process that trained ended unexpectedly (exit code {exit_code})."
