"""The digits that pages show: read once, and anew when other files have come into their place."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nnlab.config import ModelConfig
from nnlab.evaluation import to_float
from nnlab.model import MLP
from nnlab.sources.mnist import TEST_IMAGES_FILE, TEST_LABELS_FILE, TRAIN_LABELS_FILE
from nnlab.ui import digits
from nnlab.ui.home import page as home
from nnlab.ui.inspect import effect
from nnlab.ui.inspect import subject as inspected
from tests.nnlab.small_mnist import idx_bytes, small_files, write_files


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """What the server reads: images of noise in MNIST's files."""
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    return write_files(tmp_path, small_files())


def exchange(folder: Path, name: str, values: np.ndarray) -> None:
    """Put another file into the place of one; its time tells them apart, however fast this is."""
    write_files(folder, {name: idx_bytes(values)})
    os.utime(folder / name, ns=(1, 1))


def test_digits_are_read_once(folder):
    for load in (digits.load_test_set, digits.load_training_set):
        assert load("other")[0] is load("other")[0]


def test_other_files_in_the_place_of_the_first_are_read(folder):
    assert digits.load_test_set("other")[1][:3].tolist() == [0, 1, 2]
    assert digits.load_training_set("other")[1][:3].tolist() == [0, 1, 2]
    exchange(folder, TEST_IMAGES_FILE, np.zeros((20, 28, 28)))
    exchange(folder, TEST_LABELS_FILE, np.full(20, 3))
    exchange(folder, TRAIN_LABELS_FILE, np.full(40, 4))
    images, labels = digits.load_test_set("other")
    assert not images.any()
    assert set(labels.tolist()) == {3}
    assert set(digits.load_training_set("other")[1].tolist()) == {4}


def test_what_is_known_of_a_network_is_found_out_on_the_files_that_are_there_now(folder):
    model = MLP(ModelConfig()).eval()
    subject = SimpleNamespace(source="other", before=SimpleNamespace(id="a network", model=model))
    subject.reader = subject.before
    images, _ = inspected.test_tensors("other")
    guesses = model(to_float(images)).argmax(1).numpy()
    for right in (1, 0):
        exchange(folder, TEST_LABELS_FILE, (guesses + 1 - right) % 10)
        os.utime(folder / TEST_LABELS_FILE, ns=(right, right))
        assert effect.before_and_after(subject) == (right, right)


def test_the_home_page_counts_what_is_there_now(folder):
    def count() -> int:
        return home._training_labels(home.states_of([folder / TRAIN_LABELS_FILE]))

    assert count() == 40
    exchange(folder, TRAIN_LABELS_FILE, np.arange(7))
    assert count() == 7
