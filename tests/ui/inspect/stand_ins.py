"""Networks of all kinds on the Inspect page."""

from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.ui import readers
from nnlab.ui.readers import NamedReader

CONFIGS = {
    "relu": ModelConfig((12, 8)),
    "sigmoid": ModelConfig((12, 8), "sigmoid", "xavier"),
    "tanh": ModelConfig((12,), "tanh"),
    "none": ModelConfig(()),
    "deep": ModelConfig((10, 9, 8, 7, 6), "leaky_relu"),
}


def stand_in(monkeypatch, model: MLP) -> MLP:
    """Have this network in the place of the bundled one."""
    model.eval()
    monkeypatch.setattr(readers, "_bundled", lambda: NamedReader(model, "a network of the tests", readers.BUNDLED))
    return model
