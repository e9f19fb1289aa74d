"""The small files in the place of MNIST."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab.sources.mnist import FILES
from tests.nnlab.small_mnist import call_genuine, idx_bytes, packed, small_files, write_files


@pytest.fixture(autouse=True)
def small_data(tmp_path, monkeypatch, one_thread):
    """NNLAB_DATA_DIR holds the small files, which pass for the MNIST that everybody has."""
    call_genuine(monkeypatch, small_files())
    monkeypatch.setenv("NNLAB_DATA_DIR", str(write_files(tmp_path / "small", packed(small_files()))))
    return tmp_path / "small"


@pytest.fixture
def zero_labels(small_data):
    """The small files again, but all training labels are 0: four well-formed files that are not what they seem."""
    (small_data / f"{FILES[1]}.gz").unlink()
    (small_data / FILES[1]).write_bytes(idx_bytes(np.zeros(40)))
    return small_data
