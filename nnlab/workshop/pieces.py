"""Training for hours, in pieces: a forecast beforehand, a checkpoint after every pass, going on after an interruption.

The random numbers of a step follow from the seed and the step's number (see ``training``), those of a pass from seed
and pass (see ``course``). So weights, optimizer, step and drawings are all that must be kept, and a training that was
interrupted ends with the same bits as one that was not.

Read next: ``pretrain`` and ``record``, which train so.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from tqdm import tqdm

from nnlab.checkpoint import LENGTH_BYTES
from nnlab.paths import write_whole
from nnlab.runs.worker.states import pack, unpack
from nnlab.workshop.course import RENEWED, Course
from nnlab.workshop.distillation import TaughtRun

PROBED_STEPS = 12  # steps that are timed for the forecast, after as many that warm up


class CheckpointMismatchError(ValueError):
    """A checkpoint is not of this training."""


class Pieces:
    """A training that can be interrupted.

    Args:
        run: the training; it must be new.
        path: the checkpoint's file; it is deleted by ``finish``.
        recipe: what makes this training what it is, as a line of text. A checkpoint of another recipe is refused.
        course: what fills the run's images before each pass; None: they stay as they are.

    Attributes:
        seconds: spent training so far, over all pieces; measuring is left out.
    """

    def __init__(self, run: TaughtRun, path: Path, recipe: str, course: Course | None = None):
        self.run, self.path, self.recipe, self.course = run, path, recipe, course
        self.seconds = 0.0

    def resume(self) -> bool:
        """Go on from the checkpoint; False if there is none.

        Raises:
            CheckpointMismatchError: if the file is of another training, or is no checkpoint.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return False
        try:
            header = json.loads(content[LENGTH_BYTES : LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "little")])
            state = unpack(json.loads(header["__metadata__"]["training"]), content)
            recipe = state["recipe"]
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            raise CheckpointMismatchError(f"{self.path} is no checkpoint of a training: {error}") from error
        if recipe != self.recipe:
            raise CheckpointMismatchError(f"{self.path} is of another training: {recipe}")
        self.run.load_state_dict(state["run"])
        if self.course is not None:
            self.course.load_state_dict(state["course"])
        self.seconds = state["seconds"]
        return True

    def keep(self) -> None:
        """Write the checkpoint, whole or not at all: its tensors as safetensors, the rest as JSON in the header."""
        course = None if self.course is None else self.course.state_dict()
        state: dict[str, Any] = {
            "recipe": self.recipe, "run": self.run.state_dict(), "course": course, "seconds": self.seconds,
        }  # fmt: skip
        plain, content = pack(state)
        tensors = safetensors.torch.load(content)
        write_whole(self.path, safetensors.torch.save(tensors, {"training": json.dumps(plain)}))

    def finish(self) -> None:
        """Delete the checkpoint: what it was for is stored."""
        self.path.unlink(missing_ok=True)

    def forecast(self) -> float:
        """Seconds that the rest will take on this machine, as it is now, by timing a few steps; nothing is changed."""
        run = self.run
        if run.is_finished:
            return 0.0
        data = run.data if self.course is None else self.course.mnist  # the course may not be filled yet
        probe = run.anew(data)
        probe.advance(PROBED_STEPS)
        started = time.perf_counter()
        probe.advance(PROBED_STEPS)
        seconds = (time.perf_counter() - started) / PROBED_STEPS * (run.total_steps - run.step)
        if self.course is not None:
            course = self.course
            other = Course(course.mnist, course.seed, course.learned, course.drawn_share)
            started = time.perf_counter()
            other.fill(0)  # draws all; later passes draw every fifth
            passes = (run.total_steps - run.step) / run.steps_per_epoch
            seconds += (time.perf_counter() - started) * passes / RENEWED
        return seconds

    def train(self) -> None:
        """Train to the end, with a progress bar; a checkpoint after every pass."""
        run = self.run
        with tqdm(total=run.total_steps, initial=run.step, unit="step") as bar:
            while not run.is_finished:
                started = time.perf_counter()
                if self.course is not None:
                    self.course.fill(round(run.epoch), run.model)
                records = run.advance(run.steps_per_epoch)
                self.seconds += time.perf_counter() - started
                bar.update(len(records))
                if run.failure is None:
                    self.keep()
                    mean_loss = sum(record.loss for record in records) / len(records)
                    bar.set_postfix(epoch=f"{run.epoch:.0f}", loss=f"{mean_loss:.4f}")


def duration(seconds: float) -> str:
    """A time in words: "40 seconds", "12 minutes", "3.5 hours"."""
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 90 * 60 else f"{seconds / 3600:.1f} hours"
