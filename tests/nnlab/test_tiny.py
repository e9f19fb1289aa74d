"""The network that is calculated by hand: against autograd, central differences and two textbooks' worked examples."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.activations import ACTIVATIONS as OF_TENSORS
from nnlab.tiny import ACTIVATIONS, Layer, backward, cross_entropy, forward, loss, sigmoid, softmax, update

NUMBERS = st.floats(-2, 2)


def rows(count: int, length: int) -> st.SearchStrategy:
    return st.lists(st.lists(NUMBERS, min_size=length, max_size=length), min_size=count, max_size=count)


@st.composite
def examples(draw, hidden=tuple(ACTIVATIONS)) -> tuple[list[Layer], list[float], list[float]]:
    """A network of one to three layers, its inputs and its target."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    last = draw(st.sampled_from(["softmax", *hidden]))
    layers = []
    for inputs, neurons in zip(sizes[:-1], sizes[1:], strict=True):
        weights, (biases,) = draw(rows(neurons, inputs)), draw(rows(1, neurons))
        layers.append(Layer(weights, biases, draw(st.sampled_from(hidden))))
    layers[-1] = layers[-1]._replace(activation=last)
    (target,) = draw(rows(1, sizes[-1]))
    if last == "softmax":
        right = draw(st.integers(0, sizes[-1] - 1))
        target = [float(index == right) for index in range(sizes[-1])]
    return layers, draw(rows(1, sizes[0]))[0], target


smooth_examples = examples(hidden=("sigmoid", "tanh", "identity"))  # ReLU has a corner, where no slope is


def by_autograd(network, inputs, target):
    """The loss, and dL/dW and dL/db of each layer, as torch finds them in float64."""
    parameters = [
        tuple(torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in layer[:2])
        for layer in network
    ]
    signal = torch.tensor(inputs, dtype=torch.float64)
    for (weights, biases), layer in zip(parameters, network, strict=True):
        signal = weights @ signal + biases
        if layer.activation != "softmax":
            signal = OF_TENSORS[layer.activation].function(signal)
    expected = torch.tensor(target, dtype=torch.float64)
    if network[-1].activation == "softmax":
        result = torch.nn.functional.cross_entropy(signal, expected)
    else:
        result = ((signal - expected) ** 2).sum() / 2
    result.backward()
    return result.item(), [(weights.grad.tolist(), biases.grad.tolist()) for weights, biases in parameters]


@settings(max_examples=100)
@given(examples())
def test_loss_and_gradient_equal_autograd_s(example):
    network, inputs, target = example
    expected, by_layer = by_autograd(*example)
    assert loss(*example) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    gradients = backward(network, forward(network, inputs), target)
    for found, (weights, biases) in zip(gradients, by_layer, strict=True):
        for ours, theirs in zip([*found.weights, found.biases], [*weights, biases], strict=True):
            assert ours == pytest.approx(theirs, rel=1e-10, abs=1e-12)


@settings(max_examples=50)
@given(smooth_examples)
def test_the_gradient_is_the_slope_of_the_loss(example):
    """By central differences, for every weight."""
    network, inputs, target = example
    gradients, step = backward(network, forward(network, inputs), target), 1e-5
    for index, layer in enumerate(network):
        for neuron, row in enumerate(layer.weights):
            for place in range(len(row)):
                losses = []
                for nudge in (step, -step):
                    weights = [list(row) for row in layer.weights]
                    weights[neuron][place] += nudge
                    nudged = [*network[:index], layer._replace(weights=weights), *network[index + 1 :]]
                    losses.append(loss(nudged, inputs, target))
                slope = (losses[0] - losses[1]) / (2 * step)
                assert gradients[index].weights[neuron][place] == pytest.approx(slope, rel=1e-4, abs=1e-5)


@settings(max_examples=50)
@given(smooth_examples)
def test_a_small_step_keeps_the_gradients_promise(example):
    """It falls as the gradient promises, by the rate times the square of its length."""
    network, inputs, target = example
    gradients = backward(network, forward(network, inputs), target)
    numbers = [number for layer in gradients for row in [*layer.weights, layer.biases] for number in row]
    rate = 1e-5
    fall = loss(*example) - loss(update(network, gradients, rate), inputs, target)
    promised = rate * sum(number**2 for number in numbers)
    assert fall == pytest.approx(promised, rel=0.05, abs=1e-9)


def test_two_inputs_two_hidden_two_classes_by_hand():
    """x = (1, 2), ReLU: z = (1 - 2 + 0.5, 0.5 + 1 - 0.5) = (-0.5, 1), a = (0, 1); u = (1, 1), so p = (0.5, 0.5).

    For class 1, L = -ln 0.5, dL/du = (-0.5, 0.5), dL/dV = dL/du times a = ((0, -0.5), (0, 0.5)),
    dL/da = (-0.5 - 1, -0.5 + 0.5) = (-1.5, 0), and ReLU lets nothing back to the first neuron: dL/dz = (0, 0).
    """
    network = [
        Layer([[1, -1], [0.5, 0.5]], [0.5, -0.5], "relu"),
        Layer([[3, 1], [-3, 1]], [0, 0], "softmax"),
    ]
    hidden, output = forward(network, [1, 2])
    assert (hidden.sums, hidden.outputs) == ([-0.5, 1.0], [0.0, 1.0])
    assert (output.sums, output.outputs) == ([1.0, 1.0], [0.5, 0.5])
    assert loss(network, [1, 2], [1, 0]) == pytest.approx(math.log(2))
    of_hidden, of_output = backward(network, [hidden, output], [1, 0])
    assert of_output.sums == [-0.5, 0.5]
    assert of_output.weights == [[0, -0.5], [0, 0.5]]
    assert of_hidden.outputs == [-3.0, 0.0]
    assert of_hidden.slopes == [0, 1]
    assert of_hidden.sums == [0, 0]
    assert update(network, [of_hidden, of_output], 0.2)[1].weights == [[3, 1.1], [-3, 0.9]]


def test_the_worked_example_of_mazur():
    """2-2-2, sigmoid, half the squared error. He leaves the biases as they are.

    Source: M. Mazur, "A Step by Step Backpropagation Example", 2015.
    """
    network = [
        Layer([[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35], "sigmoid"),
        Layer([[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60], "sigmoid"),
    ]
    inputs, target = [0.05, 0.10], [0.01, 0.99]
    passed = forward(network, inputs)
    assert passed[0].outputs == pytest.approx([0.593269992, 0.596884378], abs=1e-9)
    assert passed[1].outputs == pytest.approx([0.75136507, 0.772928465], abs=1e-8)
    assert loss(network, inputs, target) == pytest.approx(0.298371109, abs=1e-9)
    gradients = backward(network, passed, target)
    assert gradients[1].weights[0][0] == pytest.approx(0.082167041, abs=1e-9)
    assert gradients[0].weights[0][0] == pytest.approx(0.000438568, abs=1e-9)
    moved = update(network, gradients, 0.5)
    assert moved[1].weights[0] == pytest.approx([0.35891648, 0.408666186], abs=1e-8)
    assert moved[1].weights[1] == pytest.approx([0.511301270, 0.561370121], abs=1e-8)
    assert moved[0].weights[0] == pytest.approx([0.149780716, 0.19956143], abs=1e-8)
    assert moved[0].weights[1] == pytest.approx([0.24975114, 0.29950229], abs=1e-8)
    without_biases = [new._replace(biases=old.biases) for new, old in zip(moved, network, strict=True)]
    assert loss(without_biases, inputs, target) == pytest.approx(0.291027924, abs=1e-6)  # his 7th digit is off


def test_the_worked_example_of_han_kamber_and_pei():
    """3-2-1, sigmoid; their errors are what falls with the loss, so the negative of dL/dz.

    Source: Han, Kamber & Pei, "Data Mining: Concepts and Techniques", 3rd edition 2012, section 9.2, tables 9.1 to 9.4.
    """
    network = [
        Layer([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]], [-0.4, 0.2], "sigmoid"),
        Layer([[-0.3, -0.2]], [0.1], "sigmoid"),
    ]
    passed = forward(network, [1, 0, 1])
    assert passed[0].sums == pytest.approx([-0.7, 0.1])
    assert passed[0].outputs == pytest.approx([0.332, 0.525], abs=5e-4)
    assert passed[1].outputs == pytest.approx([0.474], abs=5e-4)
    gradients = backward(network, passed, [1])
    assert gradients[1].sums == pytest.approx([-0.1311], abs=1e-4)
    assert gradients[0].sums == pytest.approx([0.0087, 0.0065], abs=1e-4)
    moved = update(network, gradients, 0.9)
    assert moved[1].weights[0] == pytest.approx([-0.261, -0.138], abs=1e-3)
    assert moved[0].weights[0] == pytest.approx([0.192, 0.4, -0.508], abs=1e-3)
    assert moved[0].weights[1] == pytest.approx([-0.306, 0.1, 0.194], abs=1e-3)
    assert moved[0].biases == pytest.approx([-0.408, 0.194], abs=1e-3)
    assert moved[1].biases == pytest.approx([0.218], abs=1e-3)


def test_no_sum_is_too_large():
    assert sigmoid(-1e4) == 0
    assert sigmoid(1e4) == 1
    assert softmax([1e4, 0]) == [1, 0]
    assert cross_entropy(softmax([1e4, 0]), [0, 1]) == math.inf


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=5))
def test_probabilities_sum_to_one(sums):
    assert sum(softmax(sums)) == pytest.approx(1)
    assert sum(softmax([z + 3 for z in sums])) == pytest.approx(1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_is_that_of_the_tensors(name):
    z = [-3.0, -0.5, 0.0, 0.1, 2.0]
    ours, theirs = ACTIVATIONS[name], OF_TENSORS[name]
    tensor = torch.tensor(z, dtype=torch.float64)
    assert [ours.function(value) for value in z] == pytest.approx(theirs.function(tensor).tolist())
    assert [ours.slope(value) for value in z] == pytest.approx(theirs.derivative(tensor).tolist())
