"""The process that makes one film: ``python -m nnlab.replay.worker``, at the lowest priority there is.

It is told the scene, writes the film into the folder that it is given, and says how far it is; ``runs.aside`` is how it
begins and ends.

Read before: ``making``, which starts it.
"""

from __future__ import annotations

import time
from pathlib import Path

from nnlab.replay.film import TooLarge, write
from nnlab.replay.frames import Frames
from nnlab.replay.making import Filmed, FilmOrder
from nnlab.replay.scene import Scene
from nnlab.runs.aside import serve
from nnlab.runs.channel import Channel

TELL_SECONDS = 0.3  # between two words on how far it is


def main() -> None:
    serve(FilmOrder, make)


def make(order: FilmOrder, channel: Channel) -> None:
    """Make the film that is asked for, and send its file."""
    frames = Frames(Scene.from_bytes(order.scene), order.width)
    told = 0.0

    def tell(done: int) -> None:
        nonlocal told
        if time.perf_counter() - told >= TELL_SECONDS:
            channel.send(Filmed(done, "", b""))
            told = time.perf_counter()

    file = Path(order.folder) / f"film.{order.form}"
    try:
        write(order.form, frames, file, tell)
    except TooLarge:
        channel.send(Filmed(len(frames), "too_large", b""))
    else:
        channel.send(Filmed(len(frames), "", file.read_bytes()))


if __name__ == "__main__":
    main()
