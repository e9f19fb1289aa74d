"""Give the system back the memory that pages have freed, once the server has come to rest.

While a class draws pages, the C library keeps what they free, for it is soon needed again. When the class has left,
nobody needs it: then it goes back. The worker processes do so for themselves.
"""

from __future__ import annotations

import threading
import time

from nnlab.machine import give_memory_back

LOOK_SECONDS = 15.0  # between two looks at how much the server does
REST_SHARE = 0.1  # of a core: a server that uses less between two looks is at rest
WORTH_SECONDS = 1.0  # of processor time: who has computed less has freed too little to look for


class Watch:
    """Tells when it is time: after work that is worth it, as soon as little is done between two looks.

    Args:
        used_seconds: the processor time that the server has used so far.
    """

    def __init__(self, used_seconds: float = 0.0):
        self._last = used_seconds  # at the last look
        self._given_back = used_seconds  # when memory was last given back

    def is_time(self, used_seconds: float) -> bool:
        """Whether to give memory back now, ``LOOK_SECONDS`` after the last look."""
        is_at_rest = used_seconds - self._last < REST_SHARE * LOOK_SECONDS
        self._last = used_seconds
        if not is_at_rest or used_seconds - self._given_back < WORTH_SECONDS:
            return False
        self._given_back = used_seconds
        return True


def start() -> threading.Thread:
    """Begin to look, beside everything else, as long as the server lives."""
    thread = threading.Thread(target=_look_for_ever, name="nnlab at rest", daemon=True)
    thread.start()
    return thread


def _look_for_ever() -> None:
    watch = Watch(time.process_time())
    while True:
        time.sleep(LOOK_SECONDS)
        if watch.is_time(time.process_time()):
            give_memory_back()
