"""Cores and memory are those of the container, in made-up control groups."""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab import machine

GIGABYTE = 10**9
WITHOUT_LIMIT_V1 = 9_223_372_036_854_771_712  # what version 1 says for none


@pytest.fixture(autouse=True)
def large_machine(monkeypatch, tmp_path):
    """16 cores and 64 GB, in no group."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 64 * GIGABYTE // 1000, "SC_PAGE_SIZE": 1000}.get)
    monkeypatch.setattr(machine, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "OWN_GROUPS", tmp_path / "own")


def groups(own: str, **limits: object) -> None:
    """Make the files of control groups: ``groups("0::/a", **{"a/cpu.max": "max 100000"})``."""
    machine.OWN_GROUPS.write_text(own)
    for name, limit in limits.items():
        file: Path = machine.GROUPS / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{limit}\n")


def test_without_groups_the_machine_counts():
    assert machine.core_count() == 16
    assert machine.memory_bytes() == 64 * GIGABYTE


def test_a_task_set_counts(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5}, raising=False)
    assert machine.core_count() == 2
    groups("0::/", **{"cpu.max": "400000 100000"})
    assert machine.core_count() == 2


def test_without_task_sets_all_cores_count(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.core_count() == 1


@pytest.mark.parametrize(
    ("limit", "cores"),
    [
        ("max 100000", 16),
        ("200000 100000", 2),
        ("150000 100000", 1),  # one and a half: the half is the server's
        ("399999 100000", 3),
        ("50000 100000", 1),
        ("100000 50000", 2),
        ("6400000 100000", 16),
        ("", 16),
        ("nonsense", 16),
    ],
)
def test_a_containers_share_of_the_processor(limit, cores):
    groups("0::/\n", **{"cpu.max": limit})
    assert machine.core_count() == cores


@pytest.mark.parametrize("tight", ["", "a", "a/b", "a/b/c"])
def test_the_tightest_of_the_own_group_and_those_above_it_counts(tight):
    limits = {f"{group}/cpu.max": "800000 100000" for group in ("", "a", "a/b", "a/b/c")}
    limits |= {f"{group}/memory.max": 8 * GIGABYTE for group in ("", "a", "a/b", "a/b/c")}
    limits |= {f"{tight}/cpu.max": "300000 100000", f"{tight}/memory.max": 2 * GIGABYTE}
    limits |= {"a/other/cpu.max": "100000 100000", "a/other/memory.max": GIGABYTE}  # somebody else's
    groups("0::/a/b/c\n", **{name.lstrip("/"): limit for name, limit in limits.items()})
    assert machine.core_count() == 3
    assert machine.memory_bytes() == 2 * GIGABYTE


@pytest.mark.parametrize("own", ["0::/system.slice/docker-1.scope", "0::/../..", "", "nonsense"])
def test_a_path_of_the_machine_that_the_container_does_not_see(own):
    groups(own, **{"cpu.max": "200000 100000", "memory.max": 4 * GIGABYTE})
    assert machine.core_count() == 2
    assert machine.memory_bytes() == 4 * GIGABYTE


@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
def test_groups_of_version_1(folder):
    groups(
        f"12:{folder}:/docker/1\n11:memory:/docker/1\n1:name=systemd:/docker/1\n0::/\n",
        **{
            f"{folder}/cpu.cfs_quota_us": -1,
            f"{folder}/cpu.cfs_period_us": 100_000,
            f"{folder}/docker/1/cpu.cfs_quota_us": 250_000,
            f"{folder}/docker/1/cpu.cfs_period_us": 100_000,
            "memory/memory.limit_in_bytes": WITHOUT_LIMIT_V1,
            "memory/docker/1/memory.limit_in_bytes": 3 * GIGABYTE,
        },
    )
    assert machine.core_count() == 2
    assert machine.memory_bytes() == 3 * GIGABYTE


def test_groups_of_version_1_without_limits():
    groups(
        "12:cpu:/\n11:memory:/\n",
        **{
            "cpu/cpu.cfs_quota_us": -1,
            "cpu/cpu.cfs_period_us": 100_000,
            "memory/memory.limit_in_bytes": WITHOUT_LIMIT_V1,
        },
    )
    assert machine.core_count() == 16
    assert machine.memory_bytes() == 64 * GIGABYTE


def test_a_system_that_does_not_say_has_memory_without_limit(monkeypatch):
    monkeypatch.delattr(os, "sysconf")
    assert machine.memory_bytes() == math.inf
    groups("0::/", **{"memory.max": "max"})
    assert machine.memory_bytes() == math.inf


FREE = """
from nnlab.machine import give_memory_back

def held():
    return int(open("/proc/self/statm").read().split()[1])

blocks = [bytes(range(256)) * 400 for _ in range(2000)]  # 200 MB, in blocks that do not get pages of their own
del blocks[:-1]  # the last one lies above all that is free
before = held()
give_memory_back()
print(before, held())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give freed memory back by themselves")
def test_freed_memory_goes_back_to_the_system():
    root = Path(machine.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", FREE], cwd=root, capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after < before / 4


def test_where_there_is_no_such_function_memory_is_left_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: asked.append(name) or object())
    machine.give_memory_back()
    assert asked == [None]


def test_nobody_counts_cores_another_way():
    """All ask ``machine``, so that all are right in a container."""
    root = Path(machine.__file__).parents[1]
    counting = ("cpu_count(", "sched_getaffinity", "cpu.max")
    found = {
        str(path.relative_to(root))
        for folder in ("nnlab", "pages", "tests")
        for path in (root / folder).rglob("*.py")
        if any(word in path.read_text("utf-8") for word in counting)
    }
    assert found == {"nnlab/machine.py", "tests/nnlab/test_machine.py"}
