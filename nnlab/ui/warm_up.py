"""Import the heavy libraries once, in the background, while the visitor reads the first page.

torch takes seconds to import, and Python's garbage collector would look through its many objects again and again
unless they are frozen. One thread per server does both, has a worker process ready, and reads one drawing.
"""

from __future__ import annotations

import gc
import threading
from functools import cache

HEAD_START_SECONDS = 2.0  # for the first page: importing would take the processor from it just when it is drawn
_wanted = threading.Event()  # somebody waits for the libraries already


def _warm_up() -> None:
    _wanted.wait(HEAD_START_SECONDS)
    from nnlab.runs import jobs

    jobs.warm_up()  # its process imports at the same time, on another core

    import torch

    torch.set_num_threads(1)  # what pages compute is small, and the cores belong to the runs
    _rehearse()
    gc.collect()
    gc.freeze()


def _rehearse() -> None:
    """Read a drawing once, so that what is loaded by the first reading is loaded before a visitor draws."""
    import numpy as np

    from nnlab import reader
    from nnlab.drawing import to_mnist

    ink = np.zeros((280, 280), np.uint8)
    ink[70:210, 130:150] = 255  # a 1
    reader.bundled().read(to_mnist(ink))


@cache
def start() -> threading.Thread:
    """Begin the warm-up; later calls find it begun."""
    thread = threading.Thread(target=_warm_up, name="nnlab-warm-up", daemon=True)
    thread.start()
    return thread


def wait() -> None:
    """Wait until the heavy libraries are there."""
    _wanted.set()
    thread = start()
    if thread is not None:
        thread.join()
