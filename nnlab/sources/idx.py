"""One IDX file, the format of MNIST: read in a moment, or refused with a sentence that says what is wrong with it.

An IDX file is a four-byte magic number (0, 0, type of the values, number of dimensions), the size of each dimension as
a big-endian 32-bit integer, then the values. MNIST's values are unsigned bytes (type 8); its images have three
dimensions and its labels one. The whole file may be gzip-compressed. ``data`` makes a data set of four such files.

Source: the page of the MNIST database, http://yann.lecun.com/exdb/mnist/, "File formats for the MNIST database".
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nnlab.config import CLASSES, IMAGE_SIDE
from nnlab.sources.errors import DataError

IMAGES_MAGIC = bytes([0, 0, 8, 3])  # 2051
LABELS_MAGIC = bytes([0, 0, 8, 1])  # 2049
GZIP_MAGIC = b"\x1f\x8b"
MAX_BYTES = 100_000_000  # of an unpacked file; MNIST's largest has 47,040,016
PACKED_NAME = re.compile(r"\.gz( ?\(\d+\))?$", re.IGNORECASE)  # also as a browser names a second download
NO_LABEL = re.compile(rb"[^\x00-\x%02x]" % (CLASSES - 1))
PIECE = 1 << 20  # bytes of a packed file that are unpacked at once
REMEDY = "Download it again, or copy it anew."


def read_images(path: Path, most_bytes: int | None = None) -> np.ndarray:
    """Read MNIST images.

    Args:
        most_bytes: how many an unpacked file may have; default: ``MAX_BYTES``.

    Returns:
        (N, 28, 28) uint8, 0 = paper, 255 = full ink; N is at least 1.

    Raises:
        DataError: if the file is not exactly that.
    """
    return _read(path, IMAGES_MAGIC, (IMAGE_SIDE, IMAGE_SIDE), most_bytes)


def read_labels(path: Path) -> np.ndarray:
    """Read MNIST labels.

    Returns:
        (N,) uint8, 0 to 9; N is at least 1.

    Raises:
        DataError: if the file is not exactly that.
    """
    labels = _read(path, LABELS_MAGIC, ())
    if wrong := NO_LABEL.search(labels.data):  # which takes no memory, however many there are
        position = wrong.start()
        raise _broken(path, f"has the label {labels[position]} at position {position:,}; labels are 0 to 9")
    return labels


def check_pair(images: Path, image_count: int, labels: Path, label_count: int) -> None:
    """Raise DataError unless there are as many labels as images."""
    if image_count != label_count:
        raise DataError(
            f"{images} holds {image_count:,} images, but {labels.name} holds {label_count:,} labels. They do not "
            "belong together: download them again, or copy both anew.",
            "corrupt",
            labels.name,
        )


def _read(path: Path, magic: bytes, value_shape: tuple[int, ...], most_bytes: int | None = None) -> np.ndarray:
    content = unpacked(path, most_bytes or MAX_BYTES)
    dimensions = 1 + len(value_shape)
    header_bytes = 4 + 4 * dimensions
    _check_magic(path, content, magic)
    if len(content) < header_bytes:
        raise _broken(path, f"ends after {len(content)} bytes, in the middle of its header", "truncated")
    count, *shape = (int(size) for size in np.frombuffer(content, ">u4", dimensions, offset=4))
    if tuple(shape) != value_shape:
        sizes = " x ".join(str(size) for size in shape)
        raise _broken(path, f"holds images of {sizes} pixels; MNIST's have {IMAGE_SIDE} x {IMAGE_SIDE}")
    if count == 0:
        raise _broken(path, "says that it holds 0 values")
    expected = header_bytes + count * int(np.prod(value_shape))
    if len(content) < expected:
        raise _broken(path, f"has {len(content):,} bytes where its header announces {expected:,}", "truncated")
    if len(content) > expected:
        raise _broken(path, f"goes on after the {expected:,} bytes that its header announces")
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(count, *value_shape)


def unpacked(path: Path, most_bytes: int | None = None) -> bytes | bytearray:
    """The content of a file, unpacked if its name says that it is packed.

    Raises:
        DataError: if it cannot be read or unpacked, or is too long to be a file of MNIST.
    """
    most = most_bytes or MAX_BYTES
    try:
        with path.open("rb") as file:
            content = _gunzip(path, file, most) if PACKED_NAME.search(path.name) else file.read(most + 1)
    except FileNotFoundError:
        raise DataError(f"{path} is missing. Put it there or download MNIST.", "missing", path.name) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", "disk", path.name) from error
    if not content:
        raise _broken(path, "is empty", "truncated")
    if len(content) > most:
        raise _too_long(path, most)
    return content


def _gunzip(path: Path, file: BinaryIO, most: int) -> bytearray:
    """The content of a packed file: a small one can unpack to a huge one, and a huge one to nothing at all."""
    packed = file.read(PIECE)
    if not packed:
        return bytearray()
    if not GZIP_MAGIC.startswith(packed[:2]):
        problem = "is not gzip-compressed, although its name ends in .gz"
        if packed[:4] in (IMAGES_MAGIC, LABELS_MAGIC):
            raise DataError(f"{path} {problem}. Take the .gz from its name.", "corrupt", path.name)
        raise _broken(path, problem)
    unpacker, content = zlib.decompressobj(wbits=31), bytearray()  # 31: with gzip's header and checksum
    try:
        while not unpacker.eof and max(len(content), file.tell()) <= most:
            piece = unpacker.decompress(packed, PIECE)
            content += piece
            packed = unpacker.unconsumed_tail or file.read(PIECE)
            if not packed and not piece:
                break
    except zlib.error:
        raise _broken(path, "is damaged: its compressed content cannot be unpacked") from None
    if max(len(content), file.tell()) > most:
        raise _too_long(path, most)
    if not unpacker.eof:
        raise _broken(path, f"breaks off after {file.tell():,} bytes, before its end", "truncated")
    if unpacker.unused_data or packed:
        raise _broken(path, "goes on after the end of its compressed content")
    return content


def _check_magic(path: Path, content: bytes | bytearray, magic: bytes) -> None:
    found = bytes(content[:4])
    if found == magic:
        return
    kinds = {IMAGES_MAGIC: "images", LABELS_MAGIC: "labels"}
    if found in kinds:
        sentence = (
            f"{path} holds {kinds[found]}, not {kinds[magic]}. Files have been swapped: give them their own names."
        )
        raise DataError(sentence, "swapped", path.name)
    if found.startswith(GZIP_MAGIC):
        raise DataError(f"{path} is still gzip-compressed. Add .gz to its name.", "corrupt", path.name)
    raise _broken(path, f"is not an MNIST file: it begins with {found.hex(' ')} instead of {magic.hex(' ')}")


def _too_long(path: Path, most: int) -> DataError:
    return _broken(path, f"has more than {most:,} bytes, more than any file of MNIST")


def _broken(path: Path, problem: str, reason: str = "corrupt") -> DataError:
    return DataError(f"{path} {problem}. {REMEDY}", reason, path.name)
