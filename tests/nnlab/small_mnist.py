"""Four small files in MNIST's format, for tests that need files but not MNIST."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from nnlab.sources import mnist as mnist_files
from nnlab.sources.mnist import FILES

TRAIN_COUNT, TEST_COUNT = 40, 20


def idx_bytes(values: np.ndarray) -> bytes:
    """An array of unsigned bytes as an IDX file: magic number, sizes, values."""
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.astype(np.uint8).tobytes()


def small_files() -> dict[str, bytes]:
    """Name without .gz -> unpacked content; 40 training and 20 test digits of noise, labelled 0, 1, ..., 9, 0, ..."""
    noise = np.random.default_rng(0)
    contents = []
    for count in (TRAIN_COUNT, TEST_COUNT):
        contents.append(idx_bytes(noise.integers(0, 256, (count, 28, 28))))
        contents.append(idx_bytes(np.arange(count) % 10))
    return dict(zip(FILES, contents, strict=True))


def call_genuine(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    """Let made-up files, name without .gz -> unpacked content, pass for the MNIST that everybody has."""
    genuine = {name: md5s | {hashlib.md5(files[name]).hexdigest()} for name, md5s in mnist_files.GENUINE.items()}
    monkeypatch.setattr(mnist_files, "GENUINE", genuine)


def packed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files as published: names end in .gz, contents are compressed."""
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
