"""Configurations: bounds, round trips, and links that cannot hurt."""

import json
import math
import pickle
import random
from dataclasses import FrozenInstanceError, fields, replace
from urllib.parse import urlencode

import pytest

from nnlab.config import (
    MAX_SEED,
    PRESETS,
    Choice,
    ConfigError,
    DataConfig,
    ModelConfig,
    Number,
    Setup,
    Sizes,
    Switch,
    TrainConfig,
    from_dict,
    from_query,
    rule_of,
    to_dict,
    to_query,
)

PARTS = {"model": ModelConfig, "train": TrainConfig, "data": DataConfig}
SETTINGS = [(part, setting) for part in PARTS.values() for setting in fields(part)]
NUMBERS = [(part, setting) for part, setting in SETTINGS if isinstance(setting.metadata["rule"], Number)]
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


def test_the_defaults_are_a_network_of_109386_parameters_and_938_steps_an_epoch():
    """60,000 / 64 = 937.5, so 938 batches, the last one of 32 images."""
    assert Setup().model.layer_sizes == (784, 128, 64, 10)
    assert Setup().model.parameter_count == 785 * 128 + 129 * 64 + 65 * 10 == 109_386
    assert Setup().train.steps_per_epoch == 938
    assert Setup().train.total_steps == 9380


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
            assert (setup, note.key, note.value) == (Setup(), key, text[:80])
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


@pytest.mark.parametrize(
    ("part", "name", "value", "allowed"),
    [
        (ModelConfig, "hidden_sizes", (0,), "0 to 8 layers of 1 to 2048 units"),
        (ModelConfig, "hidden_sizes", (1,) * 9, "0 to 8 layers of 1 to 2048 units"),
        (ModelConfig, "hidden_sizes", 128, "0 to 8 layers of 1 to 2048 units"),
        (ModelConfig, "activation", "relu7", "one of relu, sigmoid"),
        (ModelConfig, "dropout", 1.0, "a number from 0 to 0.9"),
        (ModelConfig, "dropout", True, "a number from 0 to 0.9"),
        (TrainConfig, "learning_rate", math.nan, "a number from 1e-06 to 100"),
        (TrainConfig, "learning_rate", math.inf, "a number from 1e-06 to 100"),
        (TrainConfig, "learning_rate", "0.1", "a number from 1e-06 to 100"),
        (TrainConfig, "batch_size", 8193, "a whole number from 1 to 8,192"),
        (TrainConfig, "batch_size", 64.0, "a whole number from 1 to 8,192"),
        (TrainConfig, "seed", -1, "a whole number from 0 to 2,147,483,647"),
        (TrainConfig, "augmentation", 1, "on (1) or off (0)"),
        (DataConfig, "source", "cifar", "one of auto, mnist, builtin, other"),
    ],
)
def test_an_error_names_the_field_the_value_and_the_range(part, name, value, allowed):
    with pytest.raises(ConfigError) as caught:
        part(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} is {value!r}; allowed: {allowed}")
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_an_error_stays_short():
    with pytest.raises(ConfigError) as caught:
        ModelConfig(activation="x" * 100_000)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("part", "setting"), NUMBERS, ids=[setting.name for _, setting in NUMBERS])
def test_both_ends_of_every_range_are_allowed_and_nothing_beyond(part, setting):
    rule = rule_of(part, setting.name)
    step = 1 if rule.integer else 1e-9
    for end, outside in ((rule.low, rule.low - step), (rule.high, rule.high + step)):
        assert getattr(part(**{setting.name: end}), setting.name) == end
        with pytest.raises(ConfigError, match=setting.name):
            part(**{setting.name: outside})


def test_configurations_are_frozen_and_lists_become_tuples():
    config = ModelConfig([3, 2])
    assert config == ModelConfig((3, 2))
    with pytest.raises(FrozenInstanceError):
        config.activation = "tanh"
    with pytest.raises(ConfigError):
        replace(config, activation="nothing")


@pytest.mark.parametrize(
    "values",
    [
        [],
        "model",
        None,
        {"model": []},
        {"model": {"hidden_sizes": "128"}},
        {"model": {"colour": 1}},
        {"train": {"epochs": "3"}},
        {"train": {"learning_rate": 1e999}},
        {"train": {"seed": None}},
    ],
)
def test_from_dict_refuses_with_a_config_error(values):
    with pytest.raises(ConfigError):
        from_dict(values)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_valid_setup_that_fits_in_a_link(name):
    setup = PRESETS[name].setup
    assert from_query(to_query(setup)) == (setup, [])
    assert setup.train.epochs <= 60 or name == "record"  # the others are over within a lesson


def test_the_notes_preset_is_the_run_in_the_notes():
    notes = PRESETS["notes"]
    assert notes.model == ModelConfig((128, 64), "relu", "torch", 0.0, "symmetric")
    assert notes.train == TrainConfig("sgd", 0.01, "constant", batch_size=64, epochs=10)
