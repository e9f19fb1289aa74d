"""What can be chosen: the network, the training, the data, each a frozen configuration with bounds.

Everything that describes a run is in three small frozen objects, the seed included, so that a run can be repeated, put
into a link and stored with its weights. The same table of rules validates a value, feeds the menus of the app and reads
a link, so the three cannot disagree. This module imports no torch: a page can show its controls at once.

Read next: ``activations``, then ``model``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

IMAGE_SIDE = 28  # pixels; MNIST's images are 28 x 28
PIXELS = IMAGE_SIDE * IMAGE_SIDE  # P
CLASSES = 10  # C: the digits 0 to 9

MAX_HIDDEN_LAYERS = 8
MAX_UNITS = 2048  # per hidden layer
MAX_EPOCHS = 1000
MAX_BATCH_SIZE = 8192
TRAIN_IMAGES = 60_000  # MNIST's training set
MAX_SEED = 2**31 - 1
GIVEN_ONCE = "each key once"  # what a link allows where it names a key twice
LONGEST_QUERY_VALUE = 100  # characters; the longest honest one, eight layers of 2048, has 39

# The order of these names is the order of the menus.
ACTIVATION_NAMES = (
    "relu", "sigmoid", "tanh", "identity", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "softplus", "mish",
    "hardtanh", "softsign",
)  # fmt: skip
INITIALIZATION_NAMES = ("torch", "kaiming", "xavier", "lecun", "small_normal", "zeros")
INPUT_NORMALIZATION = {  # name -> (mean, standard deviation) subtracted from and divided into pixels in [0, 1]
    "symmetric": (0.5, 0.5),  # to [-1, 1], as in the study notes
    "standard": (0.1307, 0.3081),  # mean and deviation of MNIST's training pixels: mean 0, variance 1
    "none": (0.0, 1.0),  # stays in [0, 1]
}
OPTIMIZER_NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULE_NAMES = ("constant", "step", "cosine", "one_cycle")
DATA_SOURCES = ("auto", "mnist", "builtin", "other")
DEVICES = ("cpu", "cuda", "mps")  # torch's names


class ConfigError(ValueError):
    """A value outside what a configuration allows. The message names the field, the value and the range."""

    def __init__(self, field_name: str, value: object, allowed: str):
        self.field_name, self.value, self.allowed = field_name, value, allowed
        super().__init__(f"{field_name} is {_shorten(value)}; allowed: {allowed}")

    def __reduce__(self) -> tuple[type, tuple[str, object, str]]:
        # An exception is rebuilt from its message alone by default; this one crosses from worker to app.
        return type(self), (self.field_name, self.value, self.allowed)


def _shorten(value: object, length: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


@dataclass(frozen=True)
class Number:
    """Rule: a finite number from ``low`` to ``high``, both included."""

    low: float
    high: float
    integer: bool = False

    @property
    def allowed(self) -> str:
        if self.integer:
            return f"a whole number from {self.low:,} to {self.high:,}"
        return f"a number from {self.low:,g} to {self.high:,g}"

    def check(self, value: Any) -> int | float:
        """Return the value as int or float; raise ValueError outside the range, for NaN, and for a bool."""
        kinds = int if self.integer else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.low <= value <= self.high:
            raise ValueError(self.allowed)
        return int(value) if self.integer else float(value)

    def parse(self, text: str) -> int | float:
        """Read what ``write`` writes; Python's own int and float would read 1_0 as 10, and digits of every script."""
        if not re.fullmatch(r"[-+.\de]+", text, re.ASCII | re.IGNORECASE):
            raise ValueError(self.allowed)
        return self.check(int(text) if self.integer else float(text))

    def write(self, value: int | float) -> str:
        return str(value) if self.integer else repr(value)


@dataclass(frozen=True)
class Choice:
    """Rule: one of a registry's names."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(self.options)

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(self.allowed)
        return value

    parse = check

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Switch:
    """Rule: on or off."""

    allowed = "on (1) or off (0)"

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(self.allowed)
        return value

    def parse(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(self.allowed)
        return text == "1"

    def write(self, value: bool) -> str:
        return "1" if value else "0"


@dataclass(frozen=True)
class Sizes:
    """Rule: the units of each hidden layer, input side first; no layer at all is allowed."""

    allowed = f"0 to {MAX_HIDDEN_LAYERS} layers of 1 to {MAX_UNITS} units"

    def check(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_HIDDEN_LAYERS:
            raise ValueError(self.allowed)
        units = Number(1, MAX_UNITS, integer=True)
        try:
            return tuple(int(units.check(size)) for size in value)
        except ValueError:
            raise ValueError(self.allowed) from None

    def parse(self, text: str) -> tuple[int, ...]:
        units = Number(1, MAX_UNITS, integer=True)
        return self.check([units.parse(size) for size in text.split(",")] if text else [])

    def write(self, value: tuple[int, ...]) -> str:
        return ",".join(str(size) for size in value)


Rule = Number | Choice | Switch | Sizes


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
        optimizer: the rule that turns a gradient into a step; a key of ``training.OPTIMIZERS``.
        learning_rate: length of a step, the schedule's highest value.
        schedule: how the learning rate changes over the run; see ``training.scheduled_rate``.
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
    """Which digits. ``auto`` takes what is there; ``other`` are images under MNIST's names that are not MNIST."""

    source: str = _setting("auto", Choice(DATA_SOURCES), "data")


Config = ModelConfig | TrainConfig | DataConfig


def rule_of(config_type: type[Config], field_name: str) -> Rule:
    """The rule of one field, for menus and messages: ``rule_of(TrainConfig, "epochs").high``."""
    return next(setting.metadata["rule"] for setting in fields(config_type) if setting.name == field_name)


@dataclass(frozen=True)
class IgnoredValue:
    """A value of a link that was not used: its key, what it said, and what would be allowed ('' for an unknown key)."""

    key: str
    value: str
    allowed: str


@dataclass(frozen=True)
class Setup:
    """The three configurations of one run."""

    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    data: DataConfig = DataConfig()


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
        was ignored. Of a key given twice the first counts. ``from_query(to_query(setup)) == (setup, [])``.
    """
    pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else query.items()
    setup, values, ignored = Setup(), {}, []
    for key, text in pairs:
        if key in values:
            ignored.append(IgnoredValue(key[:80], text[:80], GIVEN_ONCE))
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
                ignored.append(IgnoredValue(key, text[:80], rule.allowed))
        setup = replace(setup, **{part.name: config})
    ignored += [IgnoredValue(key[:80], text[:80], "") for key, text in values.items()]
    return setup, ignored


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
    parts = {}
    for name, part_type in (("model", ModelConfig), ("train", TrainConfig), ("data", DataConfig)):
        given = values.get(name, {})
        known = [setting.name for setting in fields(part_type)]
        if not isinstance(given, Mapping) or not set(given) <= set(known):
            raise ConfigError(name, given, "a mapping with keys " + ", ".join(known))
        parts[name] = part_type(**given)
    return Setup(**parts)


@dataclass(frozen=True)
class Preset:
    """A named set-up that shows something: a success to reach, or a failure worth seeing."""

    model: ModelConfig
    train: TrainConfig

    @property
    def setup(self) -> Setup:
        return Setup(self.model, self.train)


PRESETS: dict[str, Preset] = {
    # The run in the study notes: plain SGD on pixels in [-1, 1], nn.Linear's own initialisation.
    "notes": Preset(ModelConfig((128, 64), "relu", "torch"), TrainConfig("sgd", 0.01, epochs=10)),
    # One epoch: 97 % of the test set, where the notes reached 95.16 % in ten.
    "quick": Preset(
        ModelConfig((128, 64), "relu", "kaiming", input_normalization="standard"),
        TrainConfig("adam", 0.003, "one_cycle", batch_size=32, epochs=1),
    ),
    # 98.3 % of the test set in three epochs; the learning rate has fallen to 0 by then, which is what does it.
    "accurate": Preset(
        ModelConfig((384, 128), "relu", "kaiming", input_normalization="standard"),
        TrainConfig("adamw", 0.004, "one_cycle", batch_size=128, epochs=3, l2=0.01),
    ),
    # How far a plain MLP gets: images changed anew in every epoch; 99.52 % after 50 minutes of one core. Cireşan et al.
    # came to 99.65 % so in 2010, with three times the weights.
    "record": Preset(
        ModelConfig((2048, 1024, 512), "relu", "kaiming", dropout=0.1, input_normalization="standard"),
        TrainConfig(
            "adamw", 0.001, "one_cycle", batch_size=256, epochs=150, l2=0.05, gradient_clip=1.0, augmentation=True
        ),
    ),
    # Eight sigmoid layers: each multiplies the gradient by at most 1/4, so the first layers hear nothing. Their
    # gradient is ten thousand times shorter than the last layer's, and the test accuracy stays near 11 %.
    "vanishing": Preset(ModelConfig((64,) * 8, "sigmoid", "xavier"), TrainConfig("sgd", 0.1, epochs=5)),
    # A few steps far too long, and the input of nearly every ReLU is negative for every image: f' = 0, nothing moves
    # again. The loss stays finite, near ln 10 = 2.30, which is guessing. One layer, since two would first pass 1e6.
    "dead": Preset(ModelConfig((128,), "relu", "kaiming"), TrainConfig("sgd", 0.5, epochs=3)),
    # Identity layers have no f' = 0 to hide behind: each step overshoots more than the last, until after 14 to 19 steps
    # the numbers end. At 0.03 the same network learns.
    "diverging": Preset(ModelConfig((128, 64), "identity", "kaiming"), TrainConfig("sgd", 0.06, epochs=3)),
    # 500 images learned by heart: training accuracy 100 %, test loss down to 0.57 and up again to 0.65.
    "overfitting": Preset(
        ModelConfig((512, 256), "relu", "kaiming"), TrainConfig("adam", 0.001, epochs=60, training_images=500)
    ),
    # All weights 0: every unit of a layer computes the same, 0, and gets the same gradient, 0. Only the ten output
    # biases learn: how common each digit is.
    "zeros": Preset(ModelConfig((128, 64), "tanh", "zeros"), TrainConfig("sgd", 0.1, epochs=3)),
}
