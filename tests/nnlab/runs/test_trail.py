"""What is kept of a run's way: marks that depend on the step alone, thinned, in a bounded memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.model import MLP
from nnlab.runs import register as register_module
from nnlab.runs.messages import State, Weights
from nnlab.runs.register import Register
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot
from nnlab.runs.trail import MOST_STATES, Trail, is_mark
from nnlab.training import TrainingRun
from tests.nnlab.short_runs import SHORT, TIMEOUT, same, snapshot_of, weights

MODEL = MLP(ModelConfig((3,)), seed=4)
NOTES = ModelConfig((128, 64))
EARLY = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500]


def steps(trail: Trail) -> list[int]:
    return [state.step for state in trail.states]


def trail_of(steps_per_epoch: int, until: int, model: MLP = MODEL) -> Trail:
    trail = Trail(steps_per_epoch)
    for step in range(until + 1):
        trail.add(snapshot_of(model, step))
    return trail


def test_the_first_steps_are_marked_and_the_ends_of_ever_fewer_epochs():
    marks = [step for step in range(70 * 600) if is_mark(step, 600)]
    assert marks[:10] == EARLY
    assert [mark // 600 for mark in marks[10:]] == [*range(1, 16), *range(16, 32, 2), *range(32, 64, 4), 64]
    assert all(mark % 600 == 0 for mark in marks[10:])


def test_a_run_of_the_notes_keeps_every_mark():
    trail = trail_of(938, 9380)
    assert steps(trail) == [*EARLY, *range(938, 9381, 938)]


def test_when_there_are_too_many_every_second_one_goes_but_neither_the_first_nor_the_last():
    """Epochs of one step: 0, then each mark is an epoch. The 25th state makes 13 of 25."""
    marks = [*range(16), *range(16, 32, 2), 32]
    assert len(marks) == MOST_STATES + 1
    assert steps(trail_of(1, 31)) == marks[:-1]
    assert steps(trail_of(1, 32)) == [*marks[:-1:2], 32]


def test_a_trail_of_two_is_not_thinned_further():
    trail = trail_of(8, 1)
    trail.thin()
    assert steps(trail) == [0, 1]


def test_weights_are_kept_in_half_precision_and_once():
    trail = Trail(8)
    trail.add(snapshot_of(MODEL, 2))
    trail.add(snapshot_of(MLP(ModelConfig((3,)), seed=5), 2))  # after a recovery they would come again
    trail.add(snapshot_of(MODEL, 3))  # no mark
    (state,) = trail.states
    assert (state.step, state.config) == (2, MODEL.config)
    assert same(weights(state.model), [weight.half().float() for weight in weights(MODEL)])
    assert trail.bytes == len(state.weights)


def test_weights_that_are_no_numbers_are_not_kept():
    model = MLP(ModelConfig((3,)))
    model.linears[0].weight.data[0, 0] = torch.nan
    assert trail_of(8, 1, model).states == ()


@pytest.mark.parametrize(
    "weights",
    [b"", b"no file", b"\x02" + bytes(7) + b"[]", b"\xff" * 40, b"\x0a" + bytes(7) + b'{"a": [1]}' + bytes(4)],
)
def test_what_is_no_file_of_weights_is_not_kept(weights):
    trail = Trail(8)
    trail.add(Snapshot(0, MODEL.config, weights))
    assert trail.states == ()


def test_a_run_of_784_128_64_10_keeps_five_megabytes_at_most():
    model = MLP(NOTES)
    trail = trail_of(1, 31, model)
    assert len(trail.states) == MOST_STATES
    assert 24 * 109_386 * 2 < trail.bytes < 24 * (109_386 * 2 + 1000)
    job = Job(Setup(NOTES))
    before = job.kept_bytes
    job.trail = trail
    assert job.kept_bytes - before == trail.bytes


def test_what_is_put_away_takes_no_memory_and_is_read_where_it_is():
    trail, elsewhere = trail_of(8, 5), []
    held = trail.states
    trail.put_away_to(lambda: elsewhere.append(1) or held[:3], frozenset({0, 1, 2}))
    assert (trail.steps, steps(trail), elsewhere) == ({0, 1, 2, 5}, [0, 1, 2, 5], [1])
    assert trail.states == held
    assert trail.bytes == len(held[3].weights)


def test_a_trail_that_is_put_away_goes_on():
    """The last weights may come after the word that a run has ended."""
    trail = trail_of(8, 5)
    held = trail.states
    trail.put_away_to(lambda: held, trail.steps)
    trail.add(snapshot_of(MODEL, 5))  # after a recovery
    trail.add(snapshot_of(MODEL, 8))
    trail.thin()
    assert steps(trail) == [0, 1, 2, 5, 8]
    assert (trail.put_away, [state.step for state in trail.held]) == ({0, 1, 2, 5}, [8])


def test_what_was_never_on_the_trail_is_not_read():
    trail = trail_of(8, 5)
    held = trail.states
    trail.thin()
    trail.put_away_to(lambda: held, frozenset({0, 1, 2, 5}))
    assert steps(trail) == [0, 2, 5]


def register_of(counts: list[int], over: int = 0) -> tuple[Register, list[Trail]]:
    """Runs with so many states each; the first ``over`` of them are over."""
    register = Register()
    for number, count in enumerate(counts):
        job = Job(Setup(MODEL.config))
        job.trail = trail_of(1, count - 1)
        job.status = "finished" if number < over else "running"
        register.add(job)
    return register, [case.job.trail for case in register]


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (28, [4, 16, 8]),
        (27, [4, 9, 8]),  # the longest: 8 of its first 15, and its last
        (20, [4, 5, 8]),
        (6, [2, 2, 2]),
        (5, [0, 2, 2]),  # the first and the last are all that there is: the oldest gives them up
    ],
)
def test_trails_share_their_memory_and_the_longest_is_thinned(monkeypatch, room, left):
    register, trails = register_of([4, 16, 8])
    size = trails[0].bytes // 4
    monkeypatch.setattr(register_module, "MAX_TRAIL_BYTES", room * size)
    register.thin_trails()
    assert [len(trail.states) for trail in trails] == left
    assert all(trail.states[0].step == 0 and trail.states[-1].step == count - 1
               for trail, count in zip(trails, [4, 16, 8], strict=True) if trail.states)  # fmt: skip


def test_only_the_newest_runs_that_are_over_have_a_trail(monkeypatch):
    monkeypatch.setattr(register_module, "MAX_TRAILS", 2)
    register, trails = register_of([3, 3, 3, 3], over=1)
    register.thin_trails()
    assert [len(trail.states) for trail in trails] == [0, 3, 3, 3]  # the second is old as well, but trains


def test_a_job_knows_its_trail_and_its_newest_weights():
    job = Job(SHORT)
    assert job.states() == ()
    for step in (0, 1, 2, 3):
        with job.changed:
            job.receive(Weights(job.id, step, snapshot_of(MLP(SHORT.model, seed=step), step).weights))
    assert [state.step for state in job.states()] == [0, 1, 2, 3]
    assert job.states()[-1] is job.snapshot()
    with job.changed:
        job.receive(State(job.id, 1, snapshot_of(MLP(SHORT.model, seed=1), 1).weights, {}, b""))  # a recovery
    assert [state.step for state in job.states()] == [0, 1, 2]
    assert job.states()[1] is job.snapshot()
    assert job.state_steps() == {0, 1, 2}


@pytest.mark.usefixtures("one_thread")
def test_a_run_in_a_worker_leaves_its_whole_trail(start, tiny_digits):
    job = start(SHORT)
    assert job.wait_for("finished", timeout=TIMEOUT)
    assert steps(job.trail) == [0, 1, 2, 5, 8, 16, 24]
    run = TrainingRun(SHORT.model, SHORT.train, tiny_digits)
    for state in job.trail.states:
        run.advance(state.step - run.step)
        assert same(weights(state.model), [weight.half().float() for weight in weights(run.model)])


def test_what_is_kept_predicts_as_the_network_did():
    """16 bits move a probability by less than a page shows."""
    model = MLP(ModelConfig((16,)), seed=2).eval()
    images = torch.from_numpy(np.random.default_rng(1).random((50, 28, 28), np.float32))
    kept = trail_of(8, 0, model).states[0].model
    torch.testing.assert_close(kept.predict_proba(images), model.predict_proba(images), atol=5e-4, rtol=0)


def test_epochs_of_the_set_up_say_where_the_marks_are():
    job = Job(Setup(MODEL.config, TrainConfig(batch_size=100, training_images=1000)))
    assert job.trail.steps_per_epoch == 10
