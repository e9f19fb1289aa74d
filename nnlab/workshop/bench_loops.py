"""What the bench sets side by side: five ways to train the same network on the same digits.

A loop is a function that takes so many steps. They differ in what they do besides the mathematics.

Read next: ``bench``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnlab.config import CLASSES, INPUT_NORMALIZATION, MAX_EPOCHS, ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.fast.batches import Batches
from nnlab.fast.denormals import without_denormals
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters
from nnlab.training import TrainingRun

PRODUCT_SIDE = 1024  # of the matrices whose product sets the floor: large enough for full speed


class Task(NamedTuple):
    """One line of the bench: a network, a batch size, an optimiser ("sgd" or "adam")."""

    hidden_sizes: tuple[int, ...]
    batch_size: int
    optimizer: str

    @property
    def network(self) -> str:
        return "-".join(str(size) for size in self.hidden_sizes)

    @property
    def model_config(self) -> ModelConfig:
        return ModelConfig(self.hidden_sizes, "relu", "torch")

    @property
    def rate(self) -> float:
        return 0.01 if self.optimizer == "sgd" else 0.001

    @property
    def operations(self) -> int:
        """Multiplications and additions of the matrix products of one step: forward, dL/dW, dL/da but for pixels."""
        sizes = self.model_config.layer_sizes
        weights = sum(inputs * outputs for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True))
        return 2 * self.batch_size * (3 * weights - sizes[0] * sizes[1])

    @property
    def vector_passes(self) -> int:
        """How often each number of a vector as long as the parameters is read or written in one step, besides products.

        The gradient is written once. SGD reads it and reads and writes the weights; Adam does so with m and s as well.
        """
        return 4 if self.optimizer == "sgd" else 8


Loop = Callable[[int], object]  # takes so many steps


def _loop(steps: Iterator[None]) -> Loop:
    return lambda number: sum(1 for _ in islice(steps, number))


def textbook(task: Task, data: DigitData) -> Loop:
    """The loop of most tutorials: a DataLoader that turns each image into a tensor and scales it, autograd, item()."""
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])

    class Digits(Dataset):
        """As torchvision.datasets.MNIST does it."""

        def __len__(self) -> int:
            return len(data.train_labels)

        def __getitem__(self, index: int) -> tuple[Tensor, int]:
            return transform(Image.fromarray(data.train_images[index].numpy())), int(data.train_labels[index])

    sizes = task.model_config.layer_sizes
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    kind = torch.optim.SGD if task.optimizer == "sgd" else torch.optim.Adam
    optimizer = kind(model.parameters(), lr=task.rate)
    loader = DataLoader(Digits(), batch_size=task.batch_size, shuffle=True, drop_last=True)

    def steps() -> Iterator[None]:
        total_loss = 0.0
        while True:
            for images, labels in loader:
                optimizer.zero_grad()
                loss = F.cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()
                total_loss += loss.item()
                yield

    return _loop(steps())


def nnlab(task: Task, data: DigitData, device: str = "cpu") -> Loop:
    """``TrainingRun.advance``, its records kept."""
    images = len(data.train_labels)
    config = TrainConfig(
        task.optimizer, task.rate, batch_size=task.batch_size, epochs=MAX_EPOCHS, training_images=images
    )
    run, records = TrainingRun(task.model_config, config, data, device), []
    return lambda number: records.extend(run.advance(number))


def bare(task: Task, data: DigitData) -> Loop:
    """The practical limit: the same batches, products and update, and nothing else.

    It computes no loss, only its gradient, and it has no records, no choice of activation, no seed, no resuming and no
    short last batch.
    """
    whole = len(data.train_labels) // task.batch_size * task.batch_size  # images in full batches
    batches = Batches(
        data.train_images[:whole], data.train_labels[:whole], task.batch_size, lambda epoch: torch.randperm(whole)
    )
    model = MLP(task.model_config)
    optimizer = OPTIMIZERS[task.optimizer](Parameters(model))
    weights, biases = ([getattr(layer, name).detach() for layer in model.linears] for name in ("weight", "bias"))
    weight_gradients = [layer.weight.grad for layer in model.linears]
    bias_gradients = [layer.bias.grad for layer in model.linears]
    outputs = [torch.zeros(task.batch_size, size) for size in task.model_config.layer_sizes]
    errors = [torch.zeros_like(output) for output in outputs]
    minus_one, relu_backward = torch.full((task.batch_size, 1), -1.0), torch.ops.aten.threshold_backward.grad_input
    mean, deviation = INPUT_NORMALIZATION[task.model_config.input_normalization]
    shift, scale, last = torch.tensor(-mean / deviation), 1 / (255 * deviation), len(weights)
    steps = count()

    @without_denormals()
    @torch.inference_mode()
    def take(number: int) -> None:
        for step in islice(steps, number):
            pixels, labels = batches[step]
            torch.add(shift, outputs[0].copy_(pixels.flatten(1)), alpha=scale, out=outputs[0])
            for index in range(last):
                torch.addmm(biases[index], outputs[index], weights[index].T, out=outputs[index + 1])
                if index < last - 1:
                    outputs[index + 1].relu_()
            torch.softmax(outputs[last], 1, out=errors[last])
            errors[last].scatter_add_(1, labels.unsqueeze(1), minus_one).div_(task.batch_size)
            for index in reversed(range(last)):
                torch.mm(errors[index + 1].T, outputs[index], out=weight_gradients[index])
                torch.sum(errors[index + 1], 0, out=bias_gradients[index])
                if index:
                    torch.mm(errors[index + 1], weights[index], out=errors[index])
                    relu_backward(errors[index], outputs[index], 0, grad_input=errors[index])
            optimizer.step(task.rate)

    return take


def products(task: Task, data: DigitData) -> Loop:
    """The matrix products of a step alone, in their own shapes."""
    sizes = task.model_config.layer_sizes
    outputs = [torch.ones(task.batch_size, size) for size in sizes]
    weights = [torch.ones(after, before) for before, after in zip(sizes[:-1], sizes[1:], strict=True)]
    gradients = [torch.ones_like(weight) for weight in weights]

    def take(number: int) -> None:
        for _ in range(number):
            for index, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):
                torch.mm(outputs[index], weight.T, out=outputs[index + 1])
                outputs[index + 1].fill_(1)  # otherwise the numbers would grow without end
                torch.mm(outputs[index + 1].T, outputs[index], out=gradient)
                if index:
                    torch.mm(outputs[index + 1], weight, out=outputs[index]).fill_(1)

    return take


def product(task: Task, data: DigitData) -> Loop:
    """One large matrix product. How long a step's multiplications would take at its speed is the floor."""
    first, second, result = (torch.ones(PRODUCT_SIDE, PRODUCT_SIDE) for _ in range(3))
    return lambda number: [torch.mm(first, second, out=result) for _ in range(number)]


def vector(task: Task, data: DigitData) -> Loop:
    """One step of SGD over a vector as long as the parameters: two reads and a write. What memory alone costs."""
    values, gradient = torch.zeros(2, task.model_config.parameter_count)
    return lambda number: [values.add_(gradient, alpha=-0.01) for _ in range(number)]


def scikit_learn(task: Task, data: DigitData) -> Loop:
    """MLPClassifier, its pixels scaled beforehand.

    Raises:
        ImportError: if scikit-learn is not installed.
    """
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    pixels = data.train_images.flatten(1).numpy()[: 100 * task.batch_size].astype(np.float32) / 127.5 - 1
    answers = data.train_labels.numpy()[: 100 * task.batch_size]
    model = MLPClassifier(
        task.hidden_sizes, solver=task.optimizer, alpha=0.0, batch_size=task.batch_size, momentum=0.0,
        learning_rate_init=task.rate,
    )  # fmt: skip
    most = len(answers) // task.batch_size  # steps in one call

    def take(number: int) -> None:
        with threadpool_limits(torch.get_num_threads()):
            for start in range(0, number, most):
                images = min(most, number - start) * task.batch_size
                model.partial_fit(pixels[:images], answers[:images], classes=np.arange(CLASSES))

    return take


LOOPS: dict[str, Callable[[Task, DigitData], Loop]] = {
    "textbook": textbook,
    "scikit_learn": scikit_learn,
    "nnlab": nnlab,
    "bare": bare,
    "products": products,
    "product": product,
    "vector": vector,
}
