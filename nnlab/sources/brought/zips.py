"""The zips in which a visitor takes digits along, brought back: MNIST's two files, or a small PNG of each digit.

Nothing is unpacked into a file. An npz is a zip as well, and is read by ``tables``.

Read next: ``sources.archive``, which packs them.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile

from nnlab.sources.brought.errors import BroughtError
from nnlab.sources.brought.pictures import SMALL_SIDE
from nnlab.sources.brought.tables import DAMAGES, MOST, SIDES, opened
from nnlab.sources.idx import IMAGES_MAGIC, LABELS_MAGIC

TABLE_BYTES = 16 + MOST * SIDES[1] ** 2  # of a table in it are read: as many images as are taken, of the largest
PICTURE_BYTES = 40_000  # of a picture: the largest has 64 x 64 pixels of 8 bytes
MEANT = re.compile(r"meant-(\d)(?!\d)")  # in the name of a picture
SIZE = slice(16, 24)  # of a PNG's bytes


def is_zip(content: bytes) -> bool:
    return content.startswith(b"PK")


def files_of(content: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of what is in a zip of digits; of every other zip nothing.

    Raises:
        BroughtError: "broken" for a damaged zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()][:MOST]
            if any(member.filename.endswith(".npy") for member in members):
                return []
            tables = [member for member in members if _start(archive, member).startswith((IMAGES_MAGIC, LABELS_MAGIC))]
            pictures = [member for member in members if _is_small_png(_start(archive, member))]
            size = TABLE_BYTES if tables else PICTURE_BYTES
            return [(member.filename, _start(archive, member, size)) for member in tables[:2] or pictures]
    except DAMAGES:
        raise BroughtError("broken") from None


def _start(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int = SIZE.stop) -> bytes:
    with opened(archive, member) as file:
        return file.read(size)


def _is_small_png(start: bytes) -> bool:
    """Whether it is a picture as the network sees it: photos are brought as they are, a few at a time."""
    is_png = start.startswith(b"\x89PNG") and len(start) == SIZE.stop
    return is_png and max(struct.unpack(">2I", start[SIZE])) <= SMALL_SIDE


def meant(name: str) -> int | None:
    """What a picture was meant to be, where its name says so as those of ``sources.archive`` do."""
    found = MEANT.search(name)
    return int(found[1]) if found else None
