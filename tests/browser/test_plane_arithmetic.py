"""The network in the plane, which learns in the browser: its arithmetic, a layer's view included, against PyTorch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nnlab.activations import ACTIVATIONS
from nnlab.teaching.plane import ACTIVATIONS as CHOSEN_ACTIVATIONS
from nnlab.teaching.plane import INPUTS
from nnlab.teaching.points import arrange
from nnlab.ui import files
from nnlab.ui.text import strings

EN = strings("en")
WEIGHED = -1  # see static/plane_space.js
FEATURES = {
    "x1": lambda x, y: x, "x2": lambda x, y: y, "square_1": lambda x, y: x * x, "square_2": lambda x, y: y * y,
    "product": lambda x, y: x * y, "sine_1": lambda x, y: np.sin(x), "sine_2": lambda x, y: np.sin(y),
}  # fmt: skip
# Weights, outputs of each layer, loss and gradients of a network; then its weights after steps on all of the points.
LEARN = """async ([address, names, xs, ys, classes, hidden, activation, steps, rate, decay, sparsity]) => {
  const { PlaneNetwork, columnsOf } = await import(address)
  const network = new PlaneNetwork([names.length, ...hidden, 1], activation, 3)
  for (const { biases } of network.layers) for (const unit of biases.keys()) biases[unit] = 0.1 * (unit - 1)
  const plain = layers => layers.map(layer => [layer.weights.map(row => [...row]), [...layer.biases]])
  const columns = columnsOf(names, xs, ys), start = plain(network.layers)
  const outputs = network.forward(columns).map(layer => layer.map(column => [...column]))
  const { loss, accuracy } = network.score(columns, classes)
  const gradients = plain(network.gradients(columns, classes))
  for (let step = 0; step < steps; step++) network.learn(columns, classes, rate, decay, sparsity)
  return { start, outputs, loss, accuracy, gradients, end: plain(network.layers) }
}"""
BATCHES = """async ([address, count, size, epochs]) => {
  const { Batches } = await import(address), batches = new Batches(count, 5), taken = []
  for (let step = 0; step < epochs * Math.ceil(count / size); step++) taken.push(batches.next(size))
  return taken
}"""
STARTS = """async ([address, sizes, activation, count]) => {
  const { PlaneNetwork } = await import(address)
  const networks = Array.from({ length: count }, (_, seed) => new PlaneNetwork(sizes, activation, seed))
  return networks.flatMap(network => network.layers[1].weights.flatMap(row => [...row]))
}"""


# Where places are on their way through a layer, their outputs, and the line on which the output is 0.
SPACE = """async ([network, space, hidden, activation, layer, units, xs, ys]) => {
  const { PlaneNetwork, columnsOf, last } = await import(network), { borderOf, stationsOf } = await import(space)
  const made = new PlaneNetwork([2, ...hidden, 1], activation, 3)
  for (const { biases } of made.layers) for (const unit of biases.keys()) biases[unit] = 0.1 * (unit - 1)
  const columns = columnsOf(["x1", "x2"], xs, ys)
  return {
    layers: made.layers.map(({ weights, biases }) => [weights.map(row => [...row]), [...biases]]),
    stations: stationsOf(made, columns, xs, ys, layer, units).map(station => station.map(values => [...values])),
    logits: [...last(made.forward(columns))[0]],
    border: borderOf(made, layer, units),
  }
}"""


@pytest.fixture
def script(server) -> str:
    return f"{server}/{files.ROOT}{files.SCRIPTS.address('plane_network.js')}"


class Twin(nn.Module):
    """The browser's network in PyTorch, in double precision."""

    def __init__(self, layers: list, activation: str):
        super().__init__()
        self.activation = ACTIVATIONS[activation].function
        self.layers = nn.ParameterList(
            nn.Parameter(torch.tensor(part, dtype=torch.float64)) for each in layers for part in each
        )

    def forward(self, points: torch.Tensor) -> list[torch.Tensor]:
        outputs = [points]
        for at in range(0, len(self.layers), 2):
            sums = F.linear(outputs[-1], self.layers[at], self.layers[at + 1])
            outputs.append(sums if at == len(self.layers) - 2 else self.activation(sums))
        return outputs[1:]


def flat(layers: list) -> list[torch.Tensor]:
    return [torch.tensor(part, dtype=torch.float64) for layer in layers for part in layer]


@pytest.mark.parametrize("sparsity", [0, 0.1])
@pytest.mark.parametrize(
    ("activation", "hidden", "names"),
    [
        *[(activation, [5, 3], ["x1", "x2"]) for activation in CHOSEN_ACTIVATIONS],
        ("tanh", [], [*INPUTS]),
        ("relu", [8, 8, 8, 8], [*INPUTS]),
    ],
)
def test_the_browser_learns_what_pytorch_learns(tab, script, activation, hidden, names, sparsity):
    points, steps, rate, decay = arrange("spiral", 60, 0.2, seed=4), 25, 0.2, 0.03
    x, y = points.places.T
    how = [hidden, activation, steps, rate, decay, sparsity]
    found = tab.evaluate(LEARN, [script, names, x.tolist(), y.tolist(), points.classes.tolist(), *how])
    columns = torch.tensor(np.stack([FEATURES[name](x, y) for name in names], 1))
    classes = torch.tensor(points.classes, dtype=torch.float64)
    twin = Twin(found["start"], activation)
    optimizer = torch.optim.SGD(
        [{"params": twin.layers[0::2], "weight_decay": decay}, {"params": twin.layers[1::2]}], lr=rate
    )
    for step in range(steps):
        outputs = twin(columns)
        loss = F.binary_cross_entropy_with_logits(outputs[-1][:, 0], classes)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            for layer, expected in zip(found["outputs"], outputs, strict=True):
                torch.testing.assert_close(torch.tensor(layer, dtype=torch.float64).T, expected, atol=1e-9, rtol=1e-9)
            assert found["loss"] == pytest.approx(loss.item(), abs=1e-12)
            assert found["accuracy"] == ((outputs[-1][:, 0] > 0) == (classes == 1)).double().mean().item()
            for gradient, parameter in zip(flat(found["gradients"]), twin.layers, strict=True):
                torch.testing.assert_close(gradient, parameter.grad, atol=1e-10, rtol=1e-8)
        optimizer.step()
        with torch.no_grad():
            for weights in twin.layers[0::2]:
                weights.copy_(F.softshrink(weights, rate * sparsity))
    if sparsity:
        assert any((weights == 0).any() for weights in flat(found["end"])[0::2])
    for learned, parameter in zip(flat(found["end"]), twin.layers, strict=True):
        torch.testing.assert_close(learned, parameter.detach(), atol=1e-9, rtol=1e-7)


@pytest.mark.parametrize(
    ("activation", "hidden", "layer", "units"),
    [
        *[(activation, [4, 2], 1, [0, 1]) for activation in CHOSEN_ACTIVATIONS],
        ("tanh", [4, 2], 1, [1, 0]),
        ("tanh", [4, 2], 0, [3, 1]),
        ("relu", [3], 0, [2, 0]),
        ("tanh", [4, 3], 1, [WEIGHED, 2]),
        ("relu", [2], 0, [WEIGHED, 1]),
        ("sigmoid", [5, 1], 1, [0, 1]),
    ],
)
def test_a_layer_carries_the_plane_to_where_pytorchs_neurons_put_it(tab, script, activation, hidden, layer, units):
    """Over z; and where the output is given two neurons alone, its border is a straight line among their outputs."""
    x, y = arrange("spiral", 60, 0.2, seed=4).places.T
    space = script.replace(files.SCRIPTS.address("plane_network.js"), files.SCRIPTS.address("plane_space.js"))
    found = tab.evaluate(SPACE, [script, space, hidden, activation, layer, units, x.tolist(), y.tolist()])
    twin = Twin(found["layers"], activation)
    with torch.no_grad():
        outputs = [torch.tensor(np.stack([x, y], 1)), *twin(torch.tensor(np.stack([x, y], 1)))]
        sums = F.linear(outputs[layer], twin.layers[2 * layer], twin.layers[2 * layer + 1])
    plane, summed, carried = (np.array(station) for station in found["stations"])
    assert np.array_equal(plane, [x, y])
    parts = np.eye(max(2, hidden[layer]))[:, : hidden[layer]][units]  # (2, neurons)
    if WEIGHED in units:
        parts[units.index(WEIGHED)] = F.normalize(twin.layers[-2].detach()).numpy()
    np.testing.assert_allclose(summed, parts @ sums.T.numpy(), atol=1e-9)
    np.testing.assert_allclose(carried, parts @ outputs[layer + 1].T.numpy(), atol=1e-9)
    if layer + 1 < len(hidden) or (hidden[-1] > 2 and WEIGHED not in units):
        assert found["border"] is None
    else:
        across, up, bias = found["border"]
        np.testing.assert_allclose(across * carried[0] + up * carried[1] + bias, found["logits"], atol=1e-9)


def test_each_epoch_takes_every_point_once_in_another_order(tab, script):
    taken = tab.evaluate(BATCHES, [script, 23, 5, 2])
    assert [len(batch) for batch in taken] == [5, 5, 5, 5, 3] * 2
    first, second = sum(taken[:5], []), sum(taken[5:], [])
    assert sorted(first) == sorted(second) == list(range(23))
    assert first != second


@pytest.mark.parametrize(("activation", "spread"), [("relu", (2 / 6) ** 0.5), ("tanh", (2 / 14) ** 0.5)])
def test_weights_start_as_he_and_glorot_say(tab, script, activation, spread):
    weights = np.array(tab.evaluate(STARTS, [script, [2, 6, 8, 1], activation, 400]))
    assert weights.std() == pytest.approx(spread, rel=0.02)
    assert weights.mean() == pytest.approx(0, abs=0.03 * spread)
