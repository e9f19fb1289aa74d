"""The built-in digits as a file: read without torch, so that a page can show them at once.

The file begins with the version of the digits and a checksum of every pixel. If one of them does not fit, because the
file is of another version or damaged, it counts as absent and is written anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np

from nnlab.config import CLASSES, IMAGE_SIDE
from nnlab.paths import cache_dir, write_whole

TRAIN_COUNT, TEST_COUNT = 60_000, 10_000  # as many as MNIST has
SEED = 1998  # the year of MNIST
# The version of the digits, not of the code. It is raised by hand whenever the same seed gives other digits than
# before, whatever the reason; ``test_the_digits_are_those_of_their_version`` fails until that is done.
VERSION = 1
WEIGHTS = Path(__file__).with_name("generator.safetensors")
CHECKSUM_BYTES = 32  # of SHA-256
LOCK_SECONDS = 60.0  # how long one waits for another to write them; it takes a few seconds on a quiet machine


def labels() -> np.ndarray:
    """(70000,) int64: the training labels, then the test labels, each digit equally often in both."""
    return np.concatenate([_shuffled(TRAIN_COUNT, SEED), _shuffled(TEST_COUNT, SEED + 1)])


def _shuffled(count: int, seed: int) -> np.ndarray:
    return np.random.RandomState(seed).permutation(count) % CLASSES


def cache_file() -> Path:
    """Where the digits are kept; it need not exist."""
    return cache_dir() / "builtin-digits"


def is_written() -> bool:
    """Whether the digits are in the cache, as far as its size and version tell; ``read_cache`` looks closer."""
    heading = _heading()
    try:
        with cache_file().open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return size == len(heading) + CHECKSUM_BYTES + _pixel_count() and file.read(len(heading)) == heading
    except OSError:
        return False


def _heading() -> bytes:
    return f"nnlab's built-in digits, version {VERSION}\n".encode()


def _pixel_count() -> int:
    return (TRAIN_COUNT + TEST_COUNT) * IMAGE_SIDE**2


def read_cache() -> np.ndarray | None:
    """(70000, 28, 28) uint8 if they are in the cache, whole and of this version; else None."""
    try:
        contents = np.fromfile(cache_file(), np.uint8, len(_heading()) + CHECKSUM_BYTES + _pixel_count() + 1)
    except OSError:
        return None
    pixels = contents[len(_heading()) + CHECKSUM_BYTES :]
    if len(pixels) != _pixel_count() or contents[: -len(pixels)].tobytes() != _seal(pixels):
        return None
    return pixels.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def write_cache(images: np.ndarray) -> None:
    """Keep (70000, 28, 28) uint8 for ``read_cache``."""
    pixels = np.ascontiguousarray(images).reshape(-1)
    write_whole(cache_file(), _seal(pixels) + pixels.tobytes())


def is_writable() -> bool:
    """Whether digits can be kept at all: in the cache folder, or in the nearest one above it that is there."""
    nearest = next(filter(os.path.exists, (cache_dir(), *cache_dir().absolute().parents)))
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        return False
    return shutil.disk_usage(nearest).free > _pixel_count()


@contextmanager
def alone() -> Iterator[None]:
    """Let one thread of one process at a time write the digits, so that those who waited find them.

    Where nothing can be kept, the folder cannot be locked, or the other takes too long, each writes them for itself.
    """
    from filelock import FileLock  # torch needs it anyway, but the first page has neither

    lock = FileLock(cache_dir() / ".builtin-digits.lock", timeout=LOCK_SECONDS)
    with ExitStack() as held:
        if is_writable():  # otherwise the lock would be tried until LOCK_SECONDS are over
            with suppress(OSError):  # the lock's timeout is an OSError, too
                held.enter_context(lock)
        yield


def _seal(pixels: np.ndarray) -> bytes:
    """What stands before the pixels: the version, then their SHA-256."""
    return _heading() + hashlib.sha256(pixels.data).digest()
