"""Configurations: bounds, round trips, and links that cannot hurt."""

import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from nnlab.config import (
    ConfigError,
    DataConfig,
    ModelConfig,
    Number,
    Setup,
    TrainConfig,
    from_dict,
    rule_of,
)

PARTS = {"model": ModelConfig, "train": TrainConfig, "data": DataConfig}
SETTINGS = [(part, setting) for part in PARTS.values() for setting in fields(part)]
NUMBERS = [(part, setting) for part, setting in SETTINGS if isinstance(setting.metadata["rule"], Number)]


def test_the_defaults_are_a_network_of_109386_parameters_and_938_steps_an_epoch():
    """60,000 / 64 = 937.5, so 938 batches, the last one of 32 images."""
    assert Setup().model.layer_sizes == (784, 128, 64, 10)
    assert Setup().model.parameter_count == 785 * 128 + 129 * 64 + 65 * 10 == 109_386
    assert Setup().train.steps_per_epoch == 938
    assert Setup().train.total_steps == 9380


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
        (DataConfig, "source", "cifar", "one of auto, mnist, builtin, fashion, kmnist, emnist, other"),
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
