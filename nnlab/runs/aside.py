"""A process beside the runs that makes one thing, and lets everything else go first: a t-SNE map, a film.

It is told on its standard input what to make, and says on its standard output how far it is. When that input ends,
because the thing is not wanted any more or the server is gone, it ends too, in the middle of whatever it computes.

Read next: ``tasks``, which starts such processes in turn.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

from nnlab.runs.channel import Channel, Inbox, standard_streams
from nnlab.runs.messages import Message
from nnlab.runs.workers import worker_environment

NICENESS = 19  # training runs have 10: beside two of them on two cores, it has about a tenth of one
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}

M = TypeVar("M", bound=Message)


def start(program: str, answers: type[Message]) -> tuple[subprocess.Popen[bytes], Channel]:
    """Start a module as such a process.

    Args:
        answers: what it says.

    Raises:
        OSError: if there is no memory, or no room for a process.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=worker_environment(os.environ) | ONE_THREAD,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    return process, Channel(process.stdout, process.stdin, (answers,))


def wait_for_end(process: subprocess.Popen[bytes], channel: Channel) -> None:
    """Let it end: it has said all that it had to say, or nobody wants to hear it."""
    channel.close()
    process.wait()
    if process.stdout:
        process.stdout.close()


def serve(order: type[M], make: Callable[[M, Channel], None]) -> None:
    """What such a process does: it makes what it is told to, and ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    channel = standard_streams((order,))
    inbox = Inbox(channel)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    told = inbox.next()
    assert isinstance(told, order)
    make(told, channel)
    channel.flush_and_close()
    os._exit(0)
