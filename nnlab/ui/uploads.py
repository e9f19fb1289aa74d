"""Files that visitors send: the one place that asks for them, and the bound on what the server keeps of them.

Streamlit keeps a file in memory, as long as its page shows it or the visitor is there. Who sends one must be a visitor,
but a visitor's browser can be made to send what no page asked for: so what lies there is counted before more is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime import exists, get_instance

from nnlab.ui import files
from nnlab.ui.text import t

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MEGABYTES = 12  # of one file: ``server.maxUploadSize`` in .streamlit/config.toml, which holds for all
MOST_BYTES = 256_000_000  # of all visitors together
MOST_OF_ONE = 100_000_000  # of one visitor
_PLACE = "/_stcore/upload_file/"  # Streamlit's; after it the visitor's session and the file


def ask(label: str, key: str, help: str) -> Sequence[UploadedFile]:
    """A field for files of any kind, several at once. On a phone it offers the camera as well.

    Streamlit's own camera field would need https, which a classroom's server does not have, and a file's ending says
    nothing of an IDX file, which has none.
    """
    _name_button(t("brought.upload"))
    return st.file_uploader(label, accept_multiple_files=True, key=key, help=help, max_upload_size=MEGABYTES)


def ask_for_one(label: str, key: str, help: str) -> UploadedFile | None:
    """The same for one file, in whose place another may be chosen."""
    _name_button(t("bring.upload"))
    return st.file_uploader(label, key=key, help=help, max_upload_size=MEGABYTES)


def _name_button(words: str) -> None:
    """Streamlit's own words on the field are English. The button's are ours; how large a file is stands above it."""
    st.html(files.page_style(Path(__file__).with_suffix(".css"), words=words))


class Room:
    """ASGI middleware: a file is refused, 507, while there is no room for it."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or _PLACE not in scope["path"]:
            await self.app(scope, receive, send)
            return
        if not self._has_room(scope["path"].partition(_PLACE)[2].partition("/")[0]):
            await send({"type": "http.response.start", "status": 507, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        self.arriving += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.arriving -= 1

    def _has_room(self, session: str) -> bool:
        largest = MEGABYTES * 1024 * 1024
        kept = _kept()
        mine, all_of_them = kept.get(session, 0), sum(kept.values()) + self.arriving * largest
        return mine + largest <= MOST_OF_ONE and all_of_them + largest <= MOST_BYTES


def _kept() -> dict[str, int]:
    """Bytes of each session's files."""
    if not exists():
        return {}
    storage = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in list(storage.items())}
