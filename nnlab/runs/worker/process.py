"""The process that trains: ``python -m nnlab.runs.worker`` obeys messages on its standard input.

``workers`` starts it. When the server ends, however it ends, this process reads the end of its input and ends too, even
while it still imports torch: that is why nothing heavy is imported before somebody listens.

Read next: ``loop``, what it does.
"""

from __future__ import annotations

import signal
import sys

from nnlab.runs.channel import Inbox, standard_streams
from nnlab.runs.messages import TO_WORKER, Ready
from nnlab.runs.worker.hands import Hands, is_per_thread, let_others_go_first
from nnlab.runs.workers import SPARE


def _import() -> bool:
    """Load all that a run needs; returns whether the number of threads is free, as ``Ready`` says it."""
    from nnlab.runs.worker.loop import has_free_threads, import_everything

    import_everything()
    return has_free_threads()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    channel = standard_streams(TO_WORKER)
    inbox = Inbox(channel)
    is_spare = SPARE in sys.argv
    hands = Hands()
    if is_spare and not is_per_thread():
        let_others_go_first()
    channel.send(Ready(hands.do(_import, is_awaited=not is_spare)))
    if not is_spare and not is_per_thread():
        let_others_go_first()
    from nnlab.runs.worker.loop import Loop

    Loop(channel, inbox, hands).work()
