"""The styles, in the start page itself: so nothing jumps when a page's first elements arrive.

Streamlit's start page is empty, and a page sends its style as an element of its own, which the browser takes in a
moment after the others: until then headings stood lower, and charts and the canvas had no room. So the start page has
the styles of all pages, which therefore speak of nothing but their own elements. The page's own style comes as before;
it stands further down, so where the two differ, as for large letters, it holds. An address that asks for large letters
gets them from the first moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from nnlab.ui import files, layout

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UI = Path(__file__).parent
STYLES = (_UI / "style.css", *sorted(_UI.glob("*/style.css")))
STYLE = files.page_style(*STYLES, canvas_side=f"{layout.CANVAS_PIXELS}px", **layout.frame_lengths(1.0)).encode()
LARGE = files.page_style(_UI / "large_text.css", **layout.frame_lengths(layout.LARGE_TEXT_FACTOR)).encode()
# After it: in the head it would stand before Streamlit's own styles, at the end after the page's; the last one holds.
_PLACE = b"<body>"
# A packed page could not be added to, and one that a browser still has would be the one without the style.
_NOT_ASKED = (b"accept-encoding", b"if-none-match", b"if-modified-since")
_NOT_TOLD = (b"content-length", b"etag", b"last-modified")


class FirstStyle:
    """ASGI middleware that adds the style to a page of HTML."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_ASKED]
        style = STYLE + LARGE if _asks_for_large_text(scope) else STYLE
        start: Message | None = None  # of a page; it is told when the page is whole, since it says how long it is
        parts: list[bytes] = []

        async def add(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None:  # something else at this address: a file to keep, say
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    page = b"".join(parts).replace(_PLACE, _PLACE + style, 1)
                    kept = [(name, value) for name, value in start["headers"] if name.lower() not in _NOT_TOLD]
                    await send({**start, "headers": [*kept, (b"content-length", str(len(page)).encode())]})
                    await send({"type": "http.response.body", "body": page})

        await self.app({**scope, "headers": headers}, receive, add)


def _asks_for_a_page(scope: Scope) -> bool:
    """Whether a browser goes to an address, and does not fetch what a page needs."""
    return any(name == b"accept" and value.startswith(b"text/html") for name, value in scope["headers"])


def _asks_for_large_text(scope: Scope) -> bool:
    return parse_qs(scope["query_string"]).get(b"size") == [b"large"]


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
