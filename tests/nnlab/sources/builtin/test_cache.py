"""The built-in digits on the disk: written by one process, read by all, made anew when they are damaged or old."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from nnlab.sources.builtin import cache, digits
from tests.nnlab.full_disk import full_disk

ROOT = Path(__file__).parents[4]


@pytest.fixture
def few(monkeypatch):
    """A data set of 200 and 100 digits."""
    monkeypatch.setattr(cache, "TRAIN_COUNT", 200)
    monkeypatch.setattr(cache, "TEST_COUNT", 100)


def test_the_data_set_is_balanced_and_cached(few, isolated_home, monkeypatch):
    images, labels, test_images, test_labels = digits.builtin_digits()
    assert images.shape == (200, 28, 28)
    assert test_images.shape == (100, 28, 28)
    assert images.dtype == torch.uint8
    assert labels.dtype == torch.int64
    assert labels.bincount().tolist() == [20] * 10
    assert test_labels.bincount().tolist() == [10] * 10
    assert labels.tolist() != sorted(labels.tolist())
    assert {path.name for path in (isolated_home / "cache").iterdir()} == {"builtin-digits", ".builtin-digits.lock"}
    monkeypatch.setattr(digits, "load_generator", None)  # from here on, writing anew would be an error
    for before, after in zip((images, labels, test_images, test_labels), digits.builtin_digits(), strict=True):
        assert torch.equal(before, after)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content + b"!",
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: bytes(len(content)),
        lambda content: np.random.default_rng(0).bytes(len(content)),
    ],
)
def test_a_damaged_cache_is_made_anew_silently(few, damage, capsys):
    images, *_ = digits.builtin_digits()
    whole = cache.cache_file().read_bytes()
    cache.cache_file().write_bytes(damage(whole))
    assert torch.equal(digits.builtin_digits()[0], images)
    assert cache.cache_file().read_bytes() == whole
    assert capsys.readouterr() == ("", "")


def test_digits_of_an_earlier_version_are_made_anew(few, monkeypatch):
    images, *_ = digits.builtin_digits()
    current = cache.cache_file().read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(cache, "VERSION", cache.VERSION - 1)
        cache.write_cache(np.full((300, 28, 28), 77, np.uint8))
        assert cache.is_written()
    assert not cache.is_written()
    assert cache.read_cache() is None
    assert torch.equal(digits.builtin_digits()[0], images)
    assert cache.cache_file().read_bytes() == current


def test_digits_from_before_there_were_versions_are_made_anew(few):
    """Their file began with a checksum of 32 bytes over the code and the pixels."""
    pixels = bytes(300 * 28 * 28)
    cache.cache_file().parent.mkdir(parents=True)
    cache.cache_file().write_bytes(hashlib.sha256(pixels).digest() + pixels)
    assert not cache.is_written()
    assert cache.read_cache() is None
    images, *_ = digits.builtin_digits()
    assert images.any()
    assert cache.is_written()


def test_a_change_of_the_code_alone_keeps_the_cache(few):
    """The version is all that counts: a docstring of the generator is no other digit."""
    cache.write_cache(np.full((300, 28, 28), 77, np.uint8))
    assert cache.cache_file().read_bytes().startswith(b"nnlab's built-in digits, version 1\n")
    assert (cache.read_cache() == 77).all()


OTHER_PROCESS = """
import sys
import numpy as np
from nnlab.sources.builtin import cache
cache.TRAIN_COUNT, cache.TEST_COUNT = 200, 100
with cache.alone():
    print("begun", flush=True)
    sys.stdin.readline()
    cache.write_cache(np.full((300, 28, 28), 77, np.uint8))
"""


@pytest.fixture
def other_process():
    """One that has begun to write digits, all grey, and goes on when it reads a line or nobody listens any more."""
    command = [sys.executable, "-c", OTHER_PROCESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "begun\n"
        yield process


def test_digits_that_another_process_is_writing_are_waited_for(few, other_process, monkeypatch):
    monkeypatch.setattr(digits, "load_generator", None)  # to write them too would be an error
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(digits.builtin_digits) for _ in range(3)]
        other_process.communicate("go on\n")
        for images, *_ in (future.result() for future in asked):
            assert (images == 77).all()


def test_a_process_that_never_gets_done_is_not_waited_for_for_ever(few, other_process, monkeypatch):
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0.1)
    assert len(digits.builtin_digits()[0].unique()) > 100


def test_a_full_disk_is_done_without_and_nothing_half_remains(few):
    with full_disk(100_000):
        images, *_ = digits.builtin_digits()
    assert len(images) == 200
    assert not any("digits." in path.name for path in cache.cache_dir().iterdir() if path.suffix != ".lock")
    assert not cache.is_written()
    assert torch.equal(digits.builtin_digits()[0], images)
    assert cache.is_written()


@pytest.mark.parametrize(("free", "is_writable"), [(300 * 28 * 28 - 1, False), (400 * 28 * 28, True)])
def test_a_disk_without_room_for_the_digits_cannot_be_written(few, monkeypatch, free, is_writable):
    """Pages would wait for them for ever."""
    monkeypatch.setattr(cache.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert cache.is_writable() is is_writable


def test_a_cache_that_cannot_be_written_is_done_without(few, isolated_home):
    isolated_home.mkdir()
    (isolated_home / "cache").write_text("a file where the folder should be")
    assert len(digits.builtin_digits()[0]) == 200
