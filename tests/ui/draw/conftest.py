"""A small MNIST for the explanations."""

import numpy as np
import pytest

from nnlab.sources.archive import _idx
from nnlab.sources.idx import IMAGES_MAGIC, LABELS_MAGIC
from nnlab.sources.mnist import FILES
from tests.nnlab.small_mnist import call_genuine


@pytest.fixture
def mnist_folder(tmp_path, monkeypatch):
    """A folder that passes for MNIST: 30 training images and 10 test images, image i of class i % 10."""
    generator = np.random.default_rng(4)
    parts = {}
    for name, count in zip(FILES, (30, 30, 10, 10), strict=True):
        labels = np.arange(count) % 10
        images = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        parts[name] = images if "images" in name else labels
        (tmp_path / name).write_bytes(_idx(IMAGES_MAGIC if "images" in name else LABELS_MAGIC, parts[name]))
    call_genuine(monkeypatch, {name: (tmp_path / name).read_bytes() for name in FILES})
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    return parts
