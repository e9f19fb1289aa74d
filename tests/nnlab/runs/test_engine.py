"""The queue of runs and their processes: fair, visible, never more than the machine carries."""

from __future__ import annotations

import threading

import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.runs import engine as office
from nnlab.runs import workers as processes
from nnlab.runs.engine import Office
from nnlab.runs.jobs import start_in
from nnlab.runs.workers import RUNS_PER_CORE
from nnlab.training import TrainingRun
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT, TRAIN, paused, same, until, weights

pytestmark = pytest.mark.usefixtures("one_thread")  # a run here is compared with the same run in a worker


def test_run_stopped_while_it_starts_is_stopped_at_once(narrow_office, tiny_folder):
    job = start_in(narrow_office, LONG, data_root=tiny_folder)
    assert job.status == "starting"
    job.stop()
    assert job.status == "stopped"
    assert start_in(narrow_office, SHORT, data_root=tiny_folder).wait_for("finished", timeout=TIMEOUT)


def test_queue_is_fair_and_visible(narrow_office, tiny_folder):
    """One run each first; whoever has more runs waits behind. Leaving the queue moves the others up."""
    first = start_in(narrow_office, LONG, owner="ada", data_root=tiny_folder)
    second, third = (start_in(narrow_office, LONG, owner="ada", data_root=tiny_folder) for _ in range(2))
    late = start_in(narrow_office, LONG, owner="bob", data_root=tiny_folder)
    assert [job.queue_place for job in (first, second, third, late)] == [None, 2, 3, 1]
    assert [job.status for job in (second, third, late)] == ["queued"] * 3
    second.pause()
    assert (second.status, second.queue_place, third.queue_place) == ("paused", None, 2)
    second.resume()
    assert (second.status, third.queue_place, second.queue_place) == ("queued", 2, 3)
    third.stop()
    assert (third.status, second.queue_place) == ("stopped", 2)
    first.stop()
    assert late.wait_for("running", timeout=TIMEOUT)
    assert second.queue_place == 1


def test_run_paused_for_long_makes_room_and_goes_on_unchanged(narrow_office, tiny_folder, tiny_digits):
    rested = start_in(narrow_office, SHORT, paused=True, data_root=tiny_folder)
    rested.run_epoch()
    assert paused(rested).step == 8
    other = start_in(narrow_office, SHORT, data_root=tiny_folder)
    assert other.status == "queued"
    assert other.wait_for("finished", timeout=TIMEOUT)
    assert (rested.status, rested.step) == ("paused", 8)
    assert rested.snapshot() is not None
    rested.resume()
    assert rested.wait_for("finished", timeout=TIMEOUT)
    run = TrainingRun(SHORT.model, SHORT.train, tiny_digits)
    assert rested.history.since().loss.tolist() == [record.loss for record in run.advance(24)]
    assert same(weights(rested.snapshot().model), weights(run.model))


def test_old_runs_are_forgotten(narrow_office, monkeypatch):
    monkeypatch.setattr(office, "MAX_KEPT_JOBS", 2)
    monkeypatch.setattr(narrow_office, "max_active", 0)  # nothing here needs a process
    old, middle = (start_in(narrow_office, SHORT) for _ in range(2))
    old.pause()
    newest = start_in(narrow_office, SHORT)
    assert (narrow_office.get(old.id), old.status) == (None, "stopped")
    assert [narrow_office.get(job.id) for job in (middle, newest)] == [middle, newest]


def test_one_worker_is_kept_warm_however_often_it_is_asked_for():
    fresh = Office()
    threads = [threading.Thread(target=fresh.warm_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fresh._processes) == 1
    fresh.shutdown()
    assert not fresh._processes


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_a_large_run_that_starts_alone_has_all_cores_and_every_other_run_one(monkeypatch, cores):
    """Threads may outnumber the cores: one for each run and, beside the large one, more for each further core."""
    monkeypatch.setattr(office, "core_count", lambda: cores)
    monkeypatch.setattr(Office, "_new_process", lambda self, is_spare=False: FakeProcess(self, is_spare))
    large, most = Setup(ModelConfig((1024, 512)), TRAIN), RUNS_PER_CORE * cores
    crowd = Office(max_active=most)
    threads = [start_in(crowd, setup).threads for setup in (large, large, *[SHORT] * most)]
    assert threads == [cores, *[1] * (most - 1), 0, 0]  # the last two wait
    assert sum(threads) == most + cores - 1
    other_crowd = Office(max_active=most)
    assert [start_in(other_crowd, setup).threads for setup in (SHORT, large, large)] == [1, 1, 1]


class FakeProcess:
    """Takes every message and never answers."""

    def __init__(self, office: Office, is_spare: bool):
        self.channel, self.case, self.is_spare = self, None, is_spare
        office._processes.add(self)

    def send(self, header: dict, payload: bytes = b"") -> None:
        self.last = header

    def close(self) -> None:
        pass

    def join(self) -> None:
        pass


@pytest.fixture
def begun(monkeypatch):
    """A function that makes an office in which one run trains, and gives the run's process, which never answers."""
    monkeypatch.setattr(Office, "_new_process", lambda self, is_spare=False: FakeProcess(self, is_spare))

    def begun() -> tuple[Office, FakeProcess]:
        one_run = Office(max_active=3)
        job = start_in(one_run, SHORT)
        (process,) = one_run._processes
        one_run.receive(process, {"kind": "status", "status": "running", "number": 1}, b"")
        assert job.status == "running"
        return one_run, process

    return begun


def test_a_spare_worker_is_made_a_while_after_a_start(begun, monkeypatch):
    monkeypatch.setattr(office, "SPARE_SECONDS", 0.01)
    one_run, process = begun()
    until(lambda: one_run._idle)
    (spare,) = one_run._idle
    assert one_run._processes == {process, spare}
    assert (process.is_spare, spare.is_spare) == (False, True)


def test_no_spare_worker_is_made_once_a_short_run_has_given_its_own_back(begun):
    one_run, process = begun()
    assert not one_run._idle  # its imports would take a core from the run that has just begun
    one_run.receive(process, {"kind": "status", "status": "finished"}, b"")
    one_run._warm_up_now()
    assert one_run._idle == [process]
    assert one_run._processes == {process}


def test_no_spare_worker_is_made_after_the_end(begun):
    one_run, process = begun()
    one_run.shutdown()
    one_run._warm_up_now()  # the timer may have been about to
    assert one_run._processes == {process}


def test_a_machine_carries_at_least_one_run(monkeypatch):
    monkeypatch.setattr(processes, "memory_bytes", lambda: 1e8)
    assert processes.max_active_runs() == 1
    monkeypatch.setattr(processes, "memory_bytes", lambda: float("inf"))
    monkeypatch.setattr(processes, "core_count", lambda: 3)
    assert processes.max_active_runs() == processes.RUNS_PER_CORE * 3
