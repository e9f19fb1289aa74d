"""The words of what is taken away, in English and in Korean; a test holds the two equal.

They stand here and not among the pages' words, since the command line writes the same files without the app.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from nnlab.sources.published import class_keys, is_of_digits

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = ("en", "ko")


@cache
def words(language: str) -> dict[str, str]:
    """All of them by their keys, in a language of ``LANGUAGES``."""
    return tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))


def class_names(source: str, language: str) -> list[str]:
    """What the ten classes of a data set are called, in order: "0" to "9", or "T-shirt" and so on."""
    keys = class_keys(source)
    return list(keys) if is_of_digits(source) else [words(language)[f"class_{source}_{key}"] for key in keys]
