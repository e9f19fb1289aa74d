"""What is this? A button: whatever is pressed next says what it is, and what it is now, instead of doing it.

The sentences about things are in ``locale/*/what.toml``, by the things' keys as the browser knows them; a setting of
the Train page has its help. What a thing is now, its value or what its picture shows, the browser reads off the page.
The script is ``static/asking.js``.
"""

from __future__ import annotations

from functools import cache

from streamlit.components import v2

from nnlab.ui import files, text
from nnlab.ui.parameters import SETTINGS
from nnlab.ui.text import t

WORDS = ("ask", "asking", "nothing", "now", "on", "off", "close")
_asking = v2.component(
    "nnlab_asking",
    html='<button class="nnlab-ask" type="button" aria-pressed="false"></button>',
    css=files.style(__file__),
    js=files.loader("asking.js", "offer"),
    isolate_styles=False,
)


def show(page: str) -> None:
    """Show the button of a page."""
    language = text.spoken()
    _asking(key="asking", data={"things": _things(page, language), "words": _words(language)})


@cache
def _words(language: str) -> dict[str, str]:
    with text.speaking(language):
        return {name: t(f"asking.{name}") for name in WORDS}


@cache
def _things(page: str, language: str) -> dict[str, str]:
    """What things of a page, and of every page's frame, are: by the key as it stands in the browser's class."""
    told = text.strings(language)
    found = {key.removeprefix("what."): told[key] for key in told if key.startswith((f"what.{page}-", "what.shell-"))}
    if page == "train":
        found |= {f"train-{name}": told[f"train.{name}_help"] for name in SETTINGS.values() if name != "hidden_sizes"}
    return found
