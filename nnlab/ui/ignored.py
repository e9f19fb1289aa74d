"""What could not be used of an address, in words.

Messengers, mail programs and advertisers append names of their own to a link (fbclid, utm_source, igsh, ...), new ones
every year, so no list of them is complete. A name means something here if it is one of ours, or so like one that it
must be a slip (hiden); all others are passed over without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from nnlab.compare.grid import Axes
from nnlab.config import GIVEN_ONCE, Choice, IgnoredValue, Number, Sizes, Switch
from nnlab.teaching.setups import SetupText
from nnlab.ui.numbers import in_full
from nnlab.ui.parameters import (
    HIDDEN_BY_LINK,
    LONGEST_TEXT,
    MOST_LINES,
    OPENED_BY_LINK,
    PARAMETERS,
    SETTINGS,
    ClassCode,
    Names,
    PlainText,
    Rule,
    RunNames,
)
from nnlab.ui.places import section_title
from nnlab.ui.text import t

MOST_NAMES = 100  # of an address are looked at for slips
MOST_NOTES = 8  # are shown: more help nobody
CLOSE = 0.75  # difflib's ratio of a slip in a name of four letters: sead for seed


def resembles(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of these, or a slip in one of them."""
    name = name.lower()
    return name in names or (2 < len(name) <= 25 and bool(get_close_matches(name, names, n=1, cutoff=CLOSE)))


def slips(given: Collection[str], names: Collection[str]) -> list[IgnoredValue]:
    """Those of an address's names that are none of these, and so like one that they are meant to be."""
    strange = [name for name in list(given)[:MOST_NAMES] if name not in names]
    known = {*PARAMETERS, *SETTINGS, *SETTINGS.values()}  # of other pages; a set-up is read elsewhere
    return [IgnoredValue(name, "", "") for name in strange if name not in known and resembles(name, names)]


def explain(ignored: Sequence[IgnoredValue], rules: Mapping[str, Rule]) -> str:
    """One sentence for each."""
    notes = []
    for item in ignored[:MOST_NOTES]:
        key, value, rule = item.key.replace("`", ""), item.value.replace("`", ""), rules.get(item.key)
        if item.allowed == GIVEN_ONCE:
            notes.append(t("train.ignored_repeated", name=key, value=value))
        elif item.allowed == HIDDEN_BY_LINK:
            notes.append(t("links.hidden_section", section=t(section_title(*value.split(".")))))
        elif item.allowed == OPENED_BY_LINK:
            notes.append(t("links.hidden_page", page=t(f"{value}.title")))
        elif isinstance(rule, Names):
            notes.append(t(f"links.unknown_to_{key}", value=value))
        elif rule is not None:
            notes.append(t("train.ignored_value", name=key, value=value, allowed=allowed_words(rule)))
        else:
            notes.append(t("train.ignored_unknown", name=key))
    return t("train.ignored", notes=" ".join(notes))


def allowed_words(rule: Rule) -> str:
    """What a rule allows, in words."""
    if isinstance(rule, Number):
        low, high = (in_full(end, is_grouped=True) for end in (rule.low, rule.high))
        return t("train.allowed_number", low=low, high=high)
    if isinstance(rule, Sizes):
        return t("train.allowed_sizes")
    if isinstance(rule, PlainText):
        return t("links.allowed_text", characters=LONGEST_TEXT, lines=MOST_LINES)
    if isinstance(rule, (Choice, Switch)):
        return ", ".join(rule.options if isinstance(rule, Choice) else ("0", "1"))
    if isinstance(rule, ClassCode):
        return t("classroom.allowed_code")
    if isinstance(rule, (Axes, RunNames)):
        return t("compare.allowed_axes" if isinstance(rule, Axes) else "compare.allowed_runs")
    if isinstance(rule, SetupText):
        return t(f"{rule.name}.allowed")
    return t("links.allowed_name")
