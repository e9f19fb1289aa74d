"""How the recipe of ``python -m nnlab record`` was chosen: ``python -m tools.record_trials``.

Trains a smaller network a few passes in each of several ways, and measures each, and some of them together, on the
sixth of the training images that is kept out; MNIST's test set is not looked at. One seed: of the accuracies, a
difference of 0.1 points may be luck; the loss says more. Needs the MNIST files (``NNLAB_DATA_DIR``) and one core.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.augment import Augmentation
from nnlab.config import PRESETS, ModelConfig
from nnlab.data import DigitData
from nnlab.evaluation import predict
from nnlab.workshop.hard_examples import CANDIDATES, EVEN_SHARE, HardExampleRun
from nnlab.workshop.looks import AS_IT_IS
from nnlab.workshop.pieces import duration
from nnlab.workshop.record import EASED, Member, measured_apart
from tools.command_line import mnist, parser_of, passes, seed

PASSES = 20
SIZES = (2048, 1024, 512)
LEAST = 1e-12  # of a probability, whose logarithm is taken
USUAL = Augmentation()
GENTLE_PENS = replace(EASED, rotation=15.0, thinner=0.5, thicker=0.6, thickness_share=0.5, stretch=0.1)


@dataclass(frozen=True)
class Trial:
    """One way to train: how images are changed, at first and over the last steps, which are learned from, and more.

    Attributes:
        look: how the images are prepared, before they are changed.
        later: what is added to the seed.
    """

    name: str
    strengths: Augmentation
    last_strengths: Augmentation
    dropout: float = 0.1
    is_choosing: bool = False
    look: str = AS_IT_IS
    later: int = 0


CHOSEN = Trial(
    f"that one, taking the hardest of {CANDIDATES} times as many", USUAL, EASED, dropout=0.0, is_choosing=True
)
OTHER_SEED = replace(CHOSEN, name="the same with another seed", later=1)
UPRIGHT = replace(CHOSEN, name="the same, of images made upright", look="upright")
EQUALLY_WIDE = replace(CHOSEN, name="the same, of images made equally wide", look="equally-wide")
TRIALS = (
    Trial("as usual", USUAL, USUAL),
    Trial("shifted by at most half a pixel", replace(USUAL, shift=0.5), replace(USUAL, shift=0.5)),
    Trial("half a pixel, pens changed less", GENTLE_PENS, GENTLE_PENS),
    Trial("the same without dropout", GENTLE_PENS, GENTLE_PENS, dropout=0.0),
    Trial("half a pixel, pens as they are", EASED, EASED),
    Trial(f"as usual, the last {EVEN_SHARE:.0%} of the steps half a pixel, pens as they are", USUAL, EASED),
    Trial("the last one without dropout", USUAL, EASED, dropout=0.0),
    CHOSEN,
    OTHER_SEED,
    UPRIGHT,
    EQUALLY_WIDE,
)
COMMITTEES = {
    "two seeds": (CHOSEN, OTHER_SEED),
    "as they are, upright": (CHOSEN, UPRIGHT),
    "as they are, equally wide": (CHOSEN, EQUALLY_WIDE),
    "upright, equally wide": (UPRIGHT, EQUALLY_WIDE),
    "as they are, upright, equally wide": (CHOSEN, UPRIGHT, EQUALLY_WIDE),
}


class TrialRun(HardExampleRun):
    """A training whose images are changed, and chosen, as a trial says."""

    trial = TRIALS[0]

    def strengths(self, step: int) -> Augmentation:
        return self.trial.strengths if super().chooses(step) else self.trial.last_strengths

    def chooses(self, step: int) -> bool:
        return self.trial.is_choosing and super().chooses(step)


def main() -> None:
    parser = parser_of("record_trials", __doc__)
    parser.add_argument("--passes", type=passes, default=PASSES, metavar="N", help=f"default: {PASSES}")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="default: 0")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = measured_apart(mnist(parser), uses_all=False)
    print("| images | accuracy | loss | time |\n| --- | --: | --: | --: |")
    answers = {}
    for trial in TRIALS:
        started = time.perf_counter()
        answers[trial] = answers_of(trial, options.passes, options.seed, data)
        print(row(trial.name, answers[trial], data, duration(time.perf_counter() - started)), flush=True)
    for name, trials in COMMITTEES.items():
        print(row(f"committee: {name}", torch.stack([answers[trial] for trial in trials]).mean(0), data, ""))


def answers_of(trial: Trial, passes: int, seed: int, data: DigitData) -> Tensor:
    """Train in this way: the probabilities for what was kept out, (N, C)."""
    seed += trial.later
    seen = Member(seed, trial.look).prepare(data)
    model_config = ModelConfig(SIZES, "relu", "kaiming", dropout=trial.dropout, input_normalization="standard")
    train_config = replace(PRESETS["record"].train, epochs=passes, seed=seed, training_images=len(data.train_labels))
    run = TrialRun(model_config, train_config, seen, is_half_precision=True)
    run.trial = trial
    run.advance(run.total_steps)
    return predict(run.model, seen.test_images)


def row(name: str, answers: Tensor, data: DigitData, seconds: str) -> str:
    """A row of the table: how well what was kept out is read."""
    accuracy = float((answers.argmax(1) == data.test_labels).float().mean())
    loss = float(F.nll_loss(answers.clamp_min(LEAST).log(), data.test_labels))
    return f"| {name} | {accuracy:.2%} | {loss:.5f} | {seconds} |"


if __name__ == "__main__":
    main()
