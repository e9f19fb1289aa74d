"""500 images learned by heart, and four ways to learn something else from them."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.curves import rises_after
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Run, Sketch, Trial, Verdict

EPOCHS = 25
CURES = ("more", "dropout", "decay", "variations")
RISE = 0.02  # nats


def _trial(
    name: str, optimizer: str = "adam", images: int = 500, epochs: int = EPOCHS, l2: float = 0.0,
    augmentation: bool = False, dropout: float = 0.0,
) -> Trial:  # fmt: skip
    model = ModelConfig((128,), "relu", "kaiming", dropout, "standard")
    train = TrainConfig(
        optimizer, 0.001, batch_size=25, epochs=epochs, l2=l2, augmentation=augmentation, training_images=images
    )
    return Trial(name, Setup(model, train))


def _last_test_loss(results: Results, name: str) -> float:
    return results[name].final.test_loss


def _best_cure(results: Results) -> str:
    return min(CURES, key=lambda name: _last_test_loss(results, name))


def _by_heart(results: Results) -> Verdict:
    plain = results["plain"]
    lowest = rises_after(*plain.test_loss, least=RISE)
    numbers = {
        "train": plain.final.train_accuracy,
        "test": plain.final.test_accuracy,
        "lowest": float(plain.test_loss[1].min()),
        "at": float(plain.test_loss[0][plain.test_loss[1].argmin()]),
        "last": plain.final.test_loss,
    }
    return Verdict(lowest is not None and numbers["train"] > 0.99 > numbers["test"] + 0.08, numbers)


def _cured(results: Results) -> Verdict:
    losses = {name: _last_test_loss(results, name) for name in ("plain", *CURES)}
    accuracies = {f"{name}_accuracy": results[name].accuracy for name in ("plain", *CURES)}
    return Verdict(max(losses[name] for name in CURES) < losses["plain"], {**losses, **accuracies})


EXPERIMENT = Experiment(
    "overfitting",
    20,
    (
        _trial("plain"),
        _trial("more", images=5000, epochs=3),
        _trial("dropout", dropout=0.5),
        _trial("decay", "adamw", l2=1.0),
        _trial("variations", augmentation=True),
    ),
    (
        Sketch("test_curve", "plain", "test_loss", epochs=EPOCHS, low=0, high=2.5),
        Run("learn", ("plain",)),
        Explain(Claim("by_heart", _by_heart)),
        Choice("best_cure", CURES, _best_cure),
        Run("cures", CURES),
        Explain(Claim("cured", _cured)),
    ),
)
