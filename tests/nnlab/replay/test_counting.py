"""Confusion matrices are counted in the background, once, for those who look."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from nnlab.replay import counting as module
from nnlab.replay.counting import Confusions, confusion_of
from tests.nnlab.replay.made import KEPT, recorded
from tests.nnlab.short_runs import TIMEOUT, until


@pytest.fixture(scope="module")
def test_set(tiny_digits):
    return tiny_digits.test_images.numpy(), tiny_digits.test_labels.numpy()


@pytest.fixture(scope="module")
def recording():
    return recorded()


def until_counted(confusions: Confusions, recording, load) -> None:
    until(lambda: confusions.ask(recording, load).is_over)


def test_a_matrix_counts_each_image_where_it_was_read(recording, test_set):
    images, labels = test_set
    state = recording.states[2]
    import torch

    answers = state.model.predict_proba(torch.from_numpy(images) / 255).argmax(1).tolist()
    expected = np.zeros((10, 10), int)
    for truth, read in zip(labels.tolist(), answers, strict=True):
        expected[truth, read] += 1
    found = confusion_of(state, images, labels)
    assert found.tolist() == expected.tolist()
    assert found.sum() == len(labels)


def test_every_state_is_counted_once(recording, test_set):
    confusions, loads = Confusions(), []

    def load():
        loads.append(threading.current_thread())
        return test_set

    assert confusions.ask(recording, load)[:2] == (0, len(KEPT))
    until_counted(confusions, recording, load)
    known = confusions.known(recording.id)
    assert sorted(known) == list(KEPT)
    for state in recording.states:
        assert known[state.step].tolist() == confusion_of(state, *test_set).tolist()
    assert len(loads) == len(KEPT)
    assert threading.main_thread() not in loads
    assert confusions.ask(recording, load).is_over
    until(lambda: confusions._thread is None)
    assert len(loads) == len(KEPT)


def test_time_left_is_known_after_the_first_state(recording, test_set):
    confusions, go = Confusions(), threading.Semaphore(1)

    def load():
        assert go.acquire(timeout=TIMEOUT)
        return test_set

    assert confusions.ask(recording, load).seconds_left is None
    until(lambda: confusions.ask(recording, load).done == 1)
    progress = confusions.ask(recording, load)
    assert progress.seconds_left > 0
    assert not progress.is_over
    go.release(len(KEPT))
    until_counted(confusions, recording, load)


def test_test_images_that_cannot_be_read_stop_no_other_run(recording, test_set, capsys):
    confusions, other = Confusions(), replace(recording, id="other")

    def broken():
        raise OSError("no such file")

    confusions.ask(recording, broken)
    until(lambda: confusions.has_failed(recording.id))
    until_counted(confusions, other, lambda: test_set)
    assert confusions.known(recording.id) == {}
    assert not confusions.has_failed("other")
    assert "no such file" in capsys.readouterr().err
    until(lambda: confusions._thread is None)
    confusions.ask(recording, broken)
    assert confusions._thread is None  # and is not tried again


def test_what_failed_is_tried_again_later_for_the_data_may_be_mended(recording, test_set, monkeypatch, capsys):
    confusions = Confusions()

    def broken():
        raise OSError("no such file")

    assert confusions.wait(recording, broken, TIMEOUT) == {}
    until(lambda: confusions._thread is None)
    monkeypatch.setattr(module, "FAILED_SECONDS", 0.0)
    assert sorted(confusions.wait(recording, lambda: test_set, TIMEOUT)) == list(KEPT)


def test_what_nobody_asks_for_any_more_is_left_off(recording, test_set, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", -1)
    confusions = Confusions()
    confusions.ask(recording, lambda: test_set)
    until(lambda: confusions._thread is None)
    assert confusions.known(recording.id) == {}


def test_old_runs_are_forgotten(recording, test_set, monkeypatch):
    monkeypatch.setattr(module, "KEPT_RUNS", 1)
    confusions, other = Confusions(), replace(recording, id="other")
    until_counted(confusions, recording, lambda: test_set)
    until_counted(confusions, other, lambda: test_set)
    assert confusions.known(recording.id) == {}
    assert len(confusions.known("other")) == len(KEPT)


def test_who_waits_gets_all_matrices_and_who_cannot_wait_what_there_is(recording, test_set):
    confusions = Confusions()
    assert sorted(confusions.wait(recording, lambda: test_set, TIMEOUT)) == list(KEPT)
    other, is_held = Confusions(), threading.Event()

    def held():
        is_held.wait(TIMEOUT)
        return test_set

    assert other.wait(recording, held, 0.0) == {}
    is_held.set()


def test_who_waits_for_broken_images_is_let_go(recording, capsys):
    def broken():
        raise OSError("broken files")

    assert Confusions().wait(recording, broken, TIMEOUT) == {}
    assert "broken files" in capsys.readouterr().err
