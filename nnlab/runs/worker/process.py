"""The process that trains: ``python -m nnlab.runs.worker`` obeys messages on its standard input.

``workers`` starts it. When the server ends, however it ends, this process reads the end of its input and ends too, even
while it still imports torch: that is why nothing heavy is imported before somebody listens.

Read next: ``loop``, what it does.
"""

from __future__ import annotations

import os
import signal
import sys

from nnlab.runs.channel import Inbox, standard_streams
from nnlab.runs.messages import TO_WORKER, Ready
from nnlab.runs.workers import SPARE

NICENESS = 10  # the server answers first, beside many runs too; an otherwise idle machine trains as fast as ever


def _let_others_go_first() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    channel = standard_streams(TO_WORKER)
    inbox = Inbox(channel)
    is_spare = SPARE in sys.argv
    if is_spare:
        _let_others_go_first()
    from nnlab.runs.worker.loop import Loop, has_free_threads, import_everything

    import_everything()
    channel.send(Ready(has_free_threads()))
    if not is_spare:
        _let_others_go_first()
    Loop(channel, inbox).work()
