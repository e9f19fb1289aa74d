"""ReLU, sigmoid and tanh from the very same starting weights: the slope decides how fast they learn."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.curves import falls_below, stays_above
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Look, Run, Sketch, Trial, Verdict

TRAIN = TrainConfig("sgd", 0.05, batch_size=64, epochs=1, training_images=20_000)
NAMES = ("relu", "sigmoid", "tanh")
LEVEL = 1.0  # nats; the right digit gets a probability of about 0.37


def _trial(name: str) -> Trial:
    # LeCun's start does not look at the activation, so that all three have the same weights with the same seed.
    return Trial(name, Setup(ModelConfig((64, 64), name, "lecun", input_normalization="standard"), TRAIN))


def _last(results: Results) -> str:
    return max(NAMES, key=lambda name: results[name].final_loss)


def _sigmoid_last(results: Results) -> Verdict:
    losses = {name: results[name].final_loss for name in NAMES}
    accuracies = {f"{name}_accuracy": results[name].accuracy for name in NAMES}
    quick = [falls_below(*results[name].train_loss, level=LEVEL) for name in ("relu", "tanh")]
    holds = None not in quick and stays_above(*results["sigmoid"].train_loss, level=LEVEL)
    return Verdict(holds, {**losses, **accuracies})


EXPERIMENT = Experiment(
    "three_functions",
    10,
    tuple(map(_trial, NAMES)),
    (
        Choice("last", NAMES, _last),
        Sketch("sigmoid_curve", "sigmoid", "train_loss", epochs=1, low=0, high=2.5),
        Run("race", NAMES),
        Explain(Claim("sigmoid_last", _sigmoid_last)),
        Look("slopes", "activations"),
    ),
)
