"""A section that is being built."""

from __future__ import annotations

from nnlab.ui.inspect.subject import Subject


def show(subject: Subject) -> None:
    """Nothing yet."""
