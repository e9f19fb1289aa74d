"""How the recipe of ``python -m nnlab record`` was chosen: ``python -m tools.record_trials``.

Trains a smaller network a few passes in each of several ways and measures it on the sixth of the training images that
is kept out; MNIST's test set is not looked at. One seed: of the accuracies, a difference of 0.1 points may be luck; the
loss says more. Needs the MNIST files (``NNLAB_DATA_DIR``) and one core.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import torch

from nnlab.augment import Augmentation
from nnlab.config import PRESETS, ModelConfig
from nnlab.data import DigitData, load_digits
from nnlab.evaluation import score
from nnlab.workshop.hard_examples import CANDIDATES, EVEN_SHARE, HardExampleRun
from nnlab.workshop.pieces import duration
from nnlab.workshop.record import EASED, measured_apart

PASSES = 20
SIZES = (2048, 1024, 512)
USUAL = Augmentation()
GENTLE_PENS = replace(EASED, rotation=15.0, thinner=0.5, thicker=0.6, thickness_share=0.5, stretch=0.1)


@dataclass(frozen=True)
class Trial:
    """One way to train: how images are changed, at first and over the last steps, and which are learned from."""

    name: str
    strengths: Augmentation
    last_strengths: Augmentation
    dropout: float = 0.1
    is_choosing: bool = False


TRIALS = (
    Trial("as usual", USUAL, USUAL),
    Trial("shifted by at most half a pixel", replace(USUAL, shift=0.5), replace(USUAL, shift=0.5)),
    Trial("half a pixel, pens changed less", GENTLE_PENS, GENTLE_PENS),
    Trial("the same without dropout", GENTLE_PENS, GENTLE_PENS, dropout=0.0),
    Trial("half a pixel, pens as they are", EASED, EASED),
    Trial(f"as usual, the last {EVEN_SHARE:.0%} of the steps half a pixel, pens as they are", USUAL, EASED),
    Trial("the last one without dropout", USUAL, EASED, dropout=0.0),
    Trial(f"that one, taking the hardest of {CANDIDATES} times as many", USUAL, EASED, dropout=0.0, is_choosing=True),
)


class TrialRun(HardExampleRun):
    """A training whose images are changed, and chosen, as a trial says."""

    trial = TRIALS[0]

    def strengths(self, step: int) -> Augmentation:
        return self.trial.strengths if super().chooses(step) else self.trial.last_strengths

    def chooses(self, step: int) -> bool:
        return self.trial.is_choosing and super().chooses(step)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.record_trials", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--passes", type=int, default=PASSES, metavar="N", help=f"default: {PASSES}")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="default: 0")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = measured_apart(load_digits("mnist"), uses_all=False)
    print("| images | accuracy | loss | time |\n| --- | --: | --: | --: |")
    for trial in TRIALS:
        print(row(trial, options.passes, options.seed, data), flush=True)


def row(trial: Trial, passes: int, seed: int, data: DigitData) -> str:
    """Train in this way, and say in a row of the table how well what was kept out is read."""
    started = time.perf_counter()
    model_config = ModelConfig(SIZES, "relu", "kaiming", dropout=trial.dropout, input_normalization="standard")
    train_config = replace(PRESETS["record"].train, epochs=passes, seed=seed, training_images=len(data.train_labels))
    run = TrialRun(model_config, train_config, data, is_half_precision=True)
    run.trial = trial
    run.advance(run.total_steps)
    loss, accuracy = score(run.model, data.test_images, data.test_labels)
    return f"| {trial.name} | {accuracy:.2%} | {loss:.5f} | {duration(time.perf_counter() - started)} |"


if __name__ == "__main__":
    main()
