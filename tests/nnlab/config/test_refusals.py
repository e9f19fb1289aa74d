"""Whatever somebody says that a configuration is: it is one, or it is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import fields
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.config import (
    GIVEN_ONCE,
    MOST_PAIRS,
    ConfigError,
    DataConfig,
    ModelConfig,
    Setup,
    TrainConfig,
    from_dict,
    from_query,
    to_dict,
    to_query,
)
from tests.hostile import JSON, TEXTS, nested, tried, within_bounds

PARTS = {"model": ModelConfig, "train": TrainConfig, "data": DataConfig}
RULES = {setting.metadata["query"]: setting.metadata["rule"] for part in PARTS.values() for setting in fields(part)}
NUMBER_LIKE = st.text("0123456789.,+-eE_ ٣", max_size=20)
DEFAULTS = {
    setting.metadata["query"]: setting.metadata["rule"].write(setting.default)
    for part in PARTS.values()
    for setting in fields(part)
}
VALUES = st.sampled_from(list(DEFAULTS.values())) | NUMBER_LIKE | TEXTS


def settings_of(part: type) -> st.SearchStrategy[object]:
    """What might be said of one part: some of its fields, with any values; now and then anything at all."""
    names = st.sampled_from([setting.name for setting in fields(part)])
    defaults = st.sampled_from([setting.default for setting in fields(part)])
    return st.dictionaries(names, defaults | JSON, max_size=4) | JSON


@given(st.fixed_dictionaries({}, optional={name: settings_of(part) for name, part in PARTS.items()}) | JSON)
def test_a_configuration_is_read_or_refused(values):
    setup, refusal = tried(ConfigError, from_dict, values)
    if refusal:
        assert len(str(refusal)) < 400
        assert "; allowed: " in str(refusal)
    else:
        assert from_dict(json.loads(json.dumps(to_dict(setup)))) == setup


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), [10**5000], nested(10_000), [0] * 10**6, {"a": nested(10_000)}],
    ids=["digits", "negative", "in a list", "nested", "long", "nested in a mapping"],
)
def test_a_value_that_cannot_be_written_out_is_refused_all_the_same(value):
    """Python raises where it should write more than 4300 digits, or a list within a thousand lists."""
    for part, field in ((ModelConfig, "hidden_sizes"), (TrainConfig, "epochs"), (DataConfig, "source")):
        with pytest.raises(ConfigError, match=f"^{field} is ") as caught:
            part(**{field: value})
        assert len(str(caught.value)) < 400


@given(st.sampled_from(list(RULES.values())), VALUES)
def test_a_rule_reads_a_value_or_says_what_it_allows(rule, text):
    value, refusal = tried(ValueError, rule.parse, text)
    if refusal:
        assert str(refusal) == rule.allowed
    else:
        assert rule.check(value) == value
        assert rule.parse(rule.write(value)) == value


@pytest.mark.parametrize("text", ["--", "1.2.3", "e", "1.5", "9" * 5000])
def test_what_python_cannot_read_is_refused_in_our_words(text):
    with pytest.raises(ValueError, match="^a whole number from 1 to 1,000$"):
        RULES["epochs"].parse(text)


PIECES = st.sampled_from([*RULES, "colour", "&", "=", ";", "%", "%ff", "%00", "%0a%0a", "+", "#", "?"]) | VALUES.map(
    lambda text: quote(text, errors="replace")
)
PAIRS = st.lists(st.tuples(st.sampled_from([*RULES, "colour", "run"]), VALUES), max_size=30)
QUERIES = st.lists(PIECES, max_size=40).map("".join) | PAIRS.map(lambda pairs: urlencode(pairs, errors="replace"))


@given(QUERIES)
def test_of_a_link_each_value_is_used_or_said_not_to_be(query):
    with within_bounds():
        setup, ignored = from_query(query)
    assert from_query(to_query(setup)) == (setup, [])
    assert all(len(note.key) <= 80 and len(note.value) <= 80 for note in ignored)
    said = {note.key for note in ignored}
    own = dict(parse_qsl(to_query(setup), keep_blank_values=True))
    first = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        first.setdefault(key, text)
    for key, text in first.items():
        if " ".join(key[:80].split()) not in said:
            assert own[key] == RULES[key].write(RULES[key].parse(text))


@given(st.dictionaries(st.sampled_from([*RULES, "x"]) | TEXTS, TEXTS, max_size=20))
def test_keys_and_values_are_read_as_a_query_is(values):
    setup, ignored = from_query(values)
    assert from_query(to_query(setup)) == (setup, [])
    assert not any(note.allowed == GIVEN_ONCE for note in ignored)


def test_of_a_link_with_a_hundred_thousand_names_only_the_first_are_looked_at():
    setup, ignored = from_query("epochs=3&" + "&".join(f"a{number}" for number in range(100_000)) + "&seed=7")
    assert setup == Setup(train=TrainConfig(epochs=3))
    assert len(ignored) == MOST_PAIRS
    assert ignored[0].allowed == "up to 1,000 keys and values"
    assert ignored[0].value.startswith(f"a{MOST_PAIRS - 1}&")


def test_what_a_link_says_is_quoted_in_one_line():
    """A blank line would end the quotation on the page, and what follows would be read as the page's own words."""
    _, ignored = from_query("lr=" + quote("1\n\n# Log in at\u2028[here](http://example.org)") + "&x%0A%0Ay=1")
    assert [(note.key, note.value) for note in ignored] == [
        ("lr", "1 # Log in at [here](http://example.org)"),
        ("x y", "1"),
    ]
