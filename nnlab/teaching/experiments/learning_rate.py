"""The learning rate: too small, right, too large, and so large that the run breaks."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.curves import stays_above
from nnlab.teaching.results import Result, Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Look, Run, Sketch, Trial, Verdict

RATES = {"tiny": 0.0003, "middle": 0.03, "large": 0.3, "huge": 3.0}
SLOW, LEARNED = 1.5, 0.7  # nats; an accuracy


def _trial(name: str) -> Trial:
    train = TrainConfig("sgd", RATES[name], batch_size=64, epochs=1, training_images=20_000)
    # Leaky ReLU: with ReLU, a rate that is too large would end in dead neurons, which is another story.
    return Trial(name, Setup(ModelConfig((64,), "leaky_relu", "kaiming"), train))


def _best(results: Results) -> str:
    return max(RATES, key=lambda name: results[name].accuracy)


def _fate(result: Result) -> str:
    return "breaks" if result.diverged else "learns" if result.accuracy > LEARNED else "stuck"


def _middle_best(results: Results) -> Verdict:
    numbers = {name: results[name].accuracy for name in ("tiny", "middle", "large")}
    slow = stays_above(*results["tiny"].train_loss, level=SLOW)
    holds = slow and numbers["middle"] > LEARNED > numbers["large"]
    return Verdict(holds, {**numbers, "tiny_loss": results["tiny"].final_loss})


def _huge_breaks(results: Results) -> Verdict:
    huge = results["huge"]
    numbers = {"steps": float(len(huge.losses)), "first": float(huge.losses[0]), "second": float(huge.losses[1])}
    return Verdict(huge.diverged, numbers)


EXPERIMENT = Experiment(
    "learning_rate",
    12,
    tuple(map(_trial, RATES)),
    (
        Choice("best", tuple(RATES), _best),
        Choice("fate", ("learns", "stuck", "breaks"), lambda results: _fate(results["huge"])),
        Sketch("middle_curve", "middle", "train_loss", epochs=1, low=0, high=2.5),
        Run("all", tuple(RATES)),
        Explain(Claim("middle_best", _middle_best)),
        Explain(Claim("huge_breaks", _huge_breaks)),
        Look("lesson", "learn", "lesson=descent"),
    ),
)
