"""Take away: the open run as files that live without nnlab, each made when its button is pressed.

Streamlit makes such a file in a thread of its own, so no page waits for it.

Read next: ``nnlab.export``.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import digits, kept, readers
from nnlab.ui.runs import opened
from nnlab.ui.text import spoken, t

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from nnlab.export.exported import Exported
    from nnlab.export.tested import Tested

TYPES = {  # how a file's name ends -> what the browser is told that it is
    "safetensors": "application/octet-stream",
    "onnx": "application/octet-stream",
    "py": "text/x-python",
    "ipynb": "application/x-ipynb+json",
    "html": "text/html",
    "csv": "text/csv",
    "zip": "application/zip",
}
ALL = "nnlab-run.zip"
_one_at_a_time = threading.Lock()  # testing a wide network takes a core for seconds


def show() -> None:
    """The run, and its files."""
    st.markdown(t("take_away.look"))
    run = opened.choose()
    if run is None:
        return
    readers.wait_for_torch()
    exported = exported_of(run)
    if exported is None:
        st.info(t("common.no_weights"), icon=":material/hourglass_empty:")
        return
    if not readers.is_finite(exported.model):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return
    if run.is_alive:
        st.caption(t("take_away.so_far", step=f"{exported.steps:,}"))
    if exported.obstacle:
        st.warning(t(f"take_away.not_exact_{exported.obstacle}"), icon=":material/info:")
    _offer(exported, digits.test_set(run.data_source))


def exported_of(run: kept.OwnRun) -> Exported | None:
    """What is known of a run; None before it has weights."""
    from nnlab import checkpoint
    from nnlab.export.exported import Exported
    from nnlab.export.table import rows_of

    job = run.job()
    snapshot = job.snapshot()
    if snapshot is None:
        return None
    return Exported(
        snapshot.model,
        run.setup.train,
        step=snapshot.step,
        rate_changes=[change for change in job.history.rate_changes if change.step < snapshot.step],
        began_trained=run.is_fine_tuning,
        has_own_digits=bool(job.own_digits and job.own_digits.trained_count),
        data_source=run.data_source,
        history=rows_of(job.history),
        name=run.name,
        note=run.note,
        facts={"data": run.data_source, "step": snapshot.step, **checkpoint.provenance()},
    )


def _offer(exported: Exported, test_set: tuple[np.ndarray, np.ndarray] | None) -> None:
    """A row for each file: what it is for, and the button that makes it."""
    from nnlab.export import folder

    test = partial(_test, exported, test_set)
    _row("all", ALL, partial(folder.archive, exported, test, spoken()), is_first=True)
    for name, make in folder.makers(exported, test, spoken()).items():
        _row(name.replace(".", "_"), name, make)
    st.caption(t("take_away.when"))


def _row(what: str, name: str, make: Callable[[], bytes], is_first: bool = False) -> None:
    words, button = st.columns([3, 1], vertical_alignment="center")
    words.markdown(t(f"take_away.file_{what}"))
    button.download_button(
        t("take_away.get", file=name),
        make,
        file_name=name,
        mime=TYPES[name.rpartition(".")[2]],
        key=f"runs.take_{what}",
        icon=":material/download:",
        type="primary" if is_first else "secondary",
        on_click="ignore",
        width="stretch",
    )


def _test(exported: Exported, test_set: tuple[np.ndarray, np.ndarray] | None) -> Tested | None:
    """The network on the test set of the data that it learned from, for the report."""
    if test_set is None:
        return None
    import torch

    from nnlab.export.tested import examine

    images, labels = (torch.from_numpy(part) for part in test_set)
    with _one_at_a_time:
        return examine(exported.model, images, labels.long(), exported.data_source)
