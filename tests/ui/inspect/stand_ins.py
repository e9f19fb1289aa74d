"""Networks of all kinds on the Inspect page."""

from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.ui import readers
from nnlab.ui.inspect.network import fingerprint
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

    def load() -> NamedReader:
        # Named by its weights: what pages keep of a network is not to be taken for the bundled one's in later tests.
        return NamedReader(model, "a network of the tests", f"stand-in {fingerprint(model)}")

    monkeypatch.setattr(readers, "_bundled", load)
    return model
