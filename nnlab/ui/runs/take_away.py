"""Take away: the open run as files that live without nnlab, each made when its button is pressed.

Streamlit makes such a file in a thread of its own, so no page waits for it. What takes a wide network long is made by
``beside``, which says how far it is and can be cancelled.

Read next: ``nnlab.export``.
"""

from __future__ import annotations

import io
import tempfile
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.keeping.limits import is_keeping
from nnlab.ui import beside, digits, kept, keys, readers, state
from nnlab.ui.components import making
from nnlab.ui.runs import opened
from nnlab.ui.text import spoken, t

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, BinaryIO

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
TESTED_SHARE = 0.9  # of the work for a file, by the time; the rest is writing


class Stored:
    """A file that was made beside the page, on the disk as long as its visitor has it.

    The archive of a wide network holds its weights twice: 80 MB, too much to stay in memory for each visitor. The file
    has no name, so nothing is left behind when the server ends. On a server that is to keep nothing it is in memory.
    """

    def __init__(self, write: Callable[[BinaryIO], object]) -> None:
        """Have ``write`` fill it."""
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="nnlab-") if is_keeping() else io.BytesIO()  # noqa: SIM115
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, self._file.close)
        try:
            write(self._file)
            self._file.flush()
        except BaseException:
            self._close()
            raise

    def read(self) -> bytes:
        """All of it."""
        with self._lock:
            self._file.seek(0)
            return self._file.read()


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
    _offer(run, exported, digits.test_set(run.data_source))


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
        has_own_digits=job.own_trained_count != 0,
        own_score=next((score for score in job.own_scores if score.step == snapshot.step), None),
        data_source=run.data_source,
        history=rows_of(job.history),
        name=run.name,
        note=run.note,
        facts={"data": run.data_source, **checkpoint.provenance()},
    )


def _offer(run: kept.OwnRun, exported: Exported, test_set: tuple[np.ndarray, np.ndarray] | None) -> None:
    """A row for each file: what it is for, and the button that makes it."""
    from nnlab.export import folder

    test, language = partial(_test, exported, test_set), spoken()
    is_slow = test_set is not None and beside.takes_long(exported.config.parameter_count, len(test_set[0]))

    def all_of_them(hear: beside.Hear) -> Stored:
        tested = test(_tested(hear))

        def written(share: float) -> None:
            hear(TESTED_SHARE + (1 - TESTED_SHARE) * share, "take_away.writing")

        return Stored(lambda file: folder.write_archive(file, exported, lambda: tested, language, written))

    def report(hear: beside.Hear) -> Stored:
        make = folder.makers(exported, partial(test, _tested(hear)), language)[folder.REPORT_FILE]
        return Stored(lambda file: file.write(make()))

    if is_slow:
        _slow_row(run, exported, "all", ALL, all_of_them)
    else:
        _row("all", ALL, partial(folder.archive, exported, test, language), is_first=True)
    for name, make in folder.makers(exported, test, language).items():
        what = name.replace(".", "_")
        if is_slow and name == folder.REPORT_FILE:
            _slow_row(run, exported, what, name, report)
        else:
            _row(what, name, make)
    st.caption(t("take_away.when_slow" if is_slow else "take_away.when"))


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


def _slow_row(
    run: kept.OwnRun, exported: Exported, what: str, name: str, make: Callable[[beside.Hear], Stored]
) -> None:
    """A file before which a wide network is tested: it is made beside the page, and saved when it is there."""
    title = f"{run.id} {exported.steps} {name} {spoken()} {exported.name} {exported.note}"
    packing = st.session_state.get(keys.Runs.PACKING)
    status = packing.status if packing and packing.name == title else ""
    if status == "finished":
        _row(what, name, packing.result.read, is_first=what == "all")
        return
    words, button = st.columns([3, 1], vertical_alignment="center")
    words.markdown(t(f"take_away.file_{what}"))
    if status == "running":
        with words:
            feed = making.Feed(packing.id, state.language(), packing.share or 0.0, "beside")
            making.show(f"runs.packing_{what}", feed, beside.words_of(packing))
        label = t("take_away.cancel")
        button.button(label, key=f"runs.cancel_{what}", icon=":material/cancel:", on_click=packing.cancel,
                      width="stretch")  # fmt: skip
        return
    if status == "failed":
        words.error(t("take_away.failed"), icon=":material/error:")
    button.button(
        t("take_away.make", file=name), key=f"runs.make_{what}", icon=":material/inventory_2:",
        type="primary" if what == "all" else "secondary", on_click=_begin, args=[title, make], width="stretch",
    )  # fmt: skip


def _tested(hear: beside.Hear) -> Callable[[float], None]:
    """Hears which share of the test images has been read."""
    return lambda share: hear(TESTED_SHARE * share, "take_away.testing")


def _begin(title: str, make: Callable[[beside.Hear], Stored]) -> None:
    """Have a file made; what this visitor had in the making is given up."""
    if before := st.session_state.get(keys.Runs.PACKING):
        before.cancel()
    st.session_state[keys.Runs.PACKING] = beside.Task(title, make)


def _test(
    exported: Exported,
    test_set: tuple[np.ndarray, np.ndarray] | None,
    hear: Callable[[float], None] = lambda share: None,
) -> Tested | None:
    """The network on the test set of the data that it learned from, for the report."""
    if test_set is None:
        return None
    import torch

    from nnlab.export.tested import examine

    images, labels = (torch.from_numpy(part) for part in test_set)
    return examine(exported.model, images, labels.long(), exported.data_source, hear)
