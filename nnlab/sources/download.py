"""Fetching MNIST and its like: torchvision's names, checksums and mirrors, with progress, without half-written files.

torchvision's own download reports to the console only, waits for ever for a silent mirror and writes into the final
place from the first byte. So the list of what to fetch is ``torchvision.datasets``', and the fetching is done
here: all files go to a folder beside the target and are moved when every one is complete and has the right checksum.
"""

from __future__ import annotations

import os
import queue
import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from nnlab.paths import ABANDONED_SECONDS, md5_of
from nnlab.sources.errors import DataError

CONNECT_SECONDS = 5.0  # a mirror that has not begun to answer by then is given up
SILENCE_SECONDS = 15.0  # so is one that stops in the middle for that long
CHUNK_BYTES = 64 * 1024
MAX_BYTES = 32_000_000  # of one packed file; MNIST's largest has 9,912,422, Fashion-MNIST's 26,421,880
MAX_ARCHIVE_BYTES = 700_000_000  # of a zip; EMNIST's has some 562 million
UNFINISHED = ".unfinished-"  # how the folders of unfinished downloads begin

LOCK = ".mnist-download.lock"  # stays beside the files, empty
LOCK_SECONDS = 1800.0  # how long one waits for another process's download; a stopped process must not lock it for ever
LOOK_SECONDS = 0.2  # between two reports of one who waits

_one_at_a_time = threading.Lock()  # thirty students pressing the button at once fetch the files once


class Progress(NamedTuple):
    """How far a download is: ``done_bytes`` of ``total_bytes`` (None: unknown) of file ``file_index`` (from 0).

    While another's download is waited for, ``file`` is "" and ``done_bytes`` is how much that one has so far, of all
    files together (0 where that cannot be seen).
    """

    file: str
    done_bytes: int
    total_bytes: int | None
    file_index: int
    file_count: int


ProgressCallback = Callable[[Progress], None]


def resources(dataset: str = "MNIST") -> list[tuple[str, str]]:
    """torchvision's list of the files of a data set: (name, MD5 checksum); of EMNIST one zip that holds them all."""
    known = _known(dataset)
    return [(_archive(known), known.md5)] if _archive(known) else list(known.resources)


def _mirrors(dataset: str) -> list[str]:
    known = _known(dataset)
    return [known.url.removesuffix(_archive(known))] if _archive(known) else list(known.mirrors)


def _known(dataset: str) -> Any:
    from torchvision import datasets  # here, since it takes seconds

    return getattr(datasets, dataset)


def _archive(known: Any) -> str:
    """The name of the one zip that a data set is published as; "" if it is not."""
    return known.url.rpartition("/")[2] if getattr(known, "url", "").endswith(".zip") else ""


def download_files(
    folder: Path,
    progress: ProgressCallback | None = None,
    mirrors: Sequence[str] | None = None,
    dataset: str = "MNIST",
    files: Sequence[str] = (),
) -> None:
    """Fetch what ``folder`` lacks of a data set; afterwards its files are there and verified, or nothing has changed.

    Safe to call from several threads and processes at once, and to interrupt at any moment.

    Args:
        progress: called several times a second; may raise to interrupt the download.
        mirrors: addresses to try in turn, each ending in "/"; default: torchvision's.
        dataset: the name of its class in ``torchvision.datasets``.
        files: of one that is published as a zip, the four that are wanted of it, without .gz.

    Raises:
        DataError: if no mirror delivers a file, or the folder cannot be written.
    """
    report = progress or (lambda _: None)
    try:
        with _alone(folder, report), _folder_beside(folder) as unfinished:
            wanted = [(name, md5) for name, md5 in resources(dataset) if not _is_there(folder / name, md5)]
            files = files if wanted and wanted[0][0].endswith(".zip") else ()
            if files and all((folder / f"{name}.gz").is_file() for name in files):
                wanted = []
            for index, (name, md5) in enumerate(wanted):
                _fetch(name, md5, list(mirrors or _mirrors(dataset)), unfinished, report, (index, len(wanted)))
            folder.mkdir(exist_ok=True)
            names = _take_out(unfinished, wanted[0][0], files) if files and wanted else [name for name, _ in wanted]
            for name in names:
                os.replace(unfinished / name, folder / name)
    except DataError:
        raise
    except OSError as error:
        sentence = (
            f"{dataset} cannot be stored in {folder}: {error.strerror or error}. Make room or get the right to write "
            f"there, or name another folder in NNLAB_DATA_DIR."
        )
        raise DataError(sentence, "disk") from error


def _take_out(unfinished: Path, archive: str, files: Sequence[str]) -> list[str]:
    """Take files out of a zip, whose checksum was right, and put them beside it; their names, with .gz."""
    names = [f"{name}.gz" for name in files]
    try:
        with zipfile.ZipFile(unfinished / archive) as packed:
            for name in names:
                with packed.open(f"gzip/{name}") as source, (unfinished / name).open("wb") as target:
                    shutil.copyfileobj(source, target, CHUNK_BYTES)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{archive} does not hold what it should: {error}", "corrupt", archive) from None
    return names


def _is_there(path: Path, md5: str) -> bool:
    return path.is_file() and md5_of(path) == md5


@contextmanager
def _alone(folder: Path, report: ProgressCallback) -> Iterator[None]:
    """Wait for another's download into the folder, reporting meanwhile so that the wait is seen and can be interrupted.

    The other is a thread of this process, or another process. Where a folder cannot be locked, each process fetches.
    """
    from filelock import FileLock, Timeout

    def wait() -> None:
        report(Progress("", _unfinished_bytes(folder), None, 0, len(resources())))

    while not _one_at_a_time.acquire(timeout=LOOK_SECONDS):
        wait()
    with ExitStack() as held:
        held.callback(_one_at_a_time.release)
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock, end = FileLock(folder.parent / LOCK), time.monotonic() + LOCK_SECONDS
        with suppress(OSError):
            while time.monotonic() < end:
                try:
                    held.enter_context(lock.acquire(timeout=LOOK_SECONDS))
                    break
                except Timeout:
                    wait()
        yield


def _unfinished_bytes(folder: Path) -> int:
    """What the newest unfinished download into the folder has so far."""
    with suppress(OSError, ValueError):  # it may end meanwhile; or there is none
        newest = max(folder.parent.glob(f"{UNFINISHED}*"), key=lambda path: path.stat().st_mtime)
        return sum(file.stat().st_size for file in newest.iterdir())
    return 0


@contextmanager
def _folder_beside(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same disk as ``folder``, removed in the end whatever happens."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{UNFINISHED}*"):
        with suppress(OSError):  # another process may be tidying up as well
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(left)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _fetch(
    name: str, md5: str, mirrors: list[str], unfinished: Path, report: ProgressCallback, place: tuple[int, int]
) -> None:
    """Fetch one file from the first mirror that delivers it whole."""
    failures: list[DataError] = []
    for mirror in mirrors:
        try:
            return _fetch_from(mirror + name, md5, unfinished / name, report, place)
        except DataError as failure:
            failures.append(failure)
    reasons = {failure.reason for failure in failures}
    told = "; ".join(str(failure) for failure in failures)
    folder = unfinished.parent.parent
    raise DataError(
        f"{name} could not be downloaded ({told}). Nothing was changed. Check the network and try again, or copy the "
        f"four files into {folder}, or name the folder that holds them in NNLAB_DATA_DIR.",
        reasons.pop() if len(reasons) == 1 else "network",
        name,
    )


def _fetch_from(url: str, md5: str, target: Path, report: ProgressCallback, place: tuple[int, int]) -> None:
    try:
        response = _open(url)
    except HTTPError as error:
        error.close()
        raise DataError(f"{url} answered {error.code} {error.reason}", "network") from None
    except (OSError, HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        raise DataError(f"{url} cannot be reached: {cause}", "network") from None
    most = MAX_ARCHIVE_BYTES if url.endswith(".zip") else MAX_BYTES
    with response, target.open("wb") as file:
        total, done = response.length, 0
        report(Progress(target.name, done, total, *place))
        while chunk := _read_chunk(response, url):
            file.write(chunk)
            done += len(chunk)
            report(Progress(target.name, done, total, *place))
            if done > most:
                break
    if total is not None and done < min(total, most):
        raise DataError(f"{url} broke off after {done:,} of {total:,} bytes", "truncated")
    if md5_of(target) != md5:
        raise DataError(f"{url} sent something else than it should, perhaps the log-in page of a network", "corrupt")


def _read_chunk(response: HTTPResponse, url: str) -> bytes:
    try:
        return response.read(CHUNK_BYTES)
    except (OSError, HTTPException) as error:
        raise DataError(f"{url} broke off: {error}", "network") from None


def _open(url: str) -> HTTPResponse:
    """Begin to fetch, within CONNECT_SECONDS in all.

    urlopen's own time limit holds for each address of a host and does not hold for the look-up of its name, so behind a
    firewall that swallows packets it would wait for minutes. So a thread asks, and it is left to itself when it takes
    too long.
    """
    if not url.startswith(("https://", "http://")):  # urlopen would read files of this machine as well
        raise ValueError("only http and https are fetched")
    answer: queue.SimpleQueue[HTTPResponse | Exception] = queue.SimpleQueue()
    is_late = threading.Event()

    def begin() -> None:
        try:
            response = urlopen(Request(url, headers={"User-Agent": "nnlab"}), timeout=SILENCE_SECONDS)
        except Exception as error:
            answer.put(error)
            return
        answer.put(response)
        if is_late.is_set():  # nobody waits for it any more
            response.close()

    threading.Thread(target=begin, daemon=True, name="nnlab-download").start()
    try:
        response = answer.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        is_late.set()
        with suppress(queue.Empty):  # it may have come just now
            response = answer.get_nowait()
            if not isinstance(response, Exception):
                response.close()
        raise TimeoutError(f"no answer within {CONNECT_SECONDS:g} seconds") from None
    if isinstance(response, Exception):
        raise response
    return response
