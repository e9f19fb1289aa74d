"""The run in the study notes: done again, with another seed, and beaten with a tenth of the images."""

from nnlab.config import NOTES_ACCURACY, NOTES_LOSSES, PRESETS
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Run, Sketch, Trial, Verdict

NOTES = PRESETS["notes"].setup
NEAR, SCATTER, SAME = 0.1, 0.01, 0.003  # of a loss, relative; two accuracies


def _compared(results: Results) -> str:
    gain = results["quick"].accuracy - results["notes"].accuracy
    return "same" if abs(gain) < SAME else "better" if gain > 0 else "worse"


def _reproduced(results: Results) -> Verdict:
    losses = results["notes"].epoch_losses()
    apart = [abs(ours - theirs) / theirs for ours, theirs in zip(losses, NOTES_LOSSES, strict=True)]
    numbers = {"first": losses[0], "last": losses[-1], "apart": max(apart), "accuracy": results["notes"].accuracy}
    theirs = {"their_first": NOTES_LOSSES[0], "their_last": NOTES_LOSSES[-1], "their_accuracy": NOTES_ACCURACY}
    return Verdict(max(apart) < NEAR, {**numbers, **theirs})


def _scatter(results: Results) -> Verdict:
    one, other = results["notes"].accuracy, results["again"].accuracy
    return Verdict(0 < abs(one - other) < SCATTER, {"one": one, "other": other, "apart": 100 * abs(one - other)})


def _beaten(results: Results) -> Verdict:
    notes, quick = results["notes"], results["quick"]
    numbers = {
        "notes": notes.accuracy,
        "quick": quick.accuracy,
        "notes_images": float(notes.images),
        "quick_images": float(quick.images),
        "notes_seconds": notes.seconds,
        "quick_seconds": quick.seconds,
    }
    return Verdict(_compared(results) == "better" and 10 * quick.images <= notes.images, numbers)


EXPERIMENT = Experiment(
    "notes",
    15,
    (Trial("notes", NOTES), Trial("again", NOTES, seed_offset=1), Trial("quick", PRESETS["quick"].setup)),
    (
        Sketch("loss_curve", "notes", "train_loss", epochs=NOTES.train.epochs, low=0, high=2.5),
        Run("repeat", ("notes",)),
        Explain(Claim("reproduced", _reproduced)),
        Choice("compared", ("worse", "same", "better"), _compared),
        Run("others", ("again", "quick")),
        Explain(Claim("scatter", _scatter)),
        Explain(Claim("beaten", _beaten)),
    ),
)
