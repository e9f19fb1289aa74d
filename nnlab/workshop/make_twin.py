"""Making the trained twin of the lessons' network: ``python -m nnlab pretrain --twin``.

Two lessons show one small network before and after its training. Before is a start that a seed decides; after is a
file, made here by the same ``TrainingRun`` as every other run. There is nothing clever about it: no augmentation, no
dropout, no calibration, so that its probabilities are the softmax of its logits.

Read next: ``reader.twins``, which has both.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch

from nnlab.checkpoint import TWIN, from_bytes, provenance, save, to_bytes
from nnlab.config import ConfigError, ModelConfig, TrainConfig
from nnlab.data import load_as_named
from nnlab.evaluation import score
from nnlab.training import TrainingRun

MODEL = ModelConfig((128, 64))
TRAIN = TrainConfig("adamw", 0.003, "one_cycle", batch_size=64, epochs=10, l2=0.02)
STORED_TYPE = torch.float16  # half the size for the same answers: 0.2 MB
THREADS = 1  # the order of a sum depends on the number of threads; with one, the same command gives the same weights


def main(epochs: int | None, seed: int, data_dir: Path | None, output: Path | None) -> int:
    """Train on MNIST, store, and say how good it is.

    Args:
        epochs, seed: other values are refused, since the lessons speak of this network.

    Returns:
        0, or 1 if the loss stopped being a number; then nothing is written.
    """
    for name, given in (("epochs", epochs), ("seed", seed)):
        if given not in (None, getattr(TRAIN, name)):
            raise ConfigError(name, given, "nothing, together with --twin")
    torch.set_num_threads(THREADS)
    data = load_as_named("mnist", root=data_dir)
    run = TrainingRun(MODEL, TRAIN, data)
    started = time.perf_counter()
    run.advance(run.total_steps)
    seconds = round(time.perf_counter() - started)
    if run.failure:
        print(f"The training {run.failure} at step {run.step}; nothing was written.", file=sys.stderr)
        return 1
    stored = from_bytes(to_bytes(run.model, dtype=STORED_TYPE))  # as it will be read from its file
    loss, accuracy = score(stored, data.test_images, data.test_labels)
    path = output or TWIN
    save(
        path, run.model, TRAIN, dtype=STORED_TYPE, command="python -m nnlab pretrain --twin",
        test_accuracy=accuracy, test_loss=loss, test_samples=len(data.test_labels),
        data={"source": data.source, "md5": data.checksums()}, training_seconds=seconds, threads=THREADS,
        **provenance(),
    )  # fmt: skip
    print(f"{path}: {accuracy:.2%} of {len(data.test_labels):,} test images, {path.stat().st_size:,} bytes")
    return 0
