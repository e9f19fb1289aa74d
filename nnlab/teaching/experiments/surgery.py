"""A trained network changed by hand: what it can spare, and how one number ruins it."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Look, Run, Trial, Verdict

LITTLE, MUCH = 0.02, 0.05  # of the accuracy
PATIENT = Setup(
    ModelConfig((64,), "relu", "kaiming", input_normalization="standard"),
    TrainConfig("adam", 0.003, "one_cycle", batch_size=32, epochs=1, training_images=20_000),
)


def _lost(results: Results, edit: str) -> float:
    return results["patient"].accuracy - results["patient"].numbers[edit]


def _pruned(results: Results) -> str:
    lost = _lost(results, "pruned")
    return "little" if lost < LITTLE else "some" if lost < 0.2 else "most"


def _favoured(results: Results) -> str:
    share = results["patient"].numbers["favoured"]
    return "all" if share > 0.9 else "half" if share > 0.3 else "few"


def _spares(results: Results) -> Verdict:
    numbers = results["patient"].numbers
    holds = max(_lost(results, "one_cut"), _lost(results, "pruned")) < LITTLE < MUCH < _lost(results, "half_cut")
    quoted = {name: numbers[name] for name in ("one_cut", "half_cut", "pruned")}
    return Verdict(holds, {"whole": results["patient"].accuracy, **quoted})


def _one_number(results: Results) -> Verdict:
    return Verdict(_favoured(results) == "all", {"favoured": results["patient"].numbers["favoured"]})


EXPERIMENT = Experiment(
    "surgery",
    15,
    (Trial("patient", PATIENT, ("edits",)),),
    (
        Choice("pruned", ("little", "some", "most"), _pruned),
        Guess("half", "percent", 0, 100, 5, 10, lambda results: 100 * results["patient"].numbers["half_cut"]),
        Choice("favoured", ("few", "half", "all"), _favoured),
        Run("train", ("patient",)),
        Explain(Claim("spares", _spares)),
        Explain(Claim("one_number", _one_number)),
        Look("operate", "inspect", "section=surgery", trial="patient"),
    ),
)
