"""Forward propagation, loss, backpropagation: the study notes' algorithm, every line of it written out.

A batch of images goes through the layers, z = W a + b and a = f(z), to ten logits; softmax and cross-entropy make one
number of them, the loss. Then the chain rule is followed backwards. What travels back are the ``errors`` of a layer,
dL/dz: how the loss would change with each unit's sum z. They give the layer's own gradient, and through its weights
the errors of the layer before.

Every result has its place in memory from the start, so that a step allocates nothing and remembers no graph. What
autograd makes of the same network is ``gradient_by_autograd``; a test compares the two.

Read next: ``optim``, what to do with a gradient. Source: Rumelhart, Hinton & Williams 1986.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from nnlab.config import PIXELS
from nnlab.fast.kernels import KERNELS
from nnlab.model import MLP


class Layer:
    """One layer, and room for what a batch of N images makes of it.

    Attributes:
        weight, bias: (D, D_in) and (D,), the model's own memory.
        weight_gradient, bias_gradient: dL/dW and dL/db, of the same shapes; the ``grad`` of the model's parameters.
        inputs: (N, D_in), a of the layer before, or the pixels.
        sums: (N, D), z = W a + b.
        outputs: (N, D), a = f(z); the same memory as ``sums`` where f allows it.
        errors: (N, D), dL/dz.
        weight_columns, errors_by_unit: the transposes of weight and errors, for the products; the same memory.
        mask: (N, D), for dropout: 0 for what is dropped, 1 / (share kept) for what is kept.
    """

    def __init__(self, linear: nn.Linear, inputs: Tensor, is_in_place: bool, has_dropout: bool):
        self.weight, self.bias = linear.weight.detach(), linear.bias.detach()
        self.weight_gradient, self.bias_gradient = linear.weight.grad, linear.bias.grad
        self.inputs = inputs
        self.sums, self.errors = inputs.new_zeros(2, len(inputs), len(self.bias))
        self.outputs = self.sums if is_in_place else torch.zeros_like(self.sums)
        self.weight_columns, self.errors_by_unit = self.weight.T, self.errors.T
        self.mask = torch.zeros_like(self.sums) if has_dropout else None
        self.passed_on = torch.zeros_like(self.sums) if has_dropout else self.outputs


class Backpropagation:
    """Gradient and loss of batches of N images.

    Args:
        model: the network. Its weights are read where they are; their ``grad`` receives the gradient (made here where
            it is None). The model must keep its memory: no ``to`` or ``double`` afterwards.
        batch_size: N.
        batches: S, how many batches' logits have a place here, so that their losses can be measured together.

    Example:
        >>> passes = Backpropagation(model, len(images))
        >>> passes.forward(images); passes.compare(labels); passes.backward(); passes.keep()
        >>> model.linears[0].weight.grad, passes.measure(labels[None])
    """

    def __init__(self, model: MLP, batch_size: int, batches: int = 1):
        self.model, self.kernel = model, KERNELS[model.config.activation]
        self.kept = 1 - model.config.dropout
        first = model.linears[0].weight
        for parameter in model.parameters():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self.inputs = first.new_zeros(batch_size, PIXELS)
        self.layers: list[Layer] = []
        for linear in model.linears:
            is_output = len(self.layers) == len(model.linears) - 1
            inputs = self.layers[-1].passed_on if self.layers else self.inputs
            self.layers.append(Layer(linear, inputs, self.kernel.is_in_place, self.kept < 1 and not is_output))
        self.logits = self.layers[-1].sums  # (N, C)
        self.kept_logits = first.new_zeros(batches, *self.logits.shape)  # (S, N, C)
        self.places = list(self.kept_logits)  # (N, C) each
        self.minus_one = first.new_full((batch_size, 1), -1.0)

    def forward(self, images: Tensor, dropout_generator: Generator | None = None) -> Tensor:
        """Forward propagation: from pixels to logits.

        Args:
            images: (N, 28, 28), uint8 from 0 to 255 or float32 from 0 to 1.
            dropout_generator: source of the dropout masks.

        Returns:
            (N, 10) logits; the next call overwrites them.
        """
        self.model.normalize(images, out=self.inputs)  # (N, P)
        for layer in self.layers[:-1]:
            torch.addmm(layer.bias, layer.inputs, layer.weight_columns, out=layer.sums)  # z = W a + b: (N, D)
            self.kernel.forward(layer.sums, layer.outputs)  # a = f(z): (N, D)
            if layer.mask is not None:
                layer.mask.bernoulli_(self.kept, generator=dropout_generator).div_(self.kept)
                torch.mul(layer.outputs, layer.mask, out=layer.passed_on)
        last = self.layers[-1]
        return torch.addmm(last.bias, last.inputs, last.weight_columns, out=self.logits)  # (N, C)

    def compare(self, labels: Tensor) -> None:
        """Where backpropagation begins: the errors of the output layer, after a forward pass.

        The loss is -log p of the true class, averaged. With p = softmax(z) its derivative is as simple as can be:
        dL/dz = (p - 1) / N for the true class, p / N for the others. So the loss itself is not needed to learn.

        Args:
            labels: (N,) int64, the true classes.
        """
        errors = self.layers[-1].errors
        torch.softmax(self.logits, 1, out=errors)  # p: (N, C)
        errors.scatter_add_(1, labels.unsqueeze(1), self.minus_one).div_(len(errors))  # (p - 1 at the true class) / N

    def backward(self) -> None:
        """Backpropagation: from the output layer's errors to the gradient of every weight and bias."""
        for index in reversed(range(len(self.layers))):
            layer = self.layers[index]
            torch.mm(layer.errors_by_unit, layer.inputs, out=layer.weight_gradient)  # dL/dW, all images: (D, D_in)
            torch.sum(layer.errors, 0, out=layer.bias_gradient)  # dL/db, all images: (D,)
            if index > 0:
                before = self.layers[index - 1]
                torch.mm(layer.errors, layer.weight, out=before.errors)  # dL/da of the layer before: (N, D_in)
                if before.mask is not None:
                    before.errors.mul_(before.mask)  # what was dropped had no part in the loss
                self.kernel.backward(before.errors, before.sums, before.outputs)  # times f'(z): dL/dz

    def keep(self, place: int = 0) -> None:
        """Keep the logits of the last forward pass to be measured, in a place from 0 to S - 1."""
        self.places[place].copy_(self.logits)

    def measure(self, labels: Tensor) -> Tensor:
        """What came of the batches kept in the first places, measured before their steps changed the weights.

        Args:
            labels: (k, N) int64, the true classes, 1 <= k <= S.

        Returns:
            (2, k) float32: log p of the true class, summed over a batch, which is minus N times its loss in nats; and
            how many answers were right.
        """
        logits = self.kept_logits[: len(labels)]  # (k, N, C)
        log_p = torch.log_softmax(logits, 2).gather(2, labels.unsqueeze(2))[:, :, 0]  # (k, N)
        hits = logits.argmax(2) == labels  # (k, N)
        return torch.stack([log_p.sum(1), hits.sum(1)])


def penalty(model: MLP, l1: float, l2: float) -> Tensor:
    """l1 * sum(abs(w)) + l2 / 2 * sum(w * w) over all weights, not the biases; gradient flows."""
    weights = torch.cat([linear.weight.flatten() for linear in model.linears])
    return l1 * weights.abs().sum() + l2 / 2 * weights.square().sum()


def gradient_by_autograd(
    model: MLP,
    images: Tensor,
    labels: Tensor,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout_generator: Generator | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """The loss and the gradient of loss and penalties as torch finds them: what the rest of this module is held to.

    Args:
        images: (N, 28, 28), uint8 from 0 to 255 or float32 from 0 to 1.
        labels: (N,) int64.

    Returns:
        The mean cross-entropy without penalties, and one gradient per parameter in the order of ``model.parameters()``.
    """
    loss = F.cross_entropy(model(images, dropout_generator), labels)
    gradients = torch.autograd.grad(loss + penalty(model, l1, l2), list(model.parameters()))
    return loss.detach(), list(gradients)
