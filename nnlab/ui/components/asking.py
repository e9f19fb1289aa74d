"""What is this? A button: whatever is pressed next says what it is, and what it is now, instead of doing it.

The sentences about things are in ``locale/*/what.toml``, by the things' keys as the browser knows them; one such as
``@train.x_help`` stands for another text, the help of that control. The browser fetches those of a language once, when
somebody asks. What a thing is now, its value or what its picture shows, it reads off the page. The script is
``static/asking.js``.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from hashlib import sha256

from streamlit.components import v2

from nnlab.ui import files, text
from nnlab.ui.parameters import SETTINGS
from nnlab.ui.text import LANGUAGES, t

WORDS = ("ask", "asking", "nothing", "now", "on", "off", "open", "closed", "close")
REFERENCE = "@"  # before the key of the text that is meant
# The endings of the keys of the buttons that give the numbers of a chart or a picture, and pictures themselves; and the
# sentences about all of them.
ENDINGS = {"-table": "shell-data", "-picture": "shell-image"}
_LAST_PART = re.compile(r"\d+$|[-_](\d+|[^-_]*[^-_\d])?$")
_asking = v2.component(
    "nnlab_asking",
    html='<button class="nnlab-ask" type="button" aria-pressed="false"></button>',
    css=files.style(__file__),
    js=files.loader("asking.js", "offer"),
    isolate_styles=False,
)


def show() -> None:
    """Show the button."""
    language = text.spoken()
    _asking(key="asking", data={"things": address(language), "words": _words(language)})


@cache
def things(language: str) -> dict[str, str]:
    """What all things are: by their keys as they stand in the browser's classes."""
    told = text.strings(language)
    found = {f"train-{name}": told[f"train.{name}_help"] for name in SETTINGS.values() if name != "hidden_sizes"}
    for key, sentence in told.items():
        if key.startswith("what."):
            meant = told[sentence[1:]] if sentence.startswith(REFERENCE) else sentence
            found[key.removeprefix("what.")] = meant
    return found


def sentence(key: str, language: str) -> str | None:
    """What is said of the thing with a key of ``st``, as ``static/asking.js`` finds it; None of what nobody described.

    Keys of things that there are several of end in a number or a name; those share a sentence.

    Example:
        >>> sentence("train.row.1", "en") == sentence("train.row", "en")
        True
    """
    said, name = things(language), re.sub(r"[^\w-]", "-", key)
    for ending, shared in ENDINGS.items():
        if name not in said and name.endswith(ending):
            return said[shared]
    while name and name not in said:
        shorter = _LAST_PART.sub("", name)
        name = shorter if shorter != name else ""
    return said.get(name)


def address(language: str) -> str:
    """Where the browser finds ``things``, below ``files.ROOT``; it changes with them."""
    return f"what/{language}/{sha256(_served(language).plain).hexdigest()[:8]}"


@cache
def _served(language: str) -> files.Served:
    plain = json.dumps(things(language), ensure_ascii=False, separators=(",", ":")).encode()
    return files.Served("application/json", plain, gzip.compress(plain, mtime=0))


def get(language: str) -> files.Served | None:
    """``things`` to hand out; None for what is no language of ours."""
    return _served(language) if language in LANGUAGES else None


@cache
def _words(language: str) -> dict[str, str]:
    with text.speaking(language):
        return {name: t(f"asking.{name}") for name in WORDS}
