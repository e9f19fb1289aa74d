"""A PNG or JPEG file as grey values, or refused: a file says what it likes, so its size is looked at before its pixels.

One picture is opened at a time, whoever brings it: unpacked, a photo takes a hundred times the memory of its file.
"""

from __future__ import annotations

import re
import threading
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from nnlab.sources.brought.errors import BroughtError

FORMATS = ("PNG", "JPEG")  # Pillow reads fifty more, each with faults of its own
MAX_PIXELS = 30_000_000  # a phone's photo has 12 million
MAX_SIDE = 1200  # pixels: larger ones are made smaller; a digit of 1 cm on A4 still has 40
SMALL_SIDE = 64  # a picture as small as that is no photo
MAX_SCANS = 100  # of a JPEG, each over all pixels: a progressive one has some ten, and 50 bytes make one more
MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # begins a part of a JPEG; the bytes left out stand among its pixels
END, SCAN = 0xD9, 0xDA

_one_at_a_time = threading.Lock()


def open_picture(content: bytes) -> np.ndarray:
    """Read a picture, upright, colours as grey.

    Where it is transparent, it lies on the paper on which its ink can be seen.

    Returns:
        (H, W) uint8, 0 = black, 255 = white; the longest side has at most 1200 pixels.

    Raises:
        BroughtError: if it is no picture that can be used.
    """
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        raise BroughtError("heic")
    with _one_at_a_time:
        try:
            return _open(content)
        except BroughtError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise BroughtError("pixels", most=MAX_PIXELS) from None
        except Image.UnidentifiedImageError:
            raise BroughtError("kind") from None
        except MemoryError:
            raise BroughtError("pixels", most=MAX_PIXELS) from None
        except Exception:  # of a damaged file Pillow raises whatever it stumbles over, SyntaxError included
            raise BroughtError("broken") from None


def _open(content: bytes) -> np.ndarray:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise BroughtError("pixels", most=MAX_PIXELS)
        if picture.format != "PNG" and _scans(content) > MAX_SCANS:
            raise BroughtError("broken")
        if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
            raise BroughtError("film")
        picture.draft(None, (MAX_SIDE, MAX_SIDE))  # of a JPEG only as much as is needed is computed
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        grey = _grey(picture)
        grey.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
        return np.array(grey, np.uint8)


def _scans(content: bytes) -> int:
    """How many scans a JPEG has, as far as there may be: parts with a length of their own, until it ends."""
    count, place = 0, 2
    while count <= MAX_SCANS and (found := MARKER.search(content, place)):
        kind, place = content[found.end() - 1], found.end()
        if kind == END:
            break  # a phone may put a film behind it
        count += kind == SCAN
        place += int.from_bytes(content[place : place + 2], "big")
    return count


def _grey(picture: Image.Image) -> Image.Image:
    """Colours as grey; of all the pixels of a photo nothing larger than themselves is made."""
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits, which Pillow's own way to grey would cut off
        rows = [(row / 257).clip(0, 255).round().astype(np.uint8) for row in np.asarray(picture)]
        return Image.fromarray(np.stack(rows))
    if not (picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info):
        return picture.convert("L")
    coloured = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    coloured.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    layers = coloured.convert("LA")
    grey, alpha = (np.asarray(layers.getchannel(channel), np.float32) for channel in "LA")
    has_light_ink = bool((grey * alpha).sum() > 128 * alpha.sum())
    paper = 0 if has_light_ink and alpha.min() < 255 else 255
    mixed = paper + (grey - paper) * (alpha / 255)
    return Image.fromarray(mixed.round().astype(np.uint8))
