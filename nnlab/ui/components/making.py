"""How far something is that is being made beside the page: one line and a bar, which ask the server themselves.

When it is over, the page is drawn anew. The script is ``static/making.js``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from streamlit.components import v2

from nnlab.ui import files

_making = v2.component(
    "nnlab_making",
    html='<div class="nnlab-making"><p></p><progress max="1"></progress></div>',
    css=files.style(__file__),
    js=files.loader("making.js", "watch"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Feed:
    """Where the browser asks: ``routes``, in a folder, by the thing's id; ``share`` is how much is done, 0 to 1."""

    id: str
    language: str
    share: float
    folder: str = "films"


def show(key: str, feed: Feed, words: str) -> None:
    """The line and the bar; ``words`` are what the line says until the server is asked."""
    _making(key=key, data={"feed": asdict(feed), "words": words}, on_over_change=_nothing)


def _nothing() -> None:
    """That the page is drawn anew is all that is wanted."""
