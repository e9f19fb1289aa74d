"""Two hands: what somebody waits for, and what lets others go first."""

from __future__ import annotations

import itertools
import os
import sys
import threading

import pytest
import torch

from nnlab.runs.worker import hands as module
from nnlab.runs.worker.hands import NICENESS, Hands
from nnlab.training import TrainingRun
from tests.nnlab.runs.worker.remote import MODEL, TRAIN, weights_of_run

PER_THREAD = pytest.mark.skipif(sys.platform != "linux", reason="needs priorities of threads")


def niceness_here() -> int:
    """Of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@PER_THREAD
def test_what_is_awaited_keeps_our_priority_and_all_else_has_a_lower_one():
    hands, ours = Hands(), niceness_here()
    found = [hands.do(niceness_here, is_awaited) for is_awaited in (False, True, False, True)]
    low = min(19, ours + NICENESS)
    assert found == [low, ours, low, ours]


@PER_THREAD
def test_a_priority_is_never_raised_again(monkeypatch):
    """An ordinary user may lower it only."""
    asked = []
    monkeypatch.setattr(module.os, "setpriority", lambda *arguments: asked.append(arguments))
    hands = Hands()
    for is_awaited in (False, True, False, True):
        hands.do(list, is_awaited)
    ((which, thread, niceness),) = asked
    assert (which, niceness) == (os.PRIO_PROCESS, min(19, niceness_here() + NICENESS))
    assert thread != threading.get_native_id()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("is_awaited", [True, False])
def test_what_a_piece_of_work_raises_is_raised_here(monkeypatch, platform, is_awaited):
    if sys.platform != "linux" == platform:
        pytest.skip("needs priorities of threads")
    monkeypatch.setattr(module.sys, "platform", platform)
    with pytest.raises(ZeroDivisionError):
        Hands().do(lambda: 1 / 0, is_awaited)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_one_thread_does_everything_where_threads_have_no_priority(monkeypatch, platform):
    monkeypatch.setattr(module.sys, "platform", platform)
    hands = Hands()
    assert {hands.do(threading.get_ident, is_awaited) for is_awaited in (True, False)} == {threading.get_ident()}


@PER_THREAD
def test_both_hands_compute_with_as_many_threads():
    """torch keeps the number for each thread."""
    hands, before = Hands(), torch.get_num_threads()
    try:
        for count in (2, 1):
            hands.do_in_each(lambda count=count: torch.set_num_threads(count))
            assert [hands.do(threads_used, is_awaited) for is_awaited in (True, False)] == [count, count]
    finally:
        hands.do_in_each(lambda: torch.set_num_threads(before))


def threads_used() -> int:
    """With how many threads of OpenMP the thread that asks computes."""
    line = next(line for line in torch.__config__.parallel_info().splitlines() if "omp_get_max_threads" in line)
    return int(line.split(":")[1])


def test_which_hand_computes_changes_no_bit(tiny_digits):
    alone, shared = (TrainingRun(MODEL, TRAIN, tiny_digits) for _ in range(2))
    hands, is_awaited = Hands(), itertools.cycle((True, False, False))
    expected = [record.loss for record in alone.advance(24)]
    found = [record.loss for _ in range(8) for record in hands.do(lambda: shared.advance(3), next(is_awaited))]
    assert found == expected
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*map(weights_of_run, (alone, shared)), strict=True))
    assert alone.evaluate() == hands.do(shared.evaluate, is_awaited=False)
