"""What can be chosen: the network, the training, the data, each a frozen configuration with bounds.

Everything that describes a run is in three small frozen objects, the seed included, so that a run can be repeated, put
into a link and stored with its weights. The same rules validate a value, feed the menus of the app and read a link, so
the three cannot disagree. Nothing here imports torch: a page can show its controls at once.

``rules`` say what a value may be, ``settings`` are the configurations, ``links`` write and read them as an address,
``presets`` name some worth seeing. Others import all names from here.

Read next: ``activations``, then ``model``.
"""

from nnlab.config.links import GIVEN_ONCE, MOST_PAIRS, IgnoredValue, from_query, to_query
from nnlab.config.presets import NOTES_ACCURACY, NOTES_LOSSES, NOTES_SECONDS, PRESETS, Preset
from nnlab.config.rules import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    Choice,
    ConfigError,
    Number,
    Rule,
    Sizes,
    Switch,
)
from nnlab.config.settings import (
    ACTIVATION_NAMES,
    CLASSES,
    DATA_SOURCES,
    DEVICES,
    IMAGE_SIDE,
    INITIALIZATION_NAMES,
    INPUT_NORMALIZATION,
    MAX_EPOCHS,
    MAX_SEED,
    OPTIMIZER_NAMES,
    PIXELS,
    SCHEDULE_NAMES,
    Config,
    DataConfig,
    ModelConfig,
    Setup,
    TrainConfig,
    from_dict,
    rule_of,
    to_dict,
)

__all__ = [
    "ACTIVATION_NAMES",
    "CLASSES",
    "DATA_SOURCES",
    "DEVICES",
    "GIVEN_ONCE",
    "IMAGE_SIDE",
    "INITIALIZATION_NAMES",
    "INPUT_NORMALIZATION",
    "MAX_EPOCHS",
    "MAX_HIDDEN_LAYERS",
    "MAX_SEED",
    "MAX_UNITS",
    "MOST_PAIRS",
    "NOTES_ACCURACY",
    "NOTES_LOSSES",
    "NOTES_SECONDS",
    "OPTIMIZER_NAMES",
    "PIXELS",
    "PRESETS",
    "SCHEDULE_NAMES",
    "Choice",
    "Config",
    "ConfigError",
    "DataConfig",
    "IgnoredValue",
    "ModelConfig",
    "Number",
    "Preset",
    "Rule",
    "Setup",
    "Sizes",
    "Switch",
    "TrainConfig",
    "from_dict",
    "from_query",
    "rule_of",
    "to_dict",
    "to_query",
]
