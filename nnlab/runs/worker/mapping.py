"""The process that makes one t-SNE map: ``python -m nnlab.runs.worker.mapping``, at the lowest priority there is.

It is told the points on its standard input and says on its standard output where they are by now. When that input ends,
because the map was cancelled or the server is gone, it ends too, in the middle of whatever it computes.

Read before: ``runs.mapping``, which starts it.
"""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from nnlab.inspection.tsne import STEPS, Embedding
from nnlab.runs.channel import Channel, Inbox, standard_streams
from nnlab.runs.mapping import Mapped, MapPoints

NICENESS = 19  # training runs have 10: beside two of them on two cores, a map has about a tenth of one
TELL_SECONDS = 0.4  # between two looks at the places
LOOK_SHARE = 0.1  # of the time, at most, goes into what is told


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    channel = standard_streams((MapPoints,))
    inbox = Inbox(channel)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    told = inbox.next()
    assert isinstance(told, MapPoints)
    make(np.frombuffer(told.points, np.float32).reshape(told.count, -1), channel)
    channel.flush_and_close()
    os._exit(0)


def make(points: np.ndarray, channel: Channel) -> None:
    """Place points and say now and then where they are: at the start, about twice a second, and in the end."""
    embedding = Embedding(points)
    told = cost = 0.0
    while True:
        now = time.perf_counter()
        if embedding.is_finished or now - told >= max(TELL_SECONDS, cost / LOOK_SHARE):
            places = embedding.places.astype(np.float32).tobytes()
            channel.send(Mapped(embedding.steps_taken, STEPS, embedding.divergence(), places))
            told = time.perf_counter()
            cost = told - now
        if embedding.is_finished:
            return
        embedding.step()


if __name__ == "__main__":
    main()
