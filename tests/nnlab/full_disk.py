"""A disk without room, for whoever writes a file in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """Let the kernel end every write after so many bytes of a file, in the middle, as a full disk does.

    Its error is EFBIG instead of ENOSPC; a disk that is really full takes a mount, which only root may make.
    """
    resource = pytest.importorskip("resource", reason="needs Unix")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
