"""The words of what is taken away, in English and in Korean; a test holds the two equal.

They stand here and not among the pages' words, since the command line writes the same files without the app.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = ("en", "ko")


@cache
def words(language: str) -> dict[str, str]:
    """All of them by their keys, in a language of ``LANGUAGES``."""
    return tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
