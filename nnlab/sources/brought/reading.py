"""Files that somebody brings, as images like MNIST's: each one goes through ``drawing.to_mnist``, whatever it was.

Read next: ``own``, for what a network is then taught with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnlab.sources.brought import sheet, tables, zips
from nnlab.sources.brought.errors import BroughtError
from nnlab.sources.brought.ink import drawn, in_full, photographed, thicken
from nnlab.sources.brought.pictures import SMALL_SIDE, open_picture
from nnlab.sources.idx import GZIP_MAGIC

MAX_FILES = 20  # at once
MAX_FILE_BYTES = 12_000_000  # a phone's photo has 2 to 8 million
MOST = tables.MOST  # images of all files together
STROKE = 0.08  # of the longest side, at least: of 240 digits of a thin pen 237 were read then, and 232 without
IDX_MAGICS = (b"\x00\x00\x08\x01", b"\x00\x00\x08\x03")
PICTURE_STARTS = (b"\x89PNG", b"\xff\xd8")


@dataclass(frozen=True, eq=False)
class BroughtImage:
    """One image, before anybody has said that it counts.

    Attributes:
        image: (28, 28) uint8, 0 = paper, 255 = full ink: as a network sees it.
        label: 0 to 9 where the file says it.
        file: the name of the file, and ``number`` its place in it, from 1 on.
        is_dark: whether its ink was darker than its paper.
    """

    image: np.ndarray
    label: int | None
    file: str
    number: int
    is_dark: bool


@dataclass(frozen=True)
class Refusal:
    """Why a file, or a part of it, was not taken."""

    file: str
    error: BroughtError


@dataclass(frozen=True)
class Brought:
    images: tuple[BroughtImage, ...]
    refusals: tuple[Refusal, ...]


def read(
    files: Sequence[tuple[str, bytes]],
    has_many: bool = False,
    is_dark: bool | None = None,
    report: Callable[[int], None] = lambda place: None,
) -> Brought:
    """Read what was brought: no file stops the others.

    Args:
        files: names and contents.
        has_many: whether a picture shows many digits, and not one.
        is_dark: whether dark is ink on all of them; None to find out for each.
        report: told the place of each file before it is read; a photo takes a quarter of a second.
    """
    found: list[BroughtImage] = []
    refusals = [Refusal("", BroughtError("files", most=MAX_FILES))] if len(files) > MAX_FILES else []
    waiting: tuple[str, tables.Table] | None = None  # images or labels of an IDX file, whose other half may come
    for place, (name, whole) in enumerate(files[:MAX_FILES]):
        report(place)
        try:
            _check_size(whole)
            for number, (content, label) in enumerate(_contents(name, whole)):
                if content.startswith(PICTURE_STARTS) or not _is_table(name, content):
                    shown = _of_picture(name, content, label, has_many, is_dark)
                    found += [replace(image, number=number + image.number) for image in shown]
                    continue
                table = _table(content)
                if table.images is not None and table.labels is not None:
                    found += _of_table(name, table, is_dark)
                elif waiting and (pair := _pair(waiting[1], table)):
                    found += _of_table(name if table.images is not None else waiting[0], pair, is_dark)
                    waiting = None
                else:
                    found += _alone(*waiting, is_dark, refusals) if waiting else []
                    waiting = name, table
                if table.unfit_labels:
                    refusals.append(
                        Refusal(name, BroughtError("labels_count", labels=table.unfit_labels, images=table.total))
                    )
                if table.total > MOST and table.images is not None:
                    refusals.append(Refusal(name, BroughtError("count", total=table.total, most=MOST)))
        except BroughtError as error:
            refusals.append(Refusal(name, error))
    if waiting:
        found += _alone(*waiting, is_dark, refusals)
    if len(found) > MOST:
        refusals.append(Refusal("", BroughtError("count", total=len(found), most=MOST)))
    return Brought(tuple(found[:MOST]), tuple(refusals))


def _contents(name: str, content: bytes) -> list[tuple[bytes, int | None]]:
    """A file, or the files in a zip of digits; with each what its name says that it shows."""
    unpacked = zips.files_of(content) if zips.is_zip(content) else []
    return [(each, zips.meant(inner)) for inner, each in unpacked or [(name, content)]]


def _is_table(name: str, content: bytes) -> bool:
    return content.startswith((*IDX_MAGICS, GZIP_MAGIC, b"PK")) or name.lower().endswith((".csv", ".txt"))


def _table(content: bytes) -> tables.Table:
    if content.startswith(GZIP_MAGIC):
        content = tables.unpacked(content, MAX_FILE_BYTES)
    if content.startswith(IDX_MAGICS):
        return tables.read_idx(content)
    return tables.read_npz(content) if content.startswith(b"PK") else tables.read_csv(content)


def _check_size(content: bytes) -> None:
    if not content:
        raise BroughtError("empty")
    if len(content) > MAX_FILE_BYTES:
        raise BroughtError("large", megabytes=MAX_FILE_BYTES // 1_000_000)


def _pair(one: tables.Table, other: tables.Table) -> tables.Table | None:
    images, labels = (one, other) if one.images is not None else (other, one)
    if images.images is None or labels.labels is None or images.labels is not None or images.total != labels.total:
        return None
    return replace(images, labels=labels.labels)


def _alone(name: str, table: tables.Table, is_dark: bool | None, refusals: list[Refusal]) -> list[BroughtImage]:
    if table.images is None:
        refusals.append(Refusal(name, BroughtError("labels_alone")))
        return []
    return _of_table(name, table, is_dark)


def _of_table(name: str, table: tables.Table, is_dark: bool | None) -> list[BroughtImage]:
    if table.images is None:
        return []
    ink = drawn(table.images, is_dark)
    labels = [None] * len(ink.values) if table.labels is None else table.labels.tolist()
    return [
        BroughtImage(image, label, name, number, ink.is_dark)
        for number, (image, label) in enumerate(zip(map(_like_mnist, ink.values), labels, strict=True), start=1)
        if image.any()
    ]


def _of_picture(
    name: str, content: bytes, label: int | None, has_many: bool, is_dark: bool | None
) -> list[BroughtImage]:
    grey = open_picture(content)
    if max(grey.shape) <= SMALL_SIDE:
        ink = drawn(grey, is_dark)
        pieces = [ink.values]
    elif has_many:
        ink = photographed(grey, max(grey.shape) // 16, is_dark)
        pieces = [thicken(in_full(piece), STROKE) for piece in sheet.cut(ink.values)]
    else:
        ink = photographed(grey, max(grey.shape) // 4, is_dark)
        pieces = [thicken(in_full(piece), STROKE) for piece in _one(ink.values)]
    if ink.is_empty or not pieces:
        raise BroughtError("no_ink" if ink.is_empty else "no_digits")
    images = [_like_mnist(piece) for piece in pieces]
    label = label if len(images) == 1 else None
    return [BroughtImage(image, label, name, number, ink.is_dark) for number, image in enumerate(images, start=1)]


def _one(ink: np.ndarray) -> list[np.ndarray]:
    """The one digit of a picture: all its parts but specks, cropped, for a stroke's width is a share of the digit."""
    numbers, count = sheet.components(ink > 0)
    if not count:
        return []
    areas = np.bincount(numbers.ravel(), minlength=count + 1)[1:]
    kept = np.flatnonzero(areas >= areas.max() / 50) + 1
    own = np.where(np.isin(numbers, kept), ink, 0)
    rows, columns = np.flatnonzero(own.any(1)), np.flatnonzero(own.any(0))
    return [own[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8)]


def _like_mnist(ink: np.ndarray) -> np.ndarray:
    """(H, W) uint8 ink -> (28, 28) uint8, as a drawing on the canvas becomes one."""
    from nnlab.drawing import to_mnist  # here, since torch takes seconds, and a page is drawn before

    image = (to_mnist(ink) * 255).round().byte().numpy()
    image.flags.writeable = False
    return image
