"""Training in pieces: what was interrupted ends as if it had not been."""

from __future__ import annotations

import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.workshop.course import Course
from nnlab.workshop.distillation import TaughtRun
from nnlab.workshop.pieces import CheckpointMismatchError, Pieces, duration

MODEL = ModelConfig((16,), dropout=0.2, input_normalization="standard")
TRAIN = TrainConfig("adamw", 0.01, "one_cycle", batch_size=50, epochs=4, training_images=400, augmentation=True)


def pieces(data, path, recipe="a recipe"):
    course = Course(data, seed=1)
    return Pieces(TaughtRun(MODEL, TRAIN, course.data), path, recipe, course)


class Interrupted(Exception):
    """Stands for a power cut."""


def interrupt_after(training: Pieces, passes: int) -> None:
    keep = training.keep

    def keep_and_fail() -> None:
        keep()
        if training.run.epoch == passes:
            raise Interrupted

    training.keep = keep_and_fail
    with pytest.raises(Interrupted):
        training.train()


def test_what_was_interrupted_ends_with_the_same_bits(tiny_digits, tmp_path, one_thread):
    whole = pieces(tiny_digits, tmp_path / "whole")
    whole.train()
    interrupt_after(pieces(tiny_digits, tmp_path / "kept"), passes=2)
    rest = pieces(tiny_digits, tmp_path / "kept")
    assert rest.resume()
    assert (rest.run.epoch, rest.seconds > 0) == (2, True)
    rest.train()
    expected, found = whole.run.model.state_dict(), rest.run.model.state_dict()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    rest.finish()
    assert not (tmp_path / "kept").exists()


def test_a_forecast_changes_nothing(tiny_digits, tmp_path, one_thread):
    told, silent = pieces(tiny_digits, tmp_path / "told"), pieces(tiny_digits, tmp_path / "silent")
    assert told.forecast() > 0
    for each in (told, silent):
        each.train()
    expected, found = silent.run.model.state_dict(), told.run.model.state_dict()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert told.forecast() == 0  # nothing is left


def test_without_a_checkpoint_there_is_nothing_to_go_on_from(tiny_digits, tmp_path):
    assert not pieces(tiny_digits, tmp_path / "none").resume()


def test_a_checkpoint_of_another_training_is_refused(tiny_digits, tmp_path):
    pieces(tiny_digits, tmp_path / "kept", "seed 0").keep()
    with pytest.raises(CheckpointMismatchError, match="of another training: seed 0"):
        pieces(tiny_digits, tmp_path / "kept", "seed 1").resume()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 nonsense"], ids=["empty", "text", "half a zip"])
def test_what_is_no_checkpoint_is_refused(tiny_digits, tmp_path, content):
    (tmp_path / "kept").write_bytes(content)
    with pytest.raises(CheckpointMismatchError, match="kept is no checkpoint"):
        pieces(tiny_digits, tmp_path / "kept").resume()


def test_a_time_is_told_in_words():
    assert [duration(seconds) for seconds in (40, 720, 12_600)] == ["40 seconds", "12 minutes", "3.5 hours"]
