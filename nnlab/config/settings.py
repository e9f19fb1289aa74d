"""The frozen configurations of a run: the network, the training, the data, each field with its default and its rule.

Everything that describes a run is in three small frozen objects, the seed included, so that a run can be repeated, put
into a link and stored with its weights.

Read next: ``presets``, then ``activations`` and ``model``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from nnlab.config.rules import Choice, ConfigError, Number, Rule, Sizes, Switch

IMAGE_SIDE = 28  # pixels; MNIST's images are 28 x 28
PIXELS = IMAGE_SIDE * IMAGE_SIDE  # P
CLASSES = 10  # C: the digits 0 to 9
MAX_EPOCHS = 1000
MAX_BATCH_SIZE = 8192
TRAIN_IMAGES = 60_000  # MNIST's training set
MAX_SEED = 2**31 - 1
# The order of these names is the order of the menus.
ACTIVATION_NAMES = (
    "relu", "sigmoid", "tanh", "identity", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "softplus", "mish",
    "hardtanh", "softsign",
)  # fmt: skip
INITIALIZATION_NAMES = ("torch", "kaiming", "xavier", "lecun", "small_normal", "zeros")
INPUT_NORMALIZATION = {  # name -> (mean, standard deviation): pixels in [0, 1] less the mean, divided by the deviation
    "symmetric": (0.5, 0.5),  # to [-1, 1], as in the study notes
    "standard": (0.1307, 0.3081),  # mean and deviation of MNIST's training pixels: mean 0, variance 1
    "none": (0.0, 1.0),  # stays in [0, 1]
}
OPTIMIZER_NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULE_NAMES = ("constant", "step", "cosine", "one_cycle")
DATA_SOURCES = ("auto", "mnist", "builtin", "fashion", "kmnist", "emnist", "other")
DEVICES = ("cpu", "cuda", "mps")  # torch's names


def _setting(default: Any, rule: Rule, query: str) -> Any:
    return field(default=default, metadata={"rule": rule, "query": query})


class _Checked:
    """Checks each field against its rule when the object is made."""

    def __post_init__(self) -> None:
        for setting in fields(self):  # type: ignore[arg-type]
            value = getattr(self, setting.name)
            try:
                checked = setting.metadata["rule"].check(value)
            except ValueError as error:
                raise ConfigError(setting.name, value, str(error)) from None
            object.__setattr__(self, setting.name, checked)


@dataclass(frozen=True)
class ModelConfig(_Checked):
    """The network: 784 inputs, the hidden layers, 10 outputs.

    Attributes:
        hidden_sizes: units of each hidden layer, 0 to 8 layers of 1 to 2048. Default: the notes' network.
        activation: what follows each hidden layer; a key of ``activations.ACTIVATIONS``.
        initialization: how the weights start; a key of ``model.INITIALIZATIONS``. ``torch`` is what nn.Linear does
            by itself and what the notes used without knowing.
        dropout: fraction of hidden outputs set to 0 while training.
        input_normalization: what happens to pixels in [0, 1] first; a key of ``INPUT_NORMALIZATION``.
    """

    hidden_sizes: tuple[int, ...] = _setting((128, 64), Sizes(), "hidden")
    activation: str = _setting("relu", Choice(ACTIVATION_NAMES), "act")
    initialization: str = _setting("kaiming", Choice(INITIALIZATION_NAMES), "init")
    dropout: float = _setting(0.0, Number(0.0, 0.9), "dropout")
    input_normalization: str = _setting("symmetric", Choice(tuple(INPUT_NORMALIZATION)), "norm")

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of every layer, input and output included: (784, ..., 10)."""
        return (PIXELS, *self.hidden_sizes, CLASSES)

    @property
    def parameter_count(self) -> int:
        """Weights and biases of all layers: the sum of (inputs + 1) x outputs."""
        sizes = self.layer_sizes
        return sum((inputs + 1) * outputs for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True))


@dataclass(frozen=True)
class TrainConfig(_Checked):
    """The training: how the weights are changed, for how long, on what.

    Attributes:
        optimizer: the rule that turns a gradient into a step; a key of ``optim.OPTIMIZERS``.
        learning_rate: length of a step, the schedule's highest value.
        schedule: how the learning rate changes over the run; see ``schedules.scheduled_rate``.
        batch_size: images per step.
        epochs: passes over the training images.
        l1, l2: strength of the penalties l1 * sum(abs(w)) and l2 / 2 * sum(w * w) on the weights (not the biases).
            For AdamW, l2 is its decoupled weight decay.
        gradient_clip: longest gradient (Euclidean norm over all parameters) allowed; 0 means no limit.
        augmentation: whether each image is moved, turned, scaled and bent a little, anew each time.
        training_images: how many images of the training set to use, taken from its start.
        seed: decides the starting weights, the order of the images, dropout and augmentation.
    """

    optimizer: str = _setting("sgd", Choice(OPTIMIZER_NAMES), "opt")
    learning_rate: float = _setting(0.01, Number(1e-6, 100.0), "lr")
    schedule: str = _setting("constant", Choice(SCHEDULE_NAMES), "schedule")
    batch_size: int = _setting(64, Number(1, MAX_BATCH_SIZE, integer=True), "batch")
    epochs: int = _setting(10, Number(1, MAX_EPOCHS, integer=True), "epochs")
    l1: float = _setting(0.0, Number(0.0, 1.0), "l1")
    l2: float = _setting(0.0, Number(0.0, 1.0), "l2")
    gradient_clip: float = _setting(0.0, Number(0.0, 1000.0), "clip")
    augmentation: bool = _setting(False, Switch(), "augment")
    training_images: int = _setting(TRAIN_IMAGES, Number(10, TRAIN_IMAGES, integer=True), "images")
    seed: int = _setting(0, Number(0, MAX_SEED, integer=True), "seed")

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass over the training images; the last one may be short."""
        return math.ceil(self.training_images / self.batch_size)

    @property
    def total_steps(self) -> int:
        return self.steps_per_epoch * self.epochs


@dataclass(frozen=True)
class DataConfig(_Checked):
    """Which images. ``auto`` takes the digits that are there; ``other`` are images under MNIST's names that are not
    MNIST; of those that are no digits, ``sources.published`` says what they show."""

    source: str = _setting("auto", Choice(DATA_SOURCES), "data")


Config = ModelConfig | TrainConfig | DataConfig


def rule_of(config_type: type[Config], field_name: str) -> Rule:
    """The rule of one field, for menus and messages: ``rule_of(TrainConfig, "epochs").high``."""
    return next(setting.metadata["rule"] for setting in fields(config_type) if setting.name == field_name)


@dataclass(frozen=True)
class Setup:
    """The three configurations of one run."""

    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    data: DataConfig = DataConfig()


def to_dict(setup: Setup) -> dict[str, dict[str, Any]]:
    """The set-up as plain values for JSON: ``{"model": {...}, "train": {...}, "data": {...}}``."""
    return {
        part.name: {setting.name: getattr(getattr(setup, part.name), setting.name) for setting in fields(part_type)}
        for part, part_type in zip(fields(Setup), (ModelConfig, TrainConfig, DataConfig), strict=True)
    }


def from_dict(values: Mapping[str, Any]) -> Setup:
    """The inverse of ``to_dict``.

    Raises:
        ConfigError: for a value out of range, an unknown field or a part that is not a mapping.
    """
    if not isinstance(values, Mapping):
        raise ConfigError("setup", values, "a mapping with keys model, train, data")
    parts: dict[str, Any] = {}
    for name, part_type in (("model", ModelConfig), ("train", TrainConfig), ("data", DataConfig)):
        given = values.get(name, {})
        known = [setting.name for setting in fields(part_type)]
        if not isinstance(given, Mapping) or not set(given) <= set(known):
            raise ConfigError(name, given, "a mapping with keys " + ", ".join(known))
        parts[name] = part_type(**given)
    return Setup(**parts)
