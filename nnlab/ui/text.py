"""Every visible word, in English and in Korean.

Short strings stand in ``locale/<language>/<page>.toml`` and are asked for as ``t("page.key")``, those of a guided
experiment in ``experiments/<name>.toml`` as ``t("experiments/name.key")``; longer prose stands in
``locale/<language>/<page>/<name>.md`` and is asked for as ``prose("page/name")``. A test holds the languages equal.
A placeholder in Korean can carry a particle, ``{digit:을}``, and no particle begins a line: see ``particles``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from nnlab.ui import state
from nnlab.ui.particles import Sentence, attached

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = {"en": "English", "ko": "한국어"}
LOCALE = Path(__file__).parent / "locale"
_SENTENCE = Sentence()
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@cache
def strings(language: str) -> dict[str, str]:
    """All short strings of a language, by ``"file.key"`` or ``"folder/file.key"``."""
    folder = LOCALE / language
    return {
        f"{file.relative_to(folder).with_suffix('').as_posix()}.{key}": attached(value)
        for file in sorted(folder.rglob("*.toml"))
        for key, value in tomllib.loads(file.read_text("utf-8")).items()
    }


@cache
def _prose(name: str, language: str) -> str:
    return attached((LOCALE / language / f"{name}.md").read_text("utf-8"))


def t(key: str, **values: object) -> str:
    """The string of a key in the visitor's language, its ``{placeholders}`` filled in.

    Raises:
        KeyError: for an unknown key; the tests ask for every key.
    """
    text = strings(spoken())[key]
    return fill(text, **values) if values else text


def fill(text: str, **values: object) -> str:
    """A text of the language files with its ``{placeholders}`` filled in, and the particles behind them right."""
    return writable(attached(_SENTENCE.vformat(text, (), values)))


def spoken() -> str:
    """The language that ``t`` speaks."""
    return _spoken.get() or state.language()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it ``t`` speaks this language, whoever the visitor is: for what is asked outside a page, and so of nobody.

    What is no language of ours is taken for English.
    """
    token = _spoken.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _spoken.reset(token)


def writable(text: str) -> str:
    """The same with the bytes of a file name that are no letters as ``\\udcff``: a page could not send them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def unmarked(text: str) -> str:
    """What somebody has written, within Markdown: every sign that could mean something there is escaped."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+!|<>$:~&" else letter for letter in text)


def prose(name: str) -> str:
    """Markdown of ``locale/<visitor's language>/<name>.md``."""
    return _prose(name, spoken())


def duration(seconds: float | None) -> str:
    """Seconds as "8 s" or "2 min 5 s"; a dash while nobody knows."""
    if seconds is None:
        return t("common.unknown")
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return t("common.minutes", minutes=f"{minutes:,}", seconds=rest)
    return t("common.seconds", seconds=rest if seconds >= 10 else f"{seconds:.1f}")
