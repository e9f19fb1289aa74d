"""Which letters a film can be written with: those that come with Pillow, or a Korean font that this machine has.

A Korean font has 2 MB or more, so none comes with nnlab. Windows and macOS have one; on a Linux server, one such as
``fonts-nanum`` has to be installed.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PIL import ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# The files of fonts that have Hangul, as Pillow finds them in the folders of the system.
KOREAN = (
    "malgun.ttf", "AppleSDGothicNeo.ttc", "NanumGothic.ttf", "NanumBarunGothic.ttf", "NotoSansKR-Regular.ttf",
    "NotoSansKR-Regular.otf", "NotoSansCJKkr-Regular.otf", "NotoSansCJK-Regular.ttc", "AppleGothic.ttf", "UnDotum.ttf",
)  # fmt: skip


def is_latin(text: str) -> bool:
    """Whether the letters that come with Pillow are enough for a text; they are few: no dashes, no accents."""
    return all(letter.isascii() or letter in "·±…" for letter in text)


def can_write(text: str) -> bool:
    """Whether a film can show this text."""
    return is_latin(text) or _korean() is not None


@lru_cache(64)
def font(size: int, is_korean: bool = False) -> FreeTypeFont:
    """Letters of so many pixels; ``is_korean`` only where ``can_write`` has said yes."""
    name = _korean() if is_korean else None
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)  # type: ignore[return-value]


@cache
def _korean() -> str | None:
    for name in KOREAN:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        return name
    return None
