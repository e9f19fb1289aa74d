"""A set-up as a readable link, and back: ``hidden=128,64&act=relu&...&seed=0``.

What a link says is checked by the settings' own rules, and what is not used is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from nnlab.config.settings import Setup

GIVEN_ONCE = "each key once"  # what a link allows where it names a key twice
LONGEST_QUERY_VALUE = 100  # characters; the longest honest one, eight layers of 2048, has 39
MOST_PAIRS = 1000  # of a query are looked at: ours has 18, and messengers append some of their own


@dataclass(frozen=True)
class IgnoredValue:
    """A value of a link that was not used: its key, what it said, and what would be allowed ('' for an unknown key).

    Key and value are one line of at most 80 characters each: a page shows them, and a blank line among them would end
    the quotation and let a stranger's link write the rest of the page.
    """

    key: str
    value: str
    allowed: str


def to_query(setup: Setup) -> str:
    """Write a set-up as a readable query string, ``hidden=128,64&act=relu&...&seed=0``, every field named."""
    pairs = [
        (setting.metadata["query"], setting.metadata["rule"].write(getattr(config, setting.name)))
        for config in (setup.model, setup.train, setup.data)
        for setting in fields(config)
    ]
    return urlencode(pairs, safe=",")


def from_query(query: str | Mapping[str, str]) -> tuple[Setup, list[IgnoredValue]]:
    """Read a set-up from a query string (or from its keys and values), believing nothing.

    Returns:
        The set-up, with the default where a key is missing, unknown, unreadable or out of range, and the list of what
        was ignored. Of a key given twice the first counts; of a query's keys and values only the first ``MOST_PAIRS``.
        ``from_query(to_query(setup)) == (setup, [])``.
    """
    setup, values, ignored = Setup(), {}, []
    if isinstance(query, str):
        pieces = query.split("&", MOST_PAIRS)
        if len(pieces) > MOST_PAIRS:
            ignored.append(IgnoredValue("", one_line(pieces.pop()), f"up to {MOST_PAIRS:,} keys and values"))
        pairs = parse_qsl("&".join(pieces), keep_blank_values=True)
    else:
        pairs = list(query.items())
    for key, text in pairs:
        if key in values:
            ignored.append(IgnoredValue(one_line(key), one_line(text), GIVEN_ONCE))
        else:
            values[key] = text
    for part in fields(Setup):
        config = getattr(setup, part.name)
        for setting in fields(config):
            key = setting.metadata["query"]
            if key not in values:
                continue
            text = values.pop(key)
            rule = setting.metadata["rule"]
            try:
                if len(text) > LONGEST_QUERY_VALUE:
                    raise ValueError("too long")
                config = replace(config, **{setting.name: rule.parse(text)})
            except ValueError:
                ignored.append(IgnoredValue(key, one_line(text), rule.allowed))
        setup = replace(setup, **{part.name: config})
    ignored += [IgnoredValue(one_line(key), one_line(text), "") for key, text in values.items()]
    return setup, ignored


def one_line(text: str) -> str:
    """The beginning of a stranger's text on one line, for ``IgnoredValue``."""
    return " ".join(text[:80].split())
