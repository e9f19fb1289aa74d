"""All files of a run by their names, and what makes each; or all in one archive, from which the weights come back.

Nothing here writes to the disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from nnlab import checkpoint
from nnlab.export.exported import Exported
from nnlab.export.script import WEIGHTS_FILE, scripts
from nnlab.export.table import to_csv
from nnlab.sources.brought.tables import DAMAGES, opened

if TYPE_CHECKING:
    from nnlab.export.tested import Tested

GRAPH_FILE, NOTEBOOK_FILE, REPORT_FILE, TABLE_FILE = "model.onnx", "notebook.ipynb", "report.html", "history.csv"
# Of an archive's files, so that the same run makes the same bytes.
LONG_AGO = (1980, 1, 1, 0, 0, 0)

Tester = Callable[[], "Tested | None"]


def makers(exported: Exported, test: Tester = lambda: None, language: str = "en") -> dict[str, Callable[[], bytes]]:
    """What makes each file, by the file's name; nothing is made before it is called.

    Args:
        exported: the run.
        test: tests the network for the report; None from it where there is nothing to test with.
        language: of the notebook and the report.
    """
    found: dict[str, Callable[[], bytes]] = {WEIGHTS_FILE: partial(weights, exported)}
    for name in scripts(exported):
        found[name] = partial(_script, exported, name)
    found[GRAPH_FILE] = partial(_graph, exported)
    found[NOTEBOOK_FILE] = partial(_notebook, exported, language)
    found[REPORT_FILE] = partial(_report, exported, test, language)
    if exported.history:
        found[TABLE_FILE] = partial(to_csv, exported.history)
    return found


def weights(exported: Exported) -> bytes:
    """The network as a file of ``checkpoint``, in float32: nnlab reads it back, and any program reads its tensors."""
    return checkpoint.to_bytes(exported.model, exported.train, **exported.told)


def archive(exported: Exported, test: Tester = lambda: None, language: str = "en") -> bytes:
    """All files in one zip."""
    content = io.BytesIO()
    write_archive(content, exported, test, language)
    return content.getvalue()


def write_archive(
    place: BinaryIO, exported: Exported, test: Tester = lambda: None, language: str = "en",
    hear: Callable[[float], None] = lambda share: None,
) -> None:  # fmt: skip
    """All files in one zip, which is written to ``place``, an open file.

    Args:
        hear: called after each file with the share of them that is done; what it raises ends the making.
    """
    made = makers(exported, test, language)
    with zipfile.ZipFile(place, "w") as packed:
        for number, (name, make) in enumerate(made.items(), 1):
            # Weights hardly become smaller, and of a wide network packing them takes seconds.
            is_of_weights = name in (WEIGHTS_FILE, GRAPH_FILE)
            packed.writestr(
                zipfile.ZipInfo(name, LONG_AGO), make(), zipfile.ZIP_STORED if is_of_weights else zipfile.ZIP_DEFLATED
            )
            hear(number / len(made))


def weights_in(content: bytes, most: int) -> bytes:
    """The weights in the archive of a run, also where it was unpacked and packed again; every other file as it is.

    Args:
        most: bytes of weights that are unpacked.

    Raises:
        CheckpointError: if there are more, or if the archive is damaged.
    """
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = [each for each in packed.infolist() if PurePosixPath(each.filename).name == WEIGHTS_FILE]
            if not found:
                return content
            with opened(packed, found[0]) as file:
                weights = file.read(most + 1)
    except DAMAGES:
        if WEIGHTS_FILE.encode() not in content:  # something else that begins like a zip
            return content
        raise checkpoint.CheckpointError("truncated", "The archive is damaged or cut short.") from None
    if len(weights) > most:
        raise checkpoint.CheckpointError("size", f"The archive's weights have more than {most:,} bytes.")
    return weights


def _script(exported: Exported, name: str) -> bytes:
    return scripts(exported)[name].encode()


def _graph(exported: Exported) -> bytes:
    from nnlab.export.graph import to_onnx

    return to_onnx(exported)


def _notebook(exported: Exported, language: str) -> bytes:
    from nnlab.export.notebook import notebook

    return notebook(exported, language).encode()


def _report(exported: Exported, test: Tester, language: str) -> bytes:
    from nnlab.export.report import report

    return report(exported, test(), language).encode()
