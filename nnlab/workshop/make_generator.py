"""Making the generator again: ``python -m nnlab pretrain --builtin``.

Three lessons in a row, each with the result of the one before. An encoder and the decoder learn to press an image into
24 latents and to draw it again (a variational autoencoder). The flow learns where the latents of each digit lie. The
critic learns which latents give an image that the bundled network reads as the digit that was meant.

The autoencoder would be content with a blur, so it is also compared with the eyes of a reader: what the hidden units
of a trained classifier compute from the drawing should be what they compute from the original.

Read next: ``MODEL_CARD.md``.
Source of the comparison: Hou et al. 2017, "Deep feature consistent variational autoencoder".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import trange

from nnlab.checkpoint import load_bundled, provenance
from nnlab.config import CLASSES, PIXELS, PRESETS, ModelConfig
from nnlab.data import DigitData, load_as_named
from nnlab.evaluation import to_float
from nnlab.model import MLP
from nnlab.paths import write_whole
from nnlab.schedules import scheduled_rate
from nnlab.sources.builtin.cache import WEIGHTS
from nnlab.sources.builtin.generator import BATCH, LATENTS, Decoder, DigitGenerator, Flow
from nnlab.training import TrainingRun

STORED_TYPE = torch.float16


class Schedule(NamedTuple):
    """How long each lesson lasts, in passes over the digits, and how long the reader of the comparison learns."""

    reader: int = 4
    autoencoder: int = 30
    flow: int = 160
    critic: int = 4


SCHEDULE = Schedule()
# Weights of the three parts of the autoencoder's loss: each pixel's cross-entropy counts 1. With less weight on the
# latents (the Kullback-Leibler divergence) the drawings are sharper, but the flow finds their latents less easily.
LATENTS_WEIGHT = 0.6
FEATURES_WEIGHT = 0.03
READER = ModelConfig((256, 128), "relu", "kaiming", input_normalization="standard")


class Encoder(nn.Module):
    """An image and its digit to the place of its latents, and how exact that place is: 784 + 10 -> 448 -> 224 -> 48.

    Only needed for training, so it is not kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pixels = nn.Linear(PIXELS, 448)
        self.digit = nn.Embedding(CLASSES, 448)
        self.hidden = nn.Linear(448, 224)
        self.latents = nn.Linear(224, 2 * LATENTS)
        nn.init.normal_(self.digit.weight, std=0.1)

    def forward(self, images: Tensor, digits: Tensor) -> tuple[Tensor, Tensor]:
        """(N, P) float32 in [0, 1] and (N,) int64 -> mean (N, Z) and logarithm of the variance (N, Z)."""
        outputs = F.silu(self.pixels(images) + self.digit(digits))
        means, log_variances = self.latents(F.silu(self.hidden(outputs))).chunk(2, 1)
        return means, log_variances.clamp(-8, 4)


def main(output: Path = WEIGHTS, root: Path | None = None, seed: int = 0, schedule: Schedule = SCHEDULE) -> int:
    """Train, and store the result.

    Args:
        output: the file to write.
        root: folder of MNIST; default: where the app looks.
        seed: decides all that is random.
        schedule: how long each lesson lasts.

    Returns:
        0, the command's exit status.
    """
    torch.set_num_threads(1)  # the order of a sum depends on it; with one, the same seed gives the same weights
    data = load_as_named("mnist", root=root)
    config = replace(PRESETS["quick"].train, epochs=schedule.reader, seed=seed, training_images=len(data.train_labels))
    reader = TrainingRun(READER, config, data)
    reader.advance(reader.total_steps)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator = train(data, reader.model.eval().requires_grad_(False), schedule)
    save(output, generator, seed=seed, schedule=schedule._asdict(), data=data.checksums(), **provenance())
    print(f"{output}: {output.stat().st_size:,} bytes")
    return 0


def train(data: DigitData, reader: MLP, schedule: Schedule) -> DigitGenerator:
    """The three lessons, drawing on torch's global random numbers.

    Args:
        data: the digits to learn from; their training half is used.
        reader: a trained classifier, for the comparison of drawing and original.
        schedule: how long each lesson lasts.

    Returns:
        The generator, its weights rounded as they will be stored.
    """
    images, digits = to_float(data.train_images).flatten(1), data.train_labels  # (N, P), (N,)
    generator = DigitGenerator()
    encoder = Encoder()
    train_autoencoder(encoder, generator.decoder, images, digits, reader, schedule.autoencoder)
    with torch.no_grad():
        means, log_variances = encoder(images, digits)  # (N, Z) both
    scale = (means.var(0) + log_variances.exp().mean(0)).sqrt()  # (Z,), of the latents met in training
    generator.decoder.latents.weight.data.mul_(scale)  # from here on, latents have a standard deviation of 1
    train_flow(generator.flow, means / scale, (log_variances / 2).exp() / scale, digits, schedule.flow)
    generator.flow.to(STORED_TYPE).float()
    generator.decoder.to(STORED_TYPE).float()
    train_critic(generator, load_bundled(), len(digits), schedule.critic)
    return generator.to(STORED_TYPE).float()


def train_autoencoder(
    encoder: Encoder, decoder: Decoder, images: Tensor, digits: Tensor, reader: MLP, epochs: int
) -> None:
    """Learn to press images into latents and to draw them again.

    The loss of an image is the sum over its pixels of the cross-entropy, and
    ``LATENTS_WEIGHT`` sum((mean^2 + variance - 1 - ln variance) / 2), the cost of saying where the latents are, and
    ``FEATURES_WEIGHT`` times the squared distance of what the reader sees in the drawing and in the original.
    """
    with torch.no_grad():
        seen = features(reader, images)  # (N, 256 + 128 + 10)
    for batch in optimize([encoder, decoder], 0.002, len(images), 128, epochs, "autoencoder"):
        originals, answers = images[batch], digits[batch]
        means, log_variances = encoder(originals, answers)
        latents = means + torch.randn_like(means) * (log_variances / 2).exp()
        logits = decoder(latents, answers)  # (N, P)
        pixels = F.binary_cross_entropy_with_logits(logits, originals, reduction="sum")
        divergence = (means**2 + log_variances.exp() - 1 - log_variances).sum() / 2
        distance = (features(reader, logits.sigmoid()) - seen[batch]).square().sum()
        loss = pixels + LATENTS_WEIGHT * divergence + FEATURES_WEIGHT * distance
        (loss / len(batch)).backward()


def train_flow(flow: Flow, means: Tensor, deviations: Tensor, digits: Tensor, epochs: int) -> None:
    """Learn the direction of the straight lines from random points (time 0) to the latents of images (time 1).

    Args:
        means, deviations: (N, Z) float32, where the encoder places each image.
    """
    for batch in optimize([flow], 0.003, len(digits), 256, epochs, "flow"):
        latents = means[batch] + torch.randn_like(means[batch]) * deviations[batch]
        noise, time = torch.randn_like(latents), torch.rand(len(batch), 1)
        velocities = flow(noise + time * (latents - noise), time, digits[batch])
        F.mse_loss(velocities, latents - noise).backward()


def train_critic(generator: DigitGenerator, judge: MLP, count: int, epochs: int) -> None:
    """Learn from latents alone how sure the judge is to read the digit that was meant."""
    digits = torch.arange(count) % CLASSES
    with torch.no_grad():
        parts = [generator.flow.follow(torch.randn(len(part), LATENTS), part) for part in digits.split(BATCH)]
    latents = torch.cat(parts)  # (N, Z)
    judgements = torch.cat(
        [
            judge.predict_proba(to_float(generator.decode(*batch)))[torch.arange(len(batch[1])), batch[1]]
            for batch in zip(latents.split(BATCH), digits.split(BATCH), strict=True)
        ]
    )  # (N,) probabilities
    for batch in optimize([generator.critic], 0.003, count, 128, epochs, "critic"):
        logits = generator.critic(latents[batch], digits[batch])
        F.binary_cross_entropy_with_logits(logits, judgements[batch]).backward()


def features(reader: MLP, images: Tensor) -> Tensor:
    """(N, P) in [0, 1] -> (N, D), the sums z = W a + b of every unit of the reader, all layers side by side."""
    sums, outputs = [], reader.normalize(images)
    for linear in reader.linears:
        sums.append(linear(outputs))
        outputs = reader.activation.function(sums[-1])
    return torch.cat(sums, 1)


def optimize(
    networks: list[nn.Module], rate: float, count: int, batch_size: int, epochs: int, lesson: str
) -> Iterator[Tensor]:
    """Yield shuffled batches of image numbers; after each, take a step along the gradients left by the caller.

    AdamW with a one-cycle learning rate that rises to ``rate``.
    """
    optimizer = torch.optim.AdamW([weight for network in networks for weight in network.parameters()], fused=True)
    steps = epochs * math.ceil(count / batch_size)
    step = 0
    for _ in trange(epochs, desc=lesson, unit="epoch"):
        for batch in torch.randperm(count).split(batch_size):
            optimizer.zero_grad()
            yield batch
            optimizer.param_groups[0]["lr"] = scheduled_rate("one_cycle", rate, step, steps)
            optimizer.step()
            step += 1


def save(path: Path, generator: DigitGenerator, **facts: Any) -> None:
    """Write the weights as float16, with what is known of them as JSON under ``nnlab``."""
    weights = {name: weight.to(STORED_TYPE).contiguous() for name, weight in generator.state_dict().items()}
    write_whole(path, safetensors.torch.save(weights, {"nnlab": json.dumps(facts)}))
