"""Mirrors on this machine with the small files, and the real ones out of reach."""

from __future__ import annotations

import hashlib

import pytest

from tests.nnlab.mnist_server import serve
from tests.nnlab.small_mnist import call_genuine, small_files
from tests.nnlab.sources.downloading import SMALL


@pytest.fixture
def local_only(monkeypatch):
    """The default folder is the (isolated) cache, the real mirrors are out of reach, and no proxy is in the way."""
    from torchvision.datasets import MNIST

    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:1/"])


@pytest.fixture
def small_mnist(monkeypatch):
    """torchvision's list of files, with the checksums of the small ones."""
    from torchvision.datasets import MNIST

    call_genuine(monkeypatch, small_files())
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in SMALL.items()]
    monkeypatch.setattr(MNIST, "resources", sums)


@pytest.fixture
def mirror(small_mnist):
    with serve(SMALL) as server:
        yield server


@pytest.fixture
def second_mirror(small_mnist):
    with serve(SMALL) as server:
        yield server
