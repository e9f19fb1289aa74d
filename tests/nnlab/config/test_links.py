"""Links: what one says is used, or said not to be; nothing in one can do harm."""

import json
import pickle
import random
from dataclasses import fields
from urllib.parse import urlencode

import pytest

from nnlab.config import (
    MAX_SEED,
    Choice,
    DataConfig,
    ModelConfig,
    Setup,
    Sizes,
    Switch,
    TrainConfig,
    from_dict,
    from_query,
    to_dict,
    to_query,
)

PARTS = {"model": ModelConfig, "train": TrainConfig, "data": DataConfig}
SETTINGS = [(part, setting) for part in PARTS.values() for setting in fields(part)]


QUERY_KEYS = {setting.metadata["query"]: (part, setting) for part, setting in SETTINGS}
HOSTILE = [
    "", " ", "nan", "NaN", "inf", "-inf", "1e999", "-1e999", "-1", "0x10", "1;2", "9" * 10_000, "x" * 100_000, "None",
    "[]", "1,2,3,4,5,6,7,8,9", "0,0", "128,,64", "1.5,2", "relu\n", "RELU", "<script>", "%00", "\x00", "٣٣٣٣٣٣٣", "2",
    "../..", "True", "1e-400", "0." + "0" * 300 + "1",
]  # fmt: skip


def random_value(rule, source: random.Random):
    if isinstance(rule, Choice):
        return source.choice(rule.options)
    if isinstance(rule, Switch):
        return source.random() < 0.5
    if isinstance(rule, Sizes):
        return tuple(source.randint(1, 2048) for _ in range(source.randint(0, 8)))
    if rule.integer:
        return source.choice([rule.low, rule.high, source.randint(rule.low, rule.high)])
    return source.choice([rule.low, rule.high, source.uniform(rule.low, rule.high)])


def random_setup(seed: int) -> Setup:
    source = random.Random(seed)
    return Setup(*(
        part(**{setting.name: random_value(setting.metadata["rule"], source) for setting in fields(part)})
        for part in PARTS.values()
    ))  # fmt: skip


def test_a_query_names_every_field_and_is_readable():
    query = to_query(Setup())
    assert query.startswith("hidden=128,64&act=relu&")
    assert query.endswith("&seed=0&data=auto")
    assert len(query.split("&")) == len(SETTINGS) == len(QUERY_KEYS)


@pytest.mark.parametrize("seed", range(50))
def test_a_setup_survives_query_dict_and_json(seed):
    setup = random_setup(seed)
    assert from_query(to_query(setup)) == (setup, [])
    assert from_dict(to_dict(setup)) == setup
    assert from_dict(json.loads(json.dumps(to_dict(setup)))) == setup
    assert pickle.loads(pickle.dumps(setup)) == setup
    assert hash(from_dict(to_dict(setup))) == hash(setup)


def test_a_query_can_be_a_mapping_and_leave_things_out():
    setup, ignored = from_query({"hidden": "", "lr": "0.5", "augment": "1"})
    assert setup == Setup(ModelConfig(()), TrainConfig(learning_rate=0.5, augmentation=True))
    assert ignored == []
    assert from_query("") == (Setup(), [])


@pytest.mark.parametrize("key", QUERY_KEYS)
def test_a_hostile_value_falls_back_with_a_note_or_is_in_range(key):
    _, setting = QUERY_KEYS[key]
    for text in HOSTILE:
        setup, ignored = from_query(urlencode({key: text}))
        assert from_query(to_query(setup)) == (setup, [])
        if ignored:
            (note,) = ignored
            assert (setup, note.key, note.value) == (Setup(), key, text[:80].strip())
            assert note.allowed == setting.metadata["rule"].allowed


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("lr", "nan"),
        ("lr", "1_0"),
        ("lr", "0,05"),
        ("epochs", "٣"),
        ("epochs", " 3"),
        ("hidden", "1_28"),
        ("hidden", "١٢٨"),
        ("lr", "inf"),
        ("lr", "1e999"),
        ("lr", "-0.1"),
        ("lr", "0"),
        ("epochs", "0"),
        ("epochs", "1.5"),
        ("batch", "8193"),
        ("hidden", "128,0"),
        ("hidden", "1,1,1,1,1,1,1,1,1"),
        ("hidden", "2049"),
        ("dropout", "0.91"),
        ("act", "relu6"),
        ("augment", "yes"),
        ("seed", str(MAX_SEED + 1)),
        ("seed", "1" + "0" * 300),
        ("dropout", "0." + "0" * 200 + " no number at all"),
    ],
)
def test_what_is_out_of_range_is_noted_and_the_rest_is_kept(key, text):
    setup, ignored = from_query(urlencode({key: text, "l1": "0.25"}))
    assert setup == Setup(train=TrainConfig(l1=0.25))
    assert [note.key for note in ignored] == [key]


def test_unknown_and_repeated_keys_are_noted_and_the_first_value_counts():
    setup, ignored = from_query("epochs=3&colour=red&epochs=4&epochs=x&" + "k" * 1000 + "=1")
    assert setup == Setup(train=TrainConfig(epochs=3))
    assert [(note.key, note.value) for note in ignored] == [
        ("epochs", "4"),
        ("epochs", "x"),
        ("colour", "red"),
        ("k" * 80, "1"),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_no_query_at_all_raises(seed):
    source = random.Random(seed)
    pieces = [*QUERY_KEYS, "", "x", "=", "&", "%", "%ff", "+", "1", ",", ".", "-", "e9", "ü"]
    setup, _ = from_query("".join(source.choices(pieces, k=200)))
    assert from_query(to_query(setup)) == (setup, [])
