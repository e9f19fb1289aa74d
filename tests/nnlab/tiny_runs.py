"""Small runs on the tiny digits, what they hold, and the gradient of their one batch."""

from dataclasses import replace

import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.model import MLP
from nnlab.training import TrainingRun
from tests.nnlab.plain_training import gradient_by_autograd

NETWORK = ModelConfig((16, 12))
# Four steps an epoch, of 32, 32, 32 and 4 images.
TRAINING = TrainConfig("momentum", 0.02, batch_size=32, epochs=3, training_images=100)
EVERYTHING_RANDOM = (replace(NETWORK, dropout=0.2), replace(TRAINING, augmentation=True, schedule="one_cycle"))


def weights(run: TrainingRun) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in run.model.parameters()]


def all_equal(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


def one_batch(data, **settings) -> TrainingRun:
    """A run whose every step sees the same 50 images, so that its step can be computed beside it."""
    return TrainingRun(NETWORK, TrainConfig(batch_size=50, training_images=50, epochs=50, **settings), data)


def gradients(model: MLP, data) -> list[torch.Tensor]:
    return gradient_by_autograd(model, data.train_images[:50], data.train_labels[:50])[1]
