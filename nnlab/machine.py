"""The cores, memory and devices that this process really has: the machine's, less what a container or a task set takes.

A container sees all cores and all memory of its machine, and is stopped for the rest of each tenth of a second (or
ended) when it takes more than its share. The share is written in the files of its control group and of the groups
above it; the tightest one counts.

Source: the kernel's "Control Group v2" (cpu.max, memory.max) and "CFS Bandwidth Control" (v1), https://docs.kernel.org.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")  # where Linux shows the control groups
OWN_GROUPS = Path("/proc/self/cgroup")  # a line for each hierarchy: number:controllers:/path, "0::/path" for version 2

GPUS = Path("/proc/driver/nvidia/gpus")  # a folder for each that NVIDIA's driver has found


def core_count() -> int:
    """The processor cores that this process may use, at least 1.

    A share of one and a half cores counts as one. If threads use more than the share, all of them are stopped until the
    next period, even in the middle of a product that they compute together. The remaining half is left to the server,
    which has to answer pages.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.floor(min(cores, _cpu_share())))


def memory_bytes() -> float:
    """The memory that this process and its group may use; infinite where the system does not say."""
    limits = [math.inf]
    with suppress(ValueError, OSError, AttributeError):
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for group in _groups("memory"):
        limits += [_number(group, name) for name in ("memory.max", "memory.limit_in_bytes")]  # of version 2, of 1
    return min(limits)


def device_count(device: str, environment: Mapping[str, str]) -> int:
    """How many devices of a kind ("cuda", "mps") this process may use, at least 1; found without torch.

    ``CUDA_VISIBLE_DEVICES`` lists them where somebody has chosen; else the driver does.
    """
    if device != "cuda":
        return 1
    chosen = environment.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return max(1, len([name for name in chosen.split(",") if name.strip()]))
    with suppress(OSError):
        return max(1, len(list(GPUS.iterdir())))
    return 1


def give_memory_back() -> None:
    """Return to the system what this process has freed.

    The C library of most Linuxes keeps freed memory for itself when something that is still used lies above it. Other
    systems give it back by themselves.
    """
    with suppress(AttributeError, OSError, TypeError):  # no such function in this C library; no library by no name
        ctypes.CDLL(None).malloc_trim(0)


def _cpu_share() -> float:
    """How many cores' worth of time this process may use; infinite without a limit."""
    shares = [math.inf]
    for group in _groups("cpu"):
        limit, time, *_ = [*_words(group, "cpu.max"), "", ""]
        shares.append(_float(limit) / _float(time) if time else math.inf)
        quota = _number(group, "cpu.cfs_quota_us")  # version 1; -1 without a limit
        if 0 < quota < math.inf:
            shares.append(quota / _number(group, "cpu.cfs_period_us"))
    return min(share for share in shares if share > 0)


def _groups(controller: str) -> Iterator[Path]:
    """The folders of this process's groups for a controller, and of all groups above them.

    In a container the path may be that of the machine, although only the container's own groups are visible. A folder
    that does not exist sets no limit.
    """
    paths = {GROUPS: "/"}
    with suppress(OSError):
        for line in OWN_GROUPS.read_text("utf-8", "replace").splitlines():
            number, controllers, path = [*line.split(":", 2), "", ""][:3]
            if number == "0" and not controllers:
                paths[GROUPS] = path
            elif controller in controllers.split(","):
                paths[GROUPS / controllers] = paths[GROUPS / controller] = path  # version 1: a tree for each controller
    for top, path in paths.items():
        group = top / path.lstrip("/")
        yield group
        while group != top and top in group.parents:
            group = group.parent
            yield group


def _words(group: Path, name: str) -> list[str]:
    try:
        return (group / name).read_text("ascii", "replace").split()
    except OSError:
        return []


def _number(group: Path, name: str) -> float:
    return _float(*_words(group, name)[:1])


def _float(text: str = "max") -> float:
    """A limit as a number; infinite for "max" and for what is not a number."""
    try:
        return float(text)
    except ValueError:
        return math.inf
