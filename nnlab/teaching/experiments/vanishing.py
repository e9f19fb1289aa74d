"""The gradient vanishes on its way back through sigmoid layers; three cures."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.curves import stays_above
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Run, Sketch, Trial, Verdict

IMAGES = 20_000
SGD = TrainConfig("sgd", 0.1, batch_size=64, epochs=1, training_images=IMAGES)
ADAM = TrainConfig("adam", 0.003, batch_size=32, epochs=1, training_images=IMAGES)
CURES = ("relu", "tanh", "adam")
GUESSING, LEARNED = 2.2, 0.75  # nats; an accuracy


def _trial(name: str, layers: int, activation: str, initialization: str, train: TrainConfig = SGD) -> Trial:
    model = ModelConfig((64,) * layers, activation, initialization, input_normalization="standard")
    return Trial(name, Setup(model, train), ("first_gradient",))


def _shrinks(results: Results) -> str:
    times = results["deep"].numbers["shrinks"]
    return "same" if times < 10 else "tens" if times < 100 else "hundreds"


def _vanishes(results: Results) -> Verdict:
    deep, shallow = results["deep"], results["shallow"]
    holds = _shrinks(results) == "hundreds" and stays_above(*deep.train_loss, level=GUESSING)
    numbers = {"shrinks": deep.numbers["shrinks"], "loss": deep.final_loss, "deep": deep.accuracy}
    return Verdict(holds and shallow.accuracy > LEARNED, {**numbers, "shallow": shallow.accuracy})


def _cured(results: Results) -> Verdict:
    accuracies = {name: results[name].accuracy for name in CURES}
    shrinks = {f"{name}_shrinks": results[name].numbers["shrinks"] for name in CURES}
    return Verdict(min(accuracies.values()) > LEARNED, {**accuracies, **shrinks})


EXPERIMENT = Experiment(
    "vanishing",
    15,
    (
        _trial("shallow", 1, "sigmoid", "xavier"),
        _trial("deep", 4, "sigmoid", "xavier"),
        _trial("relu", 4, "relu", "kaiming"),
        _trial("tanh", 4, "tanh", "lecun"),
        _trial("adam", 4, "sigmoid", "xavier", ADAM),
    ),
    (
        Choice("shrinks", ("same", "tens", "hundreds"), _shrinks),
        Sketch("deep_curve", "deep", "train_loss", epochs=1, low=0, high=2.5),
        Run("depth", ("shallow", "deep")),
        Explain(Claim("vanishes", _vanishes)),
        Choice("best_cure", CURES, lambda results: max(CURES, key=lambda name: results[name].accuracy)),
        Run("cures", CURES),
        Explain(Claim("cured", _cured)),
    ),
)
