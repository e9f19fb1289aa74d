"""Training without anything that makes it fast: what ``TrainingRun.advance`` and ``backprop`` are compared with.

``train_by_learn`` takes the same steps one at a time and must agree to the bit. ``train_by_autograd`` is the loop of a
textbook, with torch's gradient and torch's optimisers, and agrees up to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.augment import augment
from nnlab.backprop import Backpropagation
from nnlab.config import ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.evaluation import to_float
from nnlab.fast.denormals import without_denormals
from nnlab.model import MLP
from nnlab.schedules import scheduled_rate
from nnlab.training import TrainingRun

TORCH_S_OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": lambda groups, rate: torch.optim.SGD(groups, rate, momentum=0.9),
    "nesterov": lambda groups, rate: torch.optim.SGD(groups, rate, momentum=0.9, nesterov=True),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def batches(run: TrainingRun) -> Iterator[tuple[Tensor, Tensor]]:
    """Images and labels of every step, picked from the data set one batch at a time."""
    for step in range(run.total_steps):
        epoch, place = divmod(step, run.steps_per_epoch)
        order = torch.randperm(run.train_config.training_images, generator=run._generator("order", epoch))
        chosen = order.split(run.train_config.batch_size)[place]
        images, labels = run.data.train_images[chosen], run.data.train_labels[chosen]
        if run.train_config.augmentation:
            images = augment(to_float(images), run._generator("augmentation", step))
        yield images, labels


@without_denormals()
@torch.inference_mode()
def train_by_learn(run: TrainingRun, steps: int) -> list[tuple[float, float]]:
    """``advance`` with nothing but ``learn``: new memory for each step, and each loss by itself.

    Returns:
        Loss and accuracy of each step.
    """
    config, found = run.train_config, []
    for step, (images, labels) in enumerate(batches(run)):
        if step < run.step:
            continue
        if len(found) == steps or run.failure:
            break
        passes = Backpropagation(run.model, len(labels))
        run.optimizer.rate.fill_(scheduled_rate(config.schedule, run.learning_rate, step, run.total_steps))
        run.learn(passes, images, labels, run._dropout_generator(step))
        run.step += 1
        loss = F.cross_entropy(passes.logits, labels).item()
        found.append((loss, (passes.logits.argmax(1) == labels).sum().item() / len(labels)))
        run.failure = None if math.isfinite(loss) else "diverged"
    return found


def penalty(model: MLP, l1: float, l2: float) -> Tensor:
    """l1 * sum(abs(w)) + l2 / 2 * sum(w * w) over all weights, not the biases; gradient flows."""
    weights = [linear.weight for linear in model.linears]
    return l1 * sum(w.abs().sum() for w in weights) + l2 / 2 * sum(w.square().sum() for w in weights)


def gradient_by_autograd(
    model: MLP,
    images: Tensor,
    labels: Tensor,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout_generator: Generator | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """The mean cross-entropy without penalties, and the gradient with them, one tensor for each parameter."""
    loss = F.cross_entropy(model(images, dropout_generator), labels)
    gradients = torch.autograd.grad(loss + penalty(model, l1, l2), list(model.parameters()))
    return loss.detach(), list(gradients)


def train_by_autograd(
    model_config: ModelConfig, config: TrainConfig, data: DigitData, steps: int
) -> tuple[MLP, list[float]]:
    """The textbook's loop: the network after these steps, and the loss of each."""
    source = TrainingRun(model_config, config, data)  # of the batches and of the dropout masks only
    model, losses = MLP(model_config, config.seed), []
    decay = {"weight_decay": config.l2 if config.optimizer == "adamw" else 0.0}
    weights, biases = ([getattr(linear, name) for linear in model.linears] for name in ("weight", "bias"))
    groups = [{"params": weights, **decay}, {"params": biases, "weight_decay": 0.0}]
    optimizer = TORCH_S_OPTIMIZERS[config.optimizer](groups, config.learning_rate)
    for step, (images, labels) in zip(range(steps), batches(source), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = scheduled_rate(config.schedule, config.learning_rate, step, source.total_steps)
        l2 = 0.0 if config.optimizer == "adamw" else config.l2
        dropout_generator = source._dropout_generator(step)
        loss, gradients = gradient_by_autograd(model, images, labels, config.l1, l2, dropout_generator)
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        if config.gradient_clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), config.gradient_clip)
        optimizer.step()
        losses.append(loss.item())
    return model, losses
