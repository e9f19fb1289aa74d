"""An address as a QR code: black on white in every theme, with the quiet zone that readers need around it.

Source: ISO/IEC 18004; the code itself is made by segno.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

QUIET_ZONE = 4  # modules of white around the code, as the standard asks for
FINE = 77  # modules on a side: with more, a phone in the last row no longer tells them apart


@dataclass(frozen=True)
class QrCode:
    """A code as SVG, and how fine its mesh is.

    Attributes:
        svg: without a size of its own: it is as large as its place.
        modules: on a side, the quiet zone left out.
    """

    svg: str
    modules: int

    @property
    def is_fine(self) -> bool:
        """Whether it has to be read from close by."""
        return self.modules > FINE


@lru_cache(maxsize=64)
def of(text: str) -> QrCode | None:
    """The code of a text, with as much correction of errors as its size has room for; None if the text is too long."""
    import segno

    try:
        code = segno.make(text, micro=False, error="l", boost_error=True)
    except segno.DataOverflowError:
        return None
    written = BytesIO()
    code.save(
        written,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return QrCode(written.getvalue().decode().strip(), code.symbol_size(border=0)[0])
