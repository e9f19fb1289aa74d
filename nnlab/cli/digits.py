"""Loading the digits for a command, with a progress bar while they are fetched."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from nnlab.sources.download import Progress, ProgressCallback
from nnlab.sources.mnist import problem

if TYPE_CHECKING:
    from nnlab.data import DigitData

WAITING = "Waiting for another download of MNIST on this computer"


def load(source: str, data_dir: Path | None, download: bool) -> DigitData:
    """The digits; standard error says why where the built-in ones stand in for MNIST.

    Raises:
        DataError: as ``load_as_named``.
    """
    from nnlab.data import load_as_named

    with _download_bar() as progress:
        data = load_as_named(source, data_dir, download, progress)
    reason = problem() if (source, data.source) == ("auto", "builtin") else None
    if reason:
        print(f"These are the built-in digits. {reason}", file=sys.stderr)
    return data


@contextmanager
def _download_bar() -> Iterator[ProgressCallback]:
    """A progress callback that shows one bar per file."""
    bar: tqdm | None = None
    shown = ""

    def show(progress: Progress) -> None:
        nonlocal bar, shown
        if bar is None or shown != progress.file:
            if bar is not None:
                bar.close()
            shown = progress.file
            title = f"{shown} ({progress.file_index + 1} of {progress.file_count})" if shown else WAITING
            bar = tqdm(desc=title, unit="B", unit_scale=True, disable=None)
        bar.total = progress.total_bytes
        bar.update(progress.done_bytes - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
