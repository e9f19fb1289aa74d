"""A film's frames: what does not change between two states is drawn once, and the mark on the curve in each.

    frames = Frames(scene, 720)
    frames[0]                              # (480, 720, 3) uint8

Read next: ``film``, which writes them as a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

from nnlab.replay import pictures
from nnlab.replay.paper import GREY, INK, UP, WHITE, Paper
from nnlab.replay.scene import Scene

HEADING = (20.0, 24.0)


class Frames:
    """The frames of a scene, in order.

    Args:
        width: in pixels; the height is two thirds of it. A multiple of 48 makes both multiples of 16, as H.264 wants.
    """

    def __init__(self, scene: Scene, width: int):
        self.scene, self.width = scene, width
        self._background: tuple[int, Image.Image] | None = None  # of the last state that was asked for

    def __len__(self) -> int:
        return len(self.scene)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[frame] for frame in range(len(self)))

    def __getitem__(self, frame: int) -> np.ndarray:
        """(H, W, 3) uint8: a function of the scene and the frame's number alone."""
        if not 0 <= frame < len(self):
            raise IndexError(f"frame {frame} of {len(self)}")
        scene = self.scene
        paper = Paper(self.width, self._of(scene.state_of(frame)))
        x, y, _, height = pictures.CURVE
        place, loss = float(scene.frame_places[frame]), float(scene.frame_losses[frame])
        at, level = pictures.curve_place(scene, place, loss if math.isfinite(loss) else 0.0)
        paper.line([(at, y), (at, y + height)], INK, 1.5)
        if math.isfinite(loss):
            paper.disc(at, level, 5, UP, WHITE)
        self._write_heading(paper, frame)
        return np.asarray(paper.image)

    def _of(self, state: int) -> Image.Image:
        if self._background is None or self._background[0] != state:
            paper = Paper(self.width)
            pictures.draw_curve(paper, self.scene)
            pictures.draw_network(paper, self.scene, state)
            pictures.draw_weights(paper, self.scene, state)
            pictures.draw_confusion(paper, self.scene, state)
            self._background = state, paper.shown()
        return self._background[1]

    def _write_heading(self, paper: Paper, frame: int) -> None:
        scene, (x, y) = self.scene, HEADING
        step, loss, test = int(scene.frame_steps[frame]), scene.frame_losses[frame], scene.frame_tests[frame]
        epoch = step / scene.steps_per_epoch
        words = [f"{scene.words['step']} {step:,}", f"{scene.words['epoch']} {epoch:.2f}"]
        words.append(scene.words["seconds"].replace("{seconds}", f"{scene.frame_seconds[frame]:.1f}"))
        if math.isfinite(loss):
            words.append(f"{scene.words['loss']} {loss:.3f}")
        if math.isfinite(test):
            images = f"{scene.frame_test_images[frame]:,}"
            words.append(f"{scene.words['test'].replace('{images}', images)} {100 * test:.2f}%")
        paper.text(x, y, "  ·  ".join(words), 17, INK)
        state = int(scene.state_steps[scene.state_of(frame)])
        paper.text(x, y + 24, scene.words["state"].replace("{step}", f"{state:,}"), 13, GREY)
