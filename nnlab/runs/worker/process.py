"""The training loop with a remote control: ``python -m nnlab.runs.worker`` obeys messages on its standard input.

``workers`` starts this process and ``engine`` speaks to it; a crash here is a failed run there, and never a dead
server. When the server ends, however it ends, this process reads the end of its input and ends too, even while it still
imports torch: that is why nothing heavy is imported before somebody listens.

Read next: ``trainer``, what it does.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback

from nnlab.runs.channel import Commands, standard_streams
from nnlab.runs.workers import SPARE

NICENESS = 10  # the server answers first, beside eight runs too; an otherwise idle machine trains as fast as ever


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out; torch says it with a plain RuntimeError."""
    return isinstance(error, MemoryError) or isinstance(error, RuntimeError) and "memory" in str(error).lower()


def _let_others_go_first() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    channel = standard_streams()
    commands = Commands(channel)
    is_spare = SPARE in sys.argv
    try:
        if is_spare:
            _let_others_go_first()
        from nnlab.runs.worker.trainer import Trainer, import_everything

        import_everything()
        channel.send({"kind": "ready"})
        if not is_spare:
            _let_others_go_first()
        Trainer(channel, commands).work()
    except BaseException as error:
        traceback.print_exc()
        reason = "out_of_memory" if is_out_of_memory(error) else "crashed"
        text = f"{type(error).__name__}: {error}"
        channel.send({"kind": "status", "status": "failed", "reason": reason, "text": text, "ends": True})
        channel.flush_and_close()
        os._exit(1)
