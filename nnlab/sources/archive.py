"""Digits as a file to take along: a zip of MNIST's two IDX files, or of one PNG per digit.

The IDX files can be read by whatever reads MNIST; ``idx`` reads them back. The pictures are for people, so their
names say what each digit was meant to be and what it was read as.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np
from PIL import Image

from nnlab.sources.idx import IMAGES_MAGIC, LABELS_MAGIC

IMAGES_NAME = "images-idx3-ubyte"
LABELS_NAME = "labels-idx1-ubyte"


def idx_archive(images: np.ndarray, labels: np.ndarray) -> bytes:
    """A zip with ``images-idx3-ubyte`` and ``labels-idx1-ubyte``.

    Args:
        images: (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        labels: (N,) integers, 0 to 9.

    Raises:
        ValueError: if there are not as many labels as images, or none.
    """
    _check_counts(images, labels)
    return _zipped(
        {IMAGES_NAME: _idx(IMAGES_MAGIC, images), LABELS_NAME: _idx(LABELS_MAGIC, labels)},
    )


def _idx(magic: bytes, values: np.ndarray) -> bytes:
    """The magic number, the size of each dimension as a big-endian 32-bit integer, the values as unsigned bytes."""
    return magic + np.array(values.shape, ">u4").tobytes() + values.astype(np.uint8).tobytes()


def png_archive(images: np.ndarray, meant: Sequence[int], read: Sequence[int]) -> bytes:
    """A zip with one grey PNG per digit, white ink on black: ``001-meant-4-read-9.png`` and so on.

    Args:
        images: (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        meant: what each was meant to be, 0 to 9.
        read: what each was read as, 0 to 9.

    Raises:
        ValueError: if there are not as many of each, or none.
    """
    _check_counts(images, meant)
    _check_counts(images, read)
    pictures = {}
    for number, (image, wanted, answer) in enumerate(zip(images, meant, read, strict=True), start=1):
        png = io.BytesIO()
        Image.fromarray(image).save(png, format="PNG")
        pictures[f"{number:03}-meant-{wanted}-read-{answer}.png"] = png.getvalue()
    return _zipped(pictures)


def _check_counts(images: np.ndarray, labels: Sequence[int] | np.ndarray) -> None:
    if not len(images) or len(images) != len(labels):
        raise ValueError(
            f"there are {len(images)} images and {len(labels)} labels; expected as many of both, at least 1"
        )


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
