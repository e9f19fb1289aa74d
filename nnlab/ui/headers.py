"""Headers of every answer that keep a browser from doing what no page of nnlab needs.

Scripts come from this server alone, and of those that stand in a page only the ones known by their hash. Streamlit
loads the script of a component from a ``blob:``. Styles and pictures may stand in the page. Nothing is fetched
elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui.components import frame

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Which other sites may show the app within theirs, as frame-ancestors of CSP has it: "https://lms.example.org", say.
EMBEDDING_VARIABLE = "NNLAB_FRAME_ANCESTORS"
_START_PAGE = Path(st.__file__).parent / "static" / "index.html"


def policy() -> str:
    """The Content-Security-Policy."""
    inline = [*_scripts(_START_PAGE.read_text("utf-8")), *_scripts(frame.AT_ONCE)]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in inline)
    # A header is one line, whatever somebody has set.
    embedding = " ".join(re.sub("[;,]", " ", os.environ.get(EMBEDDING_VARIABLE, "")).split())
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors 'self' {embedding}".rstrip(),
        ]
    )


def _scripts(html: str) -> list[bytes]:
    """The scripts that stand in a page, as a browser hashes them."""
    return [script.encode() for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL)]


class Headers:
    """ASGI middleware that adds them."""

    def __init__(self, app: ASGIApp):
        self.app = app
        headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # an address of a page may hold the key to steer a run
        }
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in self.headers}
                others = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message = {**message, "headers": [*others, *self.headers]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
