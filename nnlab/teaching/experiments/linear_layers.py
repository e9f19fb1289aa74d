"""Why layers need an activation function between them: without one, three layers are one."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Look, Run, Trial, Verdict

TRAIN = TrainConfig("adam", 0.003, "one_cycle", batch_size=32, epochs=1, training_images=20_000)
SAME = 0.015  # accuracies no further apart are called the same: ten seeds scatter by about as much


def _trial(name: str, hidden_sizes: tuple[int, ...], activation: str) -> Trial:
    model = ModelConfig(hidden_sizes, activation, "kaiming", input_normalization="standard")
    return Trial(name, Setup(model, TRAIN))


def _compared(results: Results) -> str:
    gain = results["stacked"].accuracy - results["single"].accuracy
    return "same" if abs(gain) < SAME else "better" if gain > 0 else "worse"


def _still_one_layer(results: Results) -> Verdict:
    single, stacked = results["single"].accuracy, results["stacked"].accuracy
    numbers = {"single": single, "stacked": stacked, "apart": 100 * abs(stacked - single)}
    return Verdict(_compared(results) == "same", numbers)


def _bends(results: Results) -> Verdict:
    stacked, bent = results["stacked"].accuracy, results["bent"].accuracy
    numbers = {"stacked": stacked, "bent": bent, "gain": 100 * (bent - stacked)}
    return Verdict(bent - stacked > SAME, numbers)


EXPERIMENT = Experiment(
    "linear_layers",
    12,
    (
        _trial("single", (), "identity"),
        _trial("stacked", (64, 64), "identity"),
        _trial("bent", (64, 64), "relu"),
    ),
    (
        Choice("compared", ("better", "same", "worse"), _compared),
        Run("straight", ("single", "stacked")),
        Explain(Claim("still_one_layer", _still_one_layer)),
        Guess("with_relu", "percent", 85, 100, 0.5, 1.5, lambda results: 100 * results["bent"].accuracy),
        Run("relu", ("bent",)),
        Explain(Claim("bends", _bends)),
        Look("lesson", "learn", "lesson=layer"),
    ),
)
