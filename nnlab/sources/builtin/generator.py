"""A network that writes: from a digit and random numbers to an image nobody has ever drawn.

Three small networks, one after the other. The *flow* carries random numbers to latents: 24 numbers that say how this
particular digit is written, its slant, its loops, its pen. The *decoder* turns latents into 784 pixels. The *critic*
says beforehand whether the result will be readable; what will not is drawn anew.

Read next: ``digits``, which makes a data set with this, or ``workshop.make_generator``, which trains it.
Sources: Kingma & Welling 2014, "Auto-encoding variational Bayes" (the decoder); Lipman et al. 2023, "Flow matching for
generative modeling" (the flow).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnlab.config import CLASSES, IMAGE_SIDE, PIXELS
from nnlab.sources.builtin.cache import WEIGHTS

LATENTS = 24  # Z: numbers that say how a digit is written
FLOW_STEPS = 5  # steps along the flow; ten make no better digits
PLAUSIBLE = 0.5  # least probability, by the critic, that a reader sees the digit that was meant
DARK = 0.9  # least ink of the darkest pixel
ATTEMPTS = 4  # drawings of one digit before the last is taken as it is
# The decoder's sigmoid never quite reaches 0 or 1, and bending blurs an image. So ink below PAPER becomes paper, and
# ink above INK times the darkest pixel becomes full ink. With these two numbers the shares of paper and of full ink
# are those of MNIST.
PAPER, INK = 0.14, 0.84
BATCH = 1000  # digits at a time: what a batch needs stays in the processor's cache


class Decoder(nn.Module):
    """Latents and a digit to an image: 24 + 10 -> 256 -> 336 -> 784."""

    def __init__(self) -> None:
        super().__init__()
        self.latents = nn.Linear(LATENTS, 256)
        self.digit = nn.Embedding(CLASSES, 256)  # one row per digit: a Linear for one-hot inputs
        self.hidden = nn.Linear(256, 336)
        self.pixels = nn.Linear(336, PIXELS)
        nn.init.normal_(self.digit.weight, std=0.1)

    def forward(self, latents: Tensor, digits: Tensor) -> Tensor:
        """(N, Z) float32 and (N,) int64 -> (N, P) logits; their sigmoid is ink."""
        outputs = F.silu(self.latents(latents) + self.digit(digits))
        return self.pixels(F.silu(self.hidden(outputs)))


class Flow(nn.Module):
    """A velocity for every place and time: following it, random numbers become latents of a digit.

    At time 0 the points form a cloud of normally distributed numbers, at time 1 they are the latents of, say, all
    handwritten sevens. The network is trained on straight lines from random points to real latents, and learns their
    mean direction at each place.
    """

    def __init__(self, width: int = 192, layers: int = 3):
        super().__init__()
        self.latents = nn.Linear(LATENTS, width)
        self.digit = nn.Embedding(CLASSES, width)
        self.time = nn.Linear(16, width, bias=False)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))
        self.velocity = nn.Linear(width, LATENTS)
        nn.init.normal_(self.digit.weight, std=0.1)

    def forward(self, places: Tensor, time: Tensor, digits: Tensor) -> Tensor:
        """Velocities.

        Args:
            places: (N, Z) float32.
            time: (N, 1), or (1, 1) for all, from 0 to 1.
            digits: (N,) int64.

        Returns:
            (N, Z) float32, latents per unit of time.
        """
        angles = math.pi * time * torch.arange(1, 9)  # (N, 8): the time as waves, since one number tells little
        waves = torch.cat([angles.sin(), angles.cos()], 1)  # (N, 16)
        outputs = self.latents(places) + self.digit(digits) + self.time(waves)  # (N, D)
        for layer in self.layers:
            outputs = outputs + layer(F.silu(outputs))
        return self.velocity(F.silu(outputs))

    def follow(self, noise: Tensor, digits: Tensor, steps: int = FLOW_STEPS) -> Tensor:
        """Carry random numbers along: (N, Z) standard normal -> (N, Z) latents."""
        return self.path(noise, digits, steps)[-1]

    def path(self, noise: Tensor, digits: Tensor, steps: int = FLOW_STEPS) -> list[Tensor]:
        """The places on the way from the random numbers to the latents, both included: ``steps`` + 1 times (N, Z).

        Each step looks half a step ahead and takes the velocity found there (the midpoint method).
        """
        places, duration = [noise], 1 / steps
        for step in range(steps):
            time = torch.full((1, 1), step * duration)
            halfway = places[-1] + duration / 2 * self(places[-1], time, digits)
            places.append(places[-1] + duration * self(halfway, time + duration / 2, digits))
        return places


class Critic(nn.Module):
    """What a reader of the image would say, told from the latents alone: 24 + 10 -> 64 -> 64 -> 1."""

    def __init__(self) -> None:
        super().__init__()
        self.latents = nn.Linear(LATENTS, 64)
        self.digit = nn.Embedding(CLASSES, 64)
        self.hidden = nn.Linear(64, 64)
        self.logit = nn.Linear(64, 1)
        nn.init.normal_(self.digit.weight, std=0.1)

    def forward(self, latents: Tensor, digits: Tensor) -> Tensor:
        """(N, Z) float32 and (N,) int64 -> (N,) logits; their sigmoid is the probability that the digit is read."""
        outputs = F.silu(self.latents(latents) + self.digit(digits))
        return self.logit(F.silu(self.hidden(outputs))).squeeze(1)


class DigitGenerator(nn.Module):
    """The three networks together. ``load_generator`` gives the trained one.

    Example:
        >>> generator = load_generator()
        >>> digits = torch.tensor([7])
        >>> generator.decode(generator.imagine(digits, seed=1), digits).shape
        torch.Size([1, 28, 28])
    """

    def __init__(self) -> None:
        super().__init__()
        self.flow, self.decoder, self.critic = Flow(), Decoder(), Critic()

    @torch.inference_mode()
    def decode(self, latents: Tensor, digits: Tensor) -> Tensor:
        """Draw: the same latents always give the same image, and latents near each other similar ones.

        Args:
            latents: (N, Z) float32. Each has a standard deviation of about 1.
            digits: (N,) int64, 0 to 9.

        Returns:
            (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        """
        return to_pixels(self.ink(latents, digits))

    @torch.inference_mode()
    def ink(self, latents: Tensor, digits: Tensor) -> Tensor:
        """As ``decode``, but (N, 28, 28) float32 between 0 and 1, and paper not quite white."""
        return self.decoder(latents, digits).sigmoid().unflatten(1, (IMAGE_SIDE, IMAGE_SIDE))

    @torch.inference_mode()
    def is_legible(self, latents: Tensor, digits: Tensor) -> Tensor:
        """(N, Z) and (N,) -> (N,) bool: the critic sees the digit that is meant, and there is dark ink."""
        plausible = self.critic(latents, digits).sigmoid() >= PLAUSIBLE
        return plausible & (self.ink(latents, digits).amax((1, 2)) >= DARK)

    @torch.inference_mode()
    def imagine(self, digits: Tensor, seed: int = 0, map_batches: Callable[..., Iterable] = map) -> Tensor:
        """How each digit is to be written: random numbers along the flow; what is not legible is drawn again.

        Each digit has its own random numbers, by its place in ``digits``, so a digit that is drawn again changes no
        other. numpy's old generator draws them, since its numbers are promised never to change.

        Args:
            digits: (N,) int64, what to write.
            seed: decides all that is random, 0 to 2**32 - ``ATTEMPTS``.
            map_batches: how a function is called for each batch; a pool's ``map`` does several at once, bit for bit
                the same.

        Returns:
            (N, Z) float32 latents.
        """
        latents = torch.empty(len(digits), LATENTS)
        again = torch.arange(len(digits))  # the places still to be filled
        for attempt in range(ATTEMPTS):
            noise = np.random.RandomState(seed + attempt).standard_normal((len(digits), LATENTS))
            points = torch.from_numpy(noise.astype(np.float32))
            batches = again.split(BATCH)
            found = map_batches(self._imagine_once, points[again].split(BATCH), digits[again].split(BATCH))
            failed = []
            for places, (some, are_legible) in zip(batches, found, strict=True):
                latents[places] = some
                failed.append(places[~are_legible])
            again = torch.cat(failed)
        return latents

    @torch.inference_mode()
    def _imagine_once(self, noise: Tensor, digits: Tensor) -> tuple[Tensor, Tensor]:
        latents = self.flow.follow(noise, digits)
        return latents, self.is_legible(latents, digits)


def to_pixels(ink: Tensor) -> Tensor:
    """(N, 28, 28) float32 -> uint8: what is nearly white becomes paper, 0, and what is nearly darkest full ink, 255."""
    darkest = ink.amax((1, 2), keepdim=True)
    return (255 * ((ink - PAPER) / (INK * darkest - PAPER)).clamp(0, 1)).round().to(torch.uint8)


def load_generator(path: str | Path = WEIGHTS) -> DigitGenerator:
    """The generator that comes with nnlab, in eval mode, anew each time."""
    generator = DigitGenerator()
    generator.load_state_dict(safetensors.torch.load_file(path))  # rounds nothing: float16 fits into float32
    return generator.eval().requires_grad_(False)
