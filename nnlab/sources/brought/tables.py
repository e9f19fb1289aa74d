"""Images as numbers: IDX files, CSV as MNIST is often passed on, and npz. Only as much is read as can be used.

Nothing is unpickled. Of an npz, which is a zip of npy files, each array's header is read by itself: it says type and
shape, and what is no plain number is refused before any of it is read.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from nnlab.config import CLASSES, PIXELS
from nnlab.sources.brought.errors import BroughtError

MOST = 200  # images that are taken of a file: the first ones
SIDES = (8, 256)  # pixels of an image, least and most
MAX_MEMBERS = 20  # of an npz
MOST_BYTES = 100_000_000  # of an array that has to be read to its end
MAX_ITEM_BYTES = 8  # of a number: one of 16 holds no more of a grey
LONGEST_LINE = 20 * (PIXELS + 1)  # characters; a number has three, the name of a column more
FULL_INK = (1, 16, 255)
# What Python's zipfile and numpy raise at a zip that is damaged, cut short or locked.
DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)
LABEL_SHAPES = ((), (1,), (CLASSES,))  # of one label in an npz
HEADER_BYTES = 20_000  # of an array are read to find out what it is; numpy refuses a header of more than 10,000


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds.

    Attributes:
        images: (N, H, W) uint8, as they stand in the file; None in a file of labels alone.
        labels: (N,) int64, 0 to 9; None where there are none.
        total: how many the file holds; N is at most 200.
        unfit_labels: how many labels it has that are not as many as its images, and so were left out; 0 without any.
    """

    images: np.ndarray | None
    labels: np.ndarray | None
    total: int
    unfit_labels: int = 0


def unpacked(content: bytes, most: int) -> bytes:
    """The content of a gzip file, as far as the first ``most`` bytes."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content, most)
    except zlib.error:
        raise BroughtError("broken") from None


def opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A file in a zip, of which no more is unpacked than is read.

    Of what is packed by bzip2 or LZMA, Python unpacks at once all that it has fetched: 600 bytes became 400 million.

    Raises:
        BadZipFile: for a file that is packed like this; it is one of ``DAMAGES``.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{member.filename} is packed by method {member.compress_type}")
    return archive.open(member)


def read_idx(content: bytes) -> Table:
    """An IDX file of images or of labels: see ``sources.idx``, which reads whole ones of MNIST."""
    if len(content) < 8:
        raise BroughtError("broken")
    dimensions = content[3]
    if content[2] != 8 or dimensions not in (1, 3) or len(content) < 4 + 4 * dimensions:
        raise BroughtError("shape", shape=f"type {content[2]}, {dimensions}-D")
    total, *sides = struct.unpack_from(f">{dimensions}I", content, 4)
    taken = min(total, MOST)
    if dimensions == 3:
        _check_sides(sides)
    expected = taken * int(np.prod(sides, dtype=np.int64))
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions)[:expected]
    if len(values) < expected or not taken:
        raise BroughtError("broken")
    if dimensions == 1:
        return Table(None, _labels(values), total)
    return Table(_as_bytes(values.reshape(taken, *sides)), None, total)


def read_csv(content: bytes) -> Table:
    """Lines of 785 whole numbers, the label first or last, or of 784 without it; a first line of names is left out."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # as Excel writes "Unicode text"
        content = content.decode("utf-16", "replace").encode()
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removeprefix(b"\xef\xbb\xbf").split(b"\n")
    rows: list[list[int]] = []
    lines = [line for line in lines if line.strip()]
    separator = next((mark for mark in (b",", b";", b"\t") if lines and mark in lines[0]), b",")
    for number, line in enumerate(lines[: MOST + 1]):
        if len(line) > LONGEST_LINE:
            raise BroughtError("csv", line=number + 1)
        cells = [cell.strip().strip(b'"') for cell in line.split(separator)]
        if number == 0 and not all(cell.isdigit() for cell in cells):
            continue  # the names of the columns
        is_fitting = len(cells) in (PIXELS, PIXELS + 1) and (not rows or len(cells) == len(rows[0]))
        if not is_fitting or not all(cell.isdigit() and len(cell) <= 3 for cell in cells):
            raise BroughtError("csv", line=number + 1)
        rows.append(list(map(int, cells)))
    if not rows:
        raise BroughtError("no_images")
    has_names = len(rows) < min(len(lines), MOST + 1)
    values = np.array(rows[:MOST], np.int64)
    has_labels, pixels, labels = values.shape[1] > PIXELS, values[:, -PIXELS:], None
    if has_labels and not values[:, 0].any() and 0 < values[:, -1].max() < CLASSES:  # blank corners, so no labels
        pixels, labels = values[:, :PIXELS], _labels(values[:, -1])
    elif has_labels:
        labels = _labels(values[:, 0])
    return Table(_as_bytes(pixels.reshape(-1, 28, 28)), labels, len(lines) - has_names)


@dataclass(frozen=True)
class _Array:
    """What the header of an array in an npz says: its values are read when it is known what they are of use for."""

    member: zipfile.ZipInfo
    shape: tuple[int, ...]
    kind: np.dtype
    is_fortran: bool  # the first index counts fastest, as in tables that pandas gives out
    start: int  # bytes of the header

    @property
    def sides(self) -> tuple[int, ...] | None:
        """Pixels of each image, where it can hold images."""
        if len(self.shape) == 2 and self.shape[1] == PIXELS:
            return 28, 28
        sides = list(self.shape[1:])
        if len(sides) == 3 and 1 in sides:  # the one colour of grey images
            sides.remove(1)
        return tuple(sides) if len(sides) == 2 else None


def read_npz(content: bytes) -> Table:
    """Arrays under names: the first one that can be images, and labels as many as those, if any.

    No other array is read: a small file may hold many large ones.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not any(member.filename.endswith(".npy") for member in members):
                raise BroughtError("kind")  # some other zip
            if len(members) > MAX_MEMBERS:
                raise BroughtError("no_images")
            found = {member.filename.removesuffix(".npy"): _header(archive, member) for member in members}
            arrays = [*filter(None, found.values())]
            images = next((array for array in arrays if array.sides is not None), None)
            if images is None or images.sides is None:
                raise _no_images(arrays)
            _check_sides(images.sides)
            labels = _labels_of(archive, arrays, images.shape[0])
            numbers = [array for array in arrays if len(array.shape) == 1 and array.kind.kind in "iu"]
            return Table(
                _as_bytes(_first_values(archive, images).reshape(-1, *images.sides)),
                None if labels is None else _labels(labels),
                images.shape[0],
                numbers[0].shape[0] if numbers and labels is None else 0,
            )
    except BroughtError:
        raise
    except DAMAGES:
        raise BroughtError("broken") from None


def _no_images(arrays: list[_Array]) -> BroughtError:
    deep = next((array for array in arrays if len(array.shape) > 2), None)
    return BroughtError("no_images") if deep is None else BroughtError("shape", shape=_by(deep.shape[1:]))


def _labels_of(archive: zipfile.ZipFile, arrays: list[_Array], images: int) -> np.ndarray | None:
    """The first array of as many whole numbers as there are images."""
    for array in arrays:
        if array.shape[0] == images and array.shape[1:] in LABEL_SHAPES:
            labels = _whole_numbers(_first_values(archive, array))
            if labels is not None:
                return labels
    return None


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Array | None:
    """What an array is; None for one that is of no use here."""
    with opened(archive, member) as packed:
        file = io.BytesIO(packed.read(HEADER_BYTES))  # a header may say that it goes on for gigabytes
    version = np.lib.format.read_magic(file)
    reads = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in reads:
        raise BroughtError("broken")
    shape, is_fortran, kind = reads[version](file)
    start = file.tell()
    if kind.hasobject:
        raise BroughtError("pickle")
    if kind.kind not in "biuf" or kind.itemsize > MAX_ITEM_BYTES:
        return None
    if not 1 <= len(shape) <= 4 or min(shape) <= 0 or math.prod(shape[1:]) > SIDES[1] ** 2:
        return None
    return _Array(member, shape, kind, is_fortran, start)


def _first_values(archive: zipfile.ZipFile, array: _Array) -> np.ndarray:
    """The first of the values of an array, as many as can be used."""
    total, *rest = array.shape
    taken = min(total, MOST)
    with opened(archive, array.member) as file:
        file.read(array.start)
        if not array.is_fortran:
            return _read(file, array.kind, taken * math.prod(rest)).reshape(taken, *rest)
        if total * math.prod(rest) * array.kind.itemsize > MOST_BYTES:
            raise BroughtError("large", megabytes=MOST_BYTES // 1_000_000)
        columns = [_read(file, array.kind, total)[:taken].copy() for _ in range(math.prod(rest))]  # one of each pixel
    values = np.stack(columns).reshape(*reversed(rest), taken)
    return values.T


def _read(file: IO[bytes], kind: np.dtype, count: int) -> np.ndarray:
    content = file.read(count * kind.itemsize)
    if len(content) < count * kind.itemsize:
        raise BroughtError("broken")
    return np.frombuffer(content, kind)


def _as_bytes(images: np.ndarray) -> np.ndarray:
    """Whole numbers from 0 to 255, or anything from 0 to 1, or from 0 to 16 as in scikit-learn's digits, as bytes.

    Where 16 of 255 is the most, nothing could be seen.
    """
    least, most = float(images.min()), float(images.max())  # NaN, where there is one
    if not 0 <= least <= most <= 255:
        raise BroughtError("values")
    full = next(full for full in FULL_INK if most <= full)
    return np.stack([(image.astype(np.float64) * (255 / full)).round().astype(np.uint8) for image in images])


def _whole_numbers(values: np.ndarray) -> np.ndarray | None:
    """The labels (N,), which may stand in a column, as fractions, or as a 1 among ten zeros; None if they are none."""
    if values.ndim == 2 and values.shape[1] == CLASSES:
        is_one_of_ten = ((values == 0) | (values == 1)).all() and (values.sum(1) == 1).all()
        return values.argmax(1) if is_one_of_ten else None
    values = values.reshape(-1)
    if values.dtype.kind == "f" and not ((values >= 0) & (values < CLASSES) & (np.floor(values) == values)).all():
        return None
    return values.astype(np.int64) if values.dtype.kind in "iuf" else None


def _labels(values: np.ndarray) -> np.ndarray:
    wrong = values[(values < 0) | (values >= CLASSES)]
    if len(wrong):
        raise BroughtError("label", label=int(wrong[0]))
    return values.astype(np.int64)


def _check_sides(sides: Sequence[int]) -> None:
    if not all(SIDES[0] <= side <= SIDES[1] for side in sides):
        raise BroughtError("shape", shape=_by(sides))


def _by(sides: Sequence[int]) -> str:
    return " × ".join(map(str, sides))
