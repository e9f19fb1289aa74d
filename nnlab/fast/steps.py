"""Steps on batches of one size: the plain step, taken at full speed, and its losses, measured together.

To learn, a network needs the gradient of the loss, not the loss itself. So a step only keeps its logits, and the losses
and accuracies of up to 50 steps are computed in one call: a processor makes fewer calls, and a GPU works on without
having to send a number back after each step. On a GPU the step itself is recorded once and then repeated.

Read next: ``training``, whose ``learn`` is the plain step.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from nnlab.fast.repeated_step import Learn, RepeatedStep


class Steps:
    """Takes steps on batches of N images, and measures them afterwards.

    Args:
        learn: the plain step; it leaves the logits of its batch in ``logits`` and must satisfy ``RepeatedStep``.
        logits: (N, C) float32, overwritten by each step.
        most: S, how many steps can be measured together.

    Example:
        >>> steps.take(0, images, labels)
        >>> [(loss, accuracy)] = steps.measure(labels[None])
    """

    def __init__(self, learn: Learn, logits: Tensor, most: int = 1):
        self.learn, self.logits = learn, logits
        self.repeated = RepeatedStep(learn)
        self.kept_logits = logits.new_zeros(most, *logits.shape)  # (S, N, C)
        self._places = list(self.kept_logits)  # (N, C) each; indexing the tensor would take longer

    def take(self, place: int, images: Tensor, labels: Tensor, dropout_generator: Generator | None = None) -> None:
        """Take one step and keep its logits.

        Args:
            place: where the logits are kept, 0 to S - 1.
            images: (N, 28, 28), uint8 from 0 to 255 or float32 from 0 to 1, on the device of the network.
            labels: (N,) int64 on the same device.
            dropout_generator: source of the dropout masks. It has another seed in each step, which a recorded step
                would not notice, so a step with dropout is never a repeated one.
        """
        if dropout_generator:
            self.learn(images, labels, dropout_generator)
        else:
            self.repeated.take(images, labels)
        self._places[place].copy_(self.logits)

    def measure(self, labels: Tensor) -> list[tuple[float, float]]:
        """Loss and accuracy of the steps in the first k places, each measured before its step changed the weights.

        Args:
            labels: (k, N) int64, the true classes, 1 <= k <= S.

        Returns:
            For each step its mean cross-entropy in nats and the fraction of right answers.
        """
        logits = self.kept_logits[: len(labels)]  # (k, N, C)
        log_p = torch.log_softmax(logits, 2).gather(2, labels.unsqueeze(2))[:, :, 0]  # (k, N), of the true class
        hits = logits.argmax(2) == labels  # (k, N)
        sums = torch.stack([log_p.sum(1), hits.sum(1)], 1)  # (k, 2), sent to the processor in one piece
        images = labels.shape[1]
        return [(abs(log_probability) / images, correct / images) for log_probability, correct in sums.tolist()]
