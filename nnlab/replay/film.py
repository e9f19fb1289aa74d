"""Frames as a file: a GIF by Pillow, or an MP4 by ffmpeg, which the package imageio-ffmpeg brings.

That package has 68 MB, more than all else that a film needs, so nnlab does without it where it is not installed:
``pip install imageio-ffmpeg``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from nnlab.replay.frames import Frames

KINDS = {"gif": "image/gif", "mp4": "video/mp4"}
FRAMES_PER_SECOND = 10
NEARLY_WHITE = 245  # of a colour, each of its three parts at least
COLORS = 64  # of a GIF: the frames are made of few, and more double the file
MOST_BYTES = 40_000_000  # of a file; more could not be sent around


class TooLarge(ValueError):
    """The file has more than ``MOST_BYTES``."""


def can_write(kind: str) -> bool:
    """Whether what a kind of film takes is installed."""
    return kind == "gif" or (kind == "mp4" and find_spec("imageio_ffmpeg") is not None)


def write(kind: str, frames: Frames, file: Path, told: Callable[[int], None] = lambda done: None) -> None:
    """Write a film of ten frames a second.

    Args:
        kind: one of ``KINDS``.
        told: called after each frame with how many are done.

    Raises:
        ValueError: if there is no such kind.
        TooLarge: if the file has more than ``MOST_BYTES``.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of film; there are {', '.join(KINDS)}")
    if kind == "gif":
        write_gif(frames, file, told)
    else:
        write_mp4(frames, file, told)
    if file.stat().st_size > MOST_BYTES:
        raise TooLarge(f"the film has {file.stat().st_size:,} bytes, more than {MOST_BYTES:,}")


def write_gif(frames: Frames, file: Path, told: Callable[[int], None]) -> None:
    """A GIF that begins anew when it is over. All frames share the colours of the last one, which has them all."""
    found = Image.fromarray(frames[len(frames) - 1]).quantize(COLORS, Image.Quantize.MEDIANCUT)
    colors = np.array(found.getpalette()).reshape(-1, 3)
    colors[(colors > NEARLY_WHITE).all(1)] = 255  # the paper, whose mean with the edges of what is on it is not white
    palette = Image.new("P", (1, 1))
    palette.putpalette(colors.flatten().tolist())

    def picture(frame: int) -> Image.Image:
        told(frame)
        return Image.fromarray(frames[frame]).quantize(palette=palette, dither=Image.Dither.NONE)

    rest = (picture(frame) for frame in range(1, len(frames)))
    duration = 1000 // FRAMES_PER_SECOND  # milliseconds of a frame
    picture(0).save(file, "GIF", save_all=True, append_images=rest, duration=duration, loop=0, optimize=False)
    told(len(frames))


def write_mp4(frames: Frames, file: Path, told: Callable[[int], None]) -> None:
    """An MP4 (H.264), which phones, browsers and slides play."""
    import imageio_ffmpeg

    height, width = frames[0].shape[:2]
    # Not longer than a second between frames that stand alone: players jump only to those.
    options = ["-threads", "1", "-g", str(FRAMES_PER_SECOND), "-movflags", "+faststart"]
    writer = imageio_ffmpeg.write_frames(
        str(file), (width, height), fps=FRAMES_PER_SECOND, quality=7, macro_block_size=16, output_params=options
    )
    writer.send(None)  # begins it
    try:
        for frame in range(len(frames)):
            writer.send(np.ascontiguousarray(frames[frame]))
            told(frame + 1)
    finally:
        writer.close()
