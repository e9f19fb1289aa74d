"""Why a drawing is misread: each weight belongs to one pixel, so a digit in another place is another picture."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Look, Run, Trial, Verdict

CHANGES = ("aside", "small", "turned")
NEAR = 0.05  # accuracies no further apart count as repaired
READER = Setup(
    ModelConfig((64,), "relu", "kaiming", input_normalization="standard"),
    TrainConfig("adam", 0.003, "one_cycle", batch_size=32, epochs=1, training_images=20_000),
)


def _least_repaired(results: Results) -> str:
    numbers = results["reader"].numbers
    return min(CHANGES, key=lambda name: numbers[f"prepared_{name}"])


def _misread(results: Results) -> Verdict:
    numbers = results["reader"].numbers
    quoted = {name: numbers[name] for name in ("as_is", *CHANGES)}
    return Verdict(numbers["as_is"] > 0.85 and max(numbers[name] for name in CHANGES) < 0.6, quoted)


def _repaired(results: Results) -> Verdict:
    numbers = results["reader"].numbers
    kept = all(numbers[f"prepared_{name}"] > numbers["as_is"] - NEAR for name in ("aside", "small"))
    quoted = {name: numbers[f"prepared_{name}"] for name in CHANGES}
    return Verdict(kept and quoted["turned"] < 0.6, quoted)


EXPERIMENT = Experiment(
    "misread",
    12,
    (Trial("reader", READER, ("moved_digits",)),),
    (
        Guess("aside", "percent", 0, 100, 5, 10, lambda results: 100 * results["reader"].numbers["aside"]),
        Choice("not_repaired", CHANGES, _least_repaired),
        Run("reader", ("reader",)),
        Explain(Claim("misread", _misread)),
        Explain(Claim("repaired", _repaired)),
        Look("draw", "draw"),
    ),
)
