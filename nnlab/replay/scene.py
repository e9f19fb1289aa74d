"""All that a film shows of a run, as plain arrays: it goes to the process that draws, which needs no torch.

Read next: ``frames``, how a moment of it is drawn.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import load, save

from nnlab.sources.published import DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnlab.replay.recording import Recording

SHOWN_NEURONS = 16  # of a hidden layer at most: those that send most to the next layer in the end
SHOWN_PICTURES = 20  # first-layer neurons whose weights are shown
LISTS = ("outputs", "lines")  # of arrays, one for each layer
PLAIN = "plain"  # what is no array
LINES = 3  # into each neuron are drawn: those that count most


@dataclass(frozen=True, eq=False)
class Scene:
    """A film: F frames, and what is shown of K states, of which each frame shows the last one until then.

    Attributes:
        frame_steps, frame_places: (F,), the step after which a frame is, and where that is on the axis, 0 to 1.
        frame_losses, frame_seconds, frame_tests: (F,) float, the smoothed training loss, the training time, and the
            accuracy on so many test images (``frame_test_images``), each as last known; NaN before it is known.
        curve_places, curve_losses: (M,) float, the points of the learning curve.
        state_steps: (K,) int.
        image: (28, 28) float32 in [0, 1], what the network reads; ``truth`` is its class, -1 where nobody knows.
        probabilities: (K, 10) float.
        confusions: (K, 10, 10) int, rows the true classes; -1 where they have not been counted.
        pictures: (K, n, 28, 28) float32, the weights of some first-layer neurons.
        outputs: of each layer, (K, D) float32, what the shown neurons give; the last are the ten logits.
        lines: of each layer after the first, (K, D, LINES, 2) float32: into each shown neuron, from which shown
            neuron of the layer before, and how much that adds there.
        sizes: how many neurons each layer has.
        steps_per_epoch: steps of one epoch.
        words: what is written beside it.
        names: what the ten classes are called.
    """

    frame_steps: np.ndarray
    frame_places: np.ndarray
    frame_losses: np.ndarray
    frame_seconds: np.ndarray
    frame_tests: np.ndarray
    frame_test_images: np.ndarray
    curve_places: np.ndarray
    curve_losses: np.ndarray
    state_steps: np.ndarray
    image: np.ndarray
    probabilities: np.ndarray
    confusions: np.ndarray
    pictures: np.ndarray
    outputs: list[np.ndarray]
    lines: list[np.ndarray]
    truth: int
    steps_per_epoch: int
    sizes: list[int]
    words: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: list(DIGITS))

    @property
    def is_named(self) -> bool:
        """Whether the classes have names, which take more room than a digit."""
        return any(len(name) > 1 for name in self.names)

    def __len__(self) -> int:
        return len(self.frame_steps)

    def state_of(self, frame: int) -> int:
        """Which of the states a frame shows."""
        return max(0, int(np.searchsorted(self.state_steps, self.frame_steps[frame], side="right")) - 1)

    def to_bytes(self) -> bytes:
        """As a safetensors file, which holds numbers alone; what is no array is in it as JSON."""
        plain: dict[str, Any] = {}
        arrays: dict[str, np.ndarray] = {}
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                arrays[name] = value
            elif name in LISTS:
                arrays |= {f"{name}.{index}": part for index, part in enumerate(value)}
            else:
                plain[name] = value
        arrays[PLAIN] = np.frombuffer(json.dumps(plain).encode(), np.uint8)
        return save({name: np.ascontiguousarray(array) for name, array in arrays.items()})

    @classmethod
    def from_bytes(cls, content: bytes) -> Scene:
        """The inverse of ``to_bytes``."""
        arrays = load(content)
        known: dict[str, Any] = json.loads(arrays.pop(PLAIN).tobytes())
        for name in LISTS:
            count = sum(key.startswith(f"{name}.") for key in arrays)
            known[name] = [arrays.pop(f"{name}.{index}") for index in range(count)]
        return cls(**(known | arrays))


def scene_of(
    recording: Recording,
    axis: str,
    frames: int,
    image: np.ndarray,
    truth: int | None,
    confusions: Mapping[int, np.ndarray],
    words: dict[str, str],
    names: Sequence[str] = DIGITS,
) -> Scene:
    """The film of a run, ``frames`` long, one place of the axis after the other, each as far from the next.

    Args:
        axis: one of ``timeline.AXES``.
        image: (28, 28) float32 in [0, 1].
        confusions: of the states that have been counted, by step.
        words, names: what is written.
    """
    timeline, states = recording.timeline, recording.states
    steps = timeline.steps_at(axis, np.linspace(0, 1, frames))
    steps[-1] = timeline.last_step
    tests = [timeline.test_at(step) for step in steps.tolist()]
    network = _passed([state.model for state in states], image)
    unknown = np.full((10, 10), -1)
    return Scene(
        frame_steps=steps,
        frame_places=timeline.places(axis, steps),
        frame_losses=np.array([timeline.loss_at(step) for step in steps.tolist()]),
        frame_seconds=timeline.seconds(steps),
        frame_tests=np.array([test.accuracy if test else np.nan for test in tests]),
        frame_test_images=np.array([test.images if test else 0 for test in tests]),
        curve_places=timeline.places(axis, timeline.steps),
        curve_losses=timeline.losses,
        state_steps=np.array([state.step for state in states]),
        image=np.asarray(image, np.float32),
        confusions=np.stack([confusions.get(state.step, unknown) for state in states]),
        truth=-1 if truth is None else truth,
        steps_per_epoch=timeline.steps_per_epoch,
        sizes=[*states[-1].config.hidden_sizes, 10],
        words=words,
        names=list(names),
        **network,
    )


def _passed(models: Sequence[Any], image: np.ndarray) -> dict[str, Any]:
    """What passes through the shown neurons of each of these networks, which differ in their weights alone."""
    import torch

    from nnlab.inspection.layers import layer_outputs

    batch = torch.from_numpy(np.asarray(image, np.float32))[None]
    passed = [[layer.output[0].numpy() for layer in layer_outputs(model, batch)] for model in models]
    weights = [[linear.weight.detach().numpy() for linear in model.linears] for model in models]
    count = len(weights[0])
    # Those that send most to the next layer in the end, the same ones all along.
    shown = [np.sort(np.argsort(-np.abs(part).sum(0))[:SHOWN_NEURONS]) for part in weights[-1][1:]] + [np.arange(10)]
    outputs = [np.stack([each[layer][shown[layer]] for each in passed]) for layer in range(count)]
    lines = [
        np.stack([_strongest(own[layer][shown[layer]][:, shown[layer - 1]] * each[layer - 1][shown[layer - 1]])
                  for own, each in zip(weights, passed, strict=True)])
        for layer in range(1, count)
    ]  # fmt: skip
    first = shown[0] if count == 1 else np.sort(np.argsort(-np.abs(weights[-1][1]).sum(0))[:SHOWN_PICTURES])
    pictures = np.stack([own[0][first].reshape(-1, 28, 28) for own in weights])
    logits = np.stack([each[-1] for each in passed]).astype(float)
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return {
        "probabilities": exponents / exponents.sum(1, keepdims=True),
        "pictures": pictures,
        "outputs": outputs,
        "lines": lines,
    }


def _strongest(terms: np.ndarray) -> np.ndarray:
    """(D, D before) what each neuron adds to each -> (D, LINES, 2): from which, and how much; 0 where there is none."""
    order = np.argsort(-np.abs(terms), axis=1)[:, :LINES]
    found = np.zeros((len(terms), LINES, 2), np.float32)
    found[:, : order.shape[1], 0] = order
    found[:, : order.shape[1], 1] = np.take_along_axis(terms, order, 1)
    return found
