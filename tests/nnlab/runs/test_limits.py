"""What a server carries: measured, settable, and said in a sentence where it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.runs import limits as module
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import (
    MIN_PARAMETERS,
    PARAMETER_BYTES,
    RUN_PARAMETERS,
    RUNS_PER_VISITOR,
    Limits,
    limits_here,
    weight,
)
from nnlab.runs.messages import Status
from tests.nnlab.short_runs import SHORT

SMALL = Setup(ModelConfig((8,)))


@pytest.mark.parametrize(
    ("cores", "gigabytes", "environment", "workers", "parameters"),
    [
        (2, 16, {}, 2, 161_666_666),  # (16 * 0.7 - 0.5 - 2 * 0.5) / 60 bytes
        (64, 16, {}, 10, 95_000_000),  # half of 10.7 GB is ten workers' worth
        (4, 1, {}, 1, MIN_PARAMETERS),  # next to nothing: one worker, and one run of a fair size
        (4, float("inf"), {}, 4, int(1e13 / 60)),
        (8, 16, {"NNLAB_WORKERS": "3", "NNLAB_MAX_PARAMETERS": "7000000"}, 3, 7_000_000),
        (8, 16, {"NNLAB_DEVICE": "cuda", "CUDA_VISIBLE_DEVICES": "0,3"}, 2, 161_666_666),
        (8, 16, {"NNLAB_DEVICE": "mps"}, 1, 170_000_000),
    ],
)
def test_a_machine_carries_what_its_cores_and_its_memory_do(
    monkeypatch, cores, gigabytes, environment, workers, parameters
):
    monkeypatch.setattr(module, "core_count", lambda: cores)
    monkeypatch.setattr(module, "memory_bytes", lambda: gigabytes * 1e9)
    assert limits_here(environment) == Limits(workers, parameters, RUNS_PER_VISITOR)


@pytest.mark.parametrize("text", ["many", "0", "-1", "1.5", "²", "9" * 5000])
def test_a_limit_that_is_no_number_is_ignored_with_a_sentence(text, capsys):
    assert limits_here({"NNLAB_RUNS_PER_VISITOR": text}).runs_per_visitor == RUNS_PER_VISITOR
    assert f"NNLAB_RUNS_PER_VISITOR is {text[:40]!r} and is ignored" in capsys.readouterr().err
    assert limits_here({"NNLAB_RUNS_PER_VISITOR": " 3 "}).runs_per_visitor == 3


def test_a_refusal_says_which_limit_and_how_far():
    some = Limits(parameters=1_000_000, runs_per_visitor=2)
    assert weight(SMALL) == 784 * 8 + 8 + 8 * 10 + 10 + RUN_PARAMETERS
    assert some.refusal(SMALL, 793_630, 1) is None
    code, text = some.refusal(SMALL, 793_631, 1)
    assert code == "server_full"
    assert "weigh 793,631 parameters, and this one would add 206,370; NNLAB_MAX_PARAMETERS allows 1,000,000" in text
    assert some.refusal(Setup(ModelConfig((2048, 2048))), 0, 0) is None  # alone it may try
    code, text = some.refusal(SMALL, 0, 2)
    assert (code, "NNLAB_RUNS_PER_VISITOR allows 2" in text) == ("too_many_runs", True)


def test_a_large_batch_counts_as_the_memory_that_it_takes():
    """Of 8,192 images, two hidden layers of 512 with dropout took 292 MB, and counted for 52."""
    model = ModelConfig((512, 512), "gelu", dropout=0.1)
    large = Setup(model, TrainConfig("adam", batch_size=8192))
    usual = Setup(model, TrainConfig("adam", batch_size=64))
    assert weight(usual) == model.parameter_count + RUN_PARAMETERS
    assert 292e6 < weight(large) * PARAMETER_BYTES < 400e6
    few = Setup(model, TrainConfig("adam", batch_size=8192, training_images=64))
    assert weight(few) == weight(usual)


@pytest.fixture
def engine(monkeypatch):
    """An engine without processes, with room for four runs, two of each visitor."""
    from tests.nnlab.fake_workers import hire_fakes

    hire_fakes(monkeypatch)
    made = Engine(Limits(workers=1, parameters=4 * weight(SHORT), runs_per_visitor=2))
    yield made
    made.shutdown()


def test_a_start_beyond_a_limit_fails_with_its_reason_and_room_comes_back(engine):
    first, _ = (start_in(engine, SHORT, owner="ada") for _ in range(2))
    third = start_in(engine, SHORT, owner="ada")
    assert (third.status, third.reason.code) == ("failed", "too_many_runs")
    bobs = [start_in(engine, SHORT, owner="bob") for _ in range(2)]
    late = start_in(engine, SHORT, owner="cho")
    assert (late.status, late.reason.code) == ("failed", "server_full")
    bobs[0].stop()
    assert start_in(engine, SHORT, owner="cho").status == "starting"
    first.stop()
    assert start_in(engine, SHORT, owner="ada").status == "starting"


def test_runs_without_an_owner_are_nobodys(engine):
    assert [start_in(engine, SHORT).status for _ in range(4)] == ["starting"] * 4


def test_a_run_paused_for_long_makes_room(engine, monkeypatch):
    jobs = [start_in(engine, SHORT, owner=owner, paused=True) for owner in ("ada", "bob", "cho", "dan")]
    (worker,) = engine._crew
    for job in jobs[1:]:
        worker.say(Status(job.id, "paused", 0, 0))
    assert start_in(engine, SHORT, owner="eve").reason.code == "server_full"
    monkeypatch.setattr("nnlab.runs.register.PAUSED_SECONDS", -1.0)
    assert start_in(engine, SHORT, owner="eve").status == "starting"
    assert [job.status for job in jobs] == ["starting", "stopped", "paused", "paused"]


def test_room_is_made_only_if_that_is_enough_and_not_with_others_runs_for_ones_own_limit(engine, monkeypatch):
    jobs = [start_in(engine, SHORT, owner=owner, paused=True) for owner in ("ada", "bob", "bob", "cho")]
    (worker,) = engine._crew
    for job in (jobs[0], jobs[3]):
        worker.say(Status(job.id, "paused", 0, 0))
    monkeypatch.setattr("nnlab.runs.register.PAUSED_SECONDS", -1.0)
    assert start_in(engine, SHORT, owner="bob").reason.code == "too_many_runs"
    wide = replace(SHORT, model=ModelConfig((1024, 1024)))
    assert start_in(engine, wide, owner="eve").reason.code == "server_full"
    assert [job.status for job in jobs] == ["paused", "starting", "starting", "paused"]
