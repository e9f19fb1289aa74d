"""The process that makes one t-SNE map: ``python -m nnlab.runs.worker.mapping``, at the lowest priority there is.

It is told the points, and says where they are by now; ``runs.aside`` is how it begins and ends.

Read before: ``runs.mapping``, which starts it.
"""

from __future__ import annotations

import time

import numpy as np

from nnlab.inspection.tsne import STEPS, Embedding
from nnlab.runs.aside import serve
from nnlab.runs.channel import Channel
from nnlab.runs.mapping import Mapped, MapPoints

TELL_SECONDS = 0.4  # between two looks at the places
LOOK_SHARE = 0.1  # of the time, at most, goes into what is told


def main() -> None:
    serve(MapPoints, make)


def make(told: MapPoints, channel: Channel) -> None:
    """Place points and say now and then where they are: at the start, about twice a second, and in the end."""
    embedding = Embedding(np.frombuffer(told.points, np.float32).reshape(told.count, -1))
    told_at = cost = 0.0
    while True:
        now = time.perf_counter()
        if embedding.is_finished or now - told_at >= max(TELL_SECONDS, cost / LOOK_SHARE):
            places = embedding.places.astype(np.float32).tobytes()
            channel.send(Mapped(embedding.steps_taken, STEPS, embedding.divergence(), places))
            told_at = time.perf_counter()
            cost = told_at - now
        if embedding.is_finished:
            return
        embedding.step()


if __name__ == "__main__":
    main()
