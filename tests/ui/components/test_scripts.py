"""Scripts and styles get by with what the browsers have that the README names, and a little less."""

import re
from pathlib import Path

import pytest

from nnlab.ui.components import scripts

UI = Path(scripts.__file__).parent
FILES = [*sorted(UI.rglob("*.js")), *sorted(UI.rglob("*.css")), *sorted(UI.rglob("*.py"))]
# What Safari has only since 15.4 or later, or not at all. Python's files hold scripts of a few lines, and styles.
NEWER = [
    r"\.(at|findLast|findLastIndex|hasOwn|groupBy|withResolvers|fromAsync|isSubsetOf|symmetricDifference)\(",
    r"\.(toSorted|toReversed|toSpliced|with)\(",
    r"\bstructuredClone\(",
    r"\brequestIdleCallback\(",
    r"\bscheduler\.",
    r"\bAbortSignal\.(timeout|any)\(",
    r"\bcrypto\.randomUUID\(",  # nor anywhere on a page that came without https
    r"\bstatic \{",
    r"\bthis\.#\w",
    r"\(\?<[=!]",
    r"\bcolor-mix\(",
    r"@container\b",
    r"^\s+&",  # a rule within a rule
]


def found(text: str) -> list[str]:
    return [match.group().strip() for pattern in NEWER for match in re.finditer(pattern, text, re.MULTILINE)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_nothing_is_used_that_an_older_tablet_lacks(file):
    assert found(file.read_text(encoding="utf-8")) == []


def test_what_is_newer_is_found():
    assert found("steps.epoch.at(-1)\nink.findLastIndex(x => x)\n  & b { color: red }") == [
        ".at(",
        ".findLastIndex(",
        "&",
    ]
