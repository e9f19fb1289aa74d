"""ReLU neurons killed by steps that are too long: they do not come back, but need not have died."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Run, Trial, Verdict

RATE, CLIP = 0.5, 0.2
MOSTLY, FEW = 0.8, 0.1  # of the hidden neurons
NEURONS = 128


def _trial(name: str, schedule: str = "constant", clip: float = 0.0) -> Trial:
    train = TrainConfig(
        "sgd", RATE, schedule, batch_size=64, epochs=1, gradient_clip=clip, training_images=20_000
    )  # fmt: skip
    return Trial(name, Setup(ModelConfig((NEURONS,), "relu", "kaiming"), train), ("dead_neurons",))


def _dead(results: Results, name: str) -> float:
    return results[name].numbers["dead"]


def _helps(results: Results) -> str:
    lower, shorter = (_dead(results, name) < MOSTLY / 2 for name in ("lower", "shorter"))
    return "both" if lower and shorter else "lower" if lower else "shorter" if shorter else "neither"


def _killed(results: Results) -> Verdict:
    dead, killed = _dead(results, "killed"), results["killed"]
    numbers = {"dead": dead, "count": dead * NEURONS, "loss": killed.final_loss, "accuracy": killed.accuracy}
    return Verdict(dead > MOSTLY and killed.accuracy < 0.4, numbers)


def _stay_dead(results: Results) -> Verdict:
    dead = _dead(results, "lower")
    return Verdict(dead > MOSTLY, {"dead": dead, "accuracy": results["lower"].accuracy})


def _kept_alive(results: Results) -> Verdict:
    dead, accuracy = _dead(results, "shorter"), results["shorter"].accuracy
    return Verdict(dead < FEW and accuracy > 0.7, {"dead": dead, "accuracy": accuracy})


EXPERIMENT = Experiment(
    "dead_relu",
    12,
    (_trial("killed"), _trial("lower", schedule="step"), _trial("shorter", clip=CLIP)),
    (
        Guess("count_dead", "percent", 0, 100, 5, 10, lambda results: 100 * _dead(results, "killed")),
        Run("kill", ("killed",)),
        Explain(Claim("killed", _killed)),
        Choice("helps", ("lower", "shorter", "both", "neither"), _helps),
        Run("revive", ("lower", "shorter")),
        Explain(Claim("stay_dead", _stay_dead)),
        Explain(Claim("kept_alive", _kept_alive)),
    ),
)
