"""Forward propagation, loss, backpropagation: the study notes' algorithm, every line of it written out.

A batch of images goes through the layers, z = W a + b and a = f(z), to ten logits; softmax and cross-entropy turn these
into one number, the loss. Then the chain rule is followed backwards. What travels back are the ``errors`` of a layer,
dL/dz: how the loss would change with each unit's sum z. They give the layer's own gradient, and through its weights
the errors of the layer before.

The memory for every result is made once, before the first batch, so a step allocates nothing. Tests compare the
gradient with the one that torch's autograd finds.

Read next: ``optim``, what to do with a gradient. Source: Rumelhart, Hinton & Williams 1986.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from nnlab.config import PIXELS
from nnlab.fast.kernels import KERNELS
from nnlab.model import MLP


class Layer:
    """One layer, and the memory for what it computes on a batch of N images.

    Attributes:
        weight, bias: (D, D_in) and (D,), the model's own memory.
        weight_gradient, bias_gradient: dL/dW and dL/db, of the same shapes; the ``grad`` of the model's parameters.
        inputs: (N, D_in), the layer before's ``passed_on``, or the pixels.
        sums: (N, D), z = W a + b.
        outputs: (N, D), a = f(z); the same memory as ``sums`` where f allows it.
        errors: (N, D), dL/dz.
        weight_columns, errors_by_unit: the transposes of weight and errors, for the products; the same memory.
        mask: (N, D), for dropout: 0 for a unit that is dropped, 1 / (share kept) for one that is kept; else None.
        passed_on: (N, D), what the next layer sees: outputs times mask, or ``outputs`` itself without dropout.
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

    def weigh_inputs(self) -> None:
        """z = W a + b, for every image: (N, D)."""
        torch.addmm(self.bias, self.inputs, self.weight_columns, out=self.sums)

    def find_gradient(self) -> None:
        """From the errors of all images dL/dW, (D, D_in), and dL/db, (D,)."""
        torch.mm(self.errors_by_unit, self.inputs, out=self.weight_gradient)
        torch.sum(self.errors, 0, out=self.bias_gradient)

    def send_back(self, before: Layer) -> None:
        """dL/da of the layer before, (N, D_in), into its ``errors``."""
        torch.mm(self.errors, self.weight, out=before.errors)


class Backpropagation:
    """The gradient of the loss on batches of N images.

    Args:
        model: the network. Its weights are read where they are; their ``grad`` receives the gradient (made here where
            it is None). The model must stay where it is in memory: no ``to`` or ``double`` afterwards.
        batch_size: N.

    Attributes:
        logits: (N, C), of the last batch.
        hidden_layer: the kind of its hidden layers.

    Example:
        >>> passes = Backpropagation(model, len(images))
        >>> passes.forward(images); passes.loss_gradient(labels); passes.backward()
        >>> model.linears[0].weight.grad
    """

    hidden_layer: type[Layer] = Layer

    def __init__(self, model: MLP, batch_size: int):
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
            kind = Layer if is_output else self.hidden_layer
            self.layers.append(kind(linear, inputs, self.kernel.is_in_place, self.kept < 1 and not is_output))
        self.logits = self.layers[-1].sums  # (N, C)
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
            layer.weigh_inputs()  # z = W a + b: (N, D)
            self.kernel.forward(layer.sums, layer.outputs)  # a = f(z): (N, D)
            if layer.mask is not None:
                layer.mask.bernoulli_(self.kept, generator=dropout_generator).div_(self.kept)
                torch.mul(layer.outputs, layer.mask, out=layer.passed_on)
        self.layers[-1].weigh_inputs()
        return self.logits  # (N, C)

    def loss_gradient(self, labels: Tensor) -> None:
        """The gradient of the loss by the logits, after a forward pass: the errors of the output layer.

        The loss is -log p of the true class, averaged over the batch. With p = softmax(z) its derivative is simple:
        dL/dz = (p - 1) / N for the true class, p / N for the others. So learning does not need the loss itself.

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
            layer.find_gradient()  # dL/dW: (D, D_in), and dL/db: (D,)
            if index > 0:
                before = self.layers[index - 1]
                layer.send_back(before)  # dL/da of the layer before: (N, D_in)
                if before.mask is not None:
                    before.errors.mul_(before.mask)  # what was dropped had no part in the loss
                self.kernel.backward(before.errors, before.sums, before.outputs)  # times f'(z): dL/dz
