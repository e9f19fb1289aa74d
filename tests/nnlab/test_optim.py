"""The optimisers: against torch's own, in one vector, remembered to the bit."""

import math

import pytest
import torch

from nnlab import optim
from nnlab.config import OPTIMIZER_NAMES, ModelConfig
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters
from tests.nnlab.plain_training import TORCH_S_OPTIMIZERS

DECAY = 0.1
NETWORK = ModelConfig((6, 5), initialization="torch")


def gradients(count: int, length: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(length, generator=generator) for _ in range(count)]


def test_the_registry_holds_the_menu_in_its_order():
    assert tuple(OPTIMIZERS) == OPTIMIZER_NAMES
    assert OPTIMIZERS.keys() >= TORCH_S_OPTIMIZERS.keys()


@pytest.mark.parametrize("has_kernel", [True, False], ids=["torch's kernel", "written out"])
@pytest.mark.parametrize("name", TORCH_S_OPTIMIZERS)
def test_twenty_steps_equal_torch_s(name, has_kernel, monkeypatch):
    monkeypatch.setattr(optim, "HAS_KERNEL", has_kernel)
    theirs, ours = MLP(NETWORK), Parameters(MLP(NETWORK))
    decay = DECAY if name == "adamw" else 0.0
    weights, biases = ([getattr(linear, part) for linear in theirs.linears] for part in ("weight", "bias"))
    reference = TORCH_S_OPTIMIZERS[name](
        [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0.0}], 0.01
    )
    rule = OPTIMIZERS[name](ours, decay)
    sizes = [part.numel() for part in weights + biases]
    for gradient in gradients(20, len(ours.values)):
        ours.gradient.copy_(gradient)
        for part, slopes in zip(weights + biases, gradient.split(sizes), strict=True):
            part.grad = slopes.view(part.shape)
        rule.step(0.01)
        reference.step()
    expected = torch.cat([part.detach().flatten() for part in weights + biases])
    assert torch.allclose(ours.values, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "factors"),
    [("sgd", (1, 1)), ("momentum", (1, 1.9)), ("nesterov", (1.9, 2.71)), ("adam", None), ("rmsprop", None)],
)
def test_the_lengths_of_two_equal_gradients_steps_by_hand(optimizer, factors):
    """A weight whose gradient is always 2, learning rate 0.1.

    SGD goes 0.2 and 0.2. Momentum: v = 2, then 0.9 x 2 + 2 = 3.8: 0.2 and 0.38. Nesterov goes g + 0.9 v: 3.8, then
    2 + 0.9 x 3.8 = 5.42. Adam divides the mean of the gradients by the root of their mean square: 0.1 each time.
    RMSprop's mean square is 0.01 x 4 at first, so its first step is 0.1 / sqrt(0.01) = 1; then 0.0199 x 4 gives
    0.1 / sqrt(0.0199).
    """
    expected = {"adam": (0.1, 0.1), "rmsprop": (1, 0.1 / math.sqrt(0.0199))}.get(optimizer)
    expected = expected or tuple(0.2 * factor for factor in factors)
    parameters = Parameters(MLP(NETWORK))
    rule = OPTIMIZERS[optimizer](parameters)
    for length in expected:
        before = parameters.values.clone()
        parameters.gradient.fill_(2)
        rule.step(0.1)
        assert torch.allclose(before - parameters.values, torch.tensor(float(length)), rtol=1e-4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rule_goes_on_from_its_state(name):
    first, second = (Parameters(MLP(NETWORK)) for _ in range(2))
    rule, resumed = OPTIMIZERS[name](first), OPTIMIZERS[name](second)
    for step, gradient in enumerate(gradients(6, len(first.values))):
        if step == 3:
            second.values.copy_(first.values)
            resumed.load_state_dict(rule.state_dict())
        for parameters in (first, second):
            parameters.gradient.copy_(gradient)
        rule.step(0.01)
        if step >= 3:
            resumed.step(0.01)
    assert torch.equal(first.values, second.values)


def test_the_vector_is_the_model():
    """784 x 2 + 2 x 10 weights and 2 + 10 biases: 1,600 numbers, the biases last."""
    model = MLP(ModelConfig((2,), initialization="torch"))
    before = [parameter.detach().clone() for parameter in model.parameters()]
    parameters = Parameters(model)
    assert (len(parameters.values), len(parameters.weights)) == (1600, 1588)
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    parameters.values[-1] = 7
    assert model.linears[-1].bias[-1] == 7
    model.load_state_dict({name: torch.full_like(value, 3) for name, value in model.state_dict().items()})
    assert parameters.values.unique().tolist() == [3]


def test_the_same_gradient_by_autograd_arrives_in_the_vector():
    model = MLP(ModelConfig((2,), initialization="torch"))
    parameters = Parameters(model)
    model(torch.ones(3, 28, 28)).sum().backward()
    assert torch.equal(parameters.gradient[-10:], torch.full((10,), 3.0))


def test_a_step_without_a_rate_takes_the_one_that_is_there():
    """What a recorded step does. SGD with rate 0.1 and gradient 2 goes 0.2, with rate 0.05 then 0.1."""
    parameters = Parameters(MLP(NETWORK))
    before = parameters.values.clone()
    parameters.gradient.fill_(2)
    rule = OPTIMIZERS["sgd"](parameters)
    rule.step(0.1)
    rule.rate.fill_(0.05)
    rule.step()
    assert torch.allclose(before - parameters.values, torch.tensor(0.3), rtol=1e-4)


def test_clipping_equals_torch_s():
    """A gradient of 1,600 times 2 has length 2 x 40 = 80; shortened to 20 each entry is a quarter, 0.5."""
    parameters = Parameters(MLP(ModelConfig((2,))))
    parameters.gradient.fill_(2)
    parameters.clip(100)
    assert parameters.gradient.unique().tolist() == [2]
    parameters.clip(20)
    assert parameters.gradient.unique().tolist() == pytest.approx([0.5])
    noise = Parameters(MLP(NETWORK))
    holder = torch.nn.Parameter(torch.zeros(len(noise.values)))
    (reference,) = gradients(1, len(noise.values))
    noise.gradient.copy_(reference)
    holder.grad = reference
    noise.clip(3)
    torch.nn.utils.clip_grad_norm_([holder], 3)
    assert torch.allclose(noise.gradient, holder.grad)
