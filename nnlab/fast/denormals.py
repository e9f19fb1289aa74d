"""Numbers so small that a processor computes slowly with them, and how training avoids them.

Read next: ``batches``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def without_denormals() -> Iterator[None]:
    """While it is open, this thread rounds numbers below 1.2e-38 to 0.

    A processor may need a hundred times as long for such a "denormal" number. Adam's mean of a gradient that has become
    0 gets that small within a thousand steps, and then a step of a 128-64 network took twice as long. Afterwards the
    setting is put back, because numpy warns where it is on.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
