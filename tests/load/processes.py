"""What Linux tells of a server's processes: how much memory they hold, and how much processor time they have used."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def server() -> int:
    """The server that this process has started, its only child that runs Streamlit."""
    for child in children(os.getpid()):
        if b"streamlit" in (PROC / str(child) / "cmdline").read_bytes():
            return child
    raise RuntimeError("this process has started no server")


def children(pid: int) -> list[int]:
    threads = (PROC / str(pid) / "task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def family(pid: int) -> list[int]:
    """A process and all that it has started, and they."""
    return [pid, *(member for child in children(pid) for member in family(child))]


def held_bytes(pid: int) -> int:
    """Memory that a process and all that it has started hold; what several share is counted once."""
    total = 0
    for member in family(pid):
        try:
            lines = (PROC / str(member) / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended meanwhile
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def used_seconds(pid: int) -> float:
    """The processor time that a process has used, without those it has started."""
    after_name = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")  # as a user's process, and in the kernel for it
