"""The optimisers: against torch's own, in one vector, remembered to the bit."""

import pytest
import torch

from nnlab import optim
from nnlab.config import OPTIMIZER_NAMES, ModelConfig
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters

DECAY = 0.1
NETWORK = ModelConfig((6, 5), initialization="torch")
TORCHS = {  # a rule that torch has not is held to its own formula, in a test of its own
    "sgd": lambda groups: torch.optim.SGD(groups, 0.01),
    "momentum": lambda groups: torch.optim.SGD(groups, 0.01, momentum=0.9),
    "nesterov": lambda groups: torch.optim.SGD(groups, 0.01, momentum=0.9, nesterov=True),
    "rmsprop": lambda groups: torch.optim.RMSprop(groups, 0.01),
    "adam": lambda groups: torch.optim.Adam(groups, 0.01),
    "adamw": lambda groups: torch.optim.AdamW(groups, 0.01),
}


def gradients(count: int, length: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(length, generator=generator) for _ in range(count)]


def test_the_registry_holds_the_menu_in_its_order():
    assert tuple(OPTIMIZERS) == OPTIMIZER_NAMES
    assert OPTIMIZERS.keys() >= TORCHS.keys()


@pytest.mark.parametrize("has_kernel", [True, False], ids=["torch's kernel", "written out"])
@pytest.mark.parametrize("name", TORCHS)
def test_twenty_steps_equal_torch_s(name, has_kernel, monkeypatch):
    monkeypatch.setattr(optim, "HAS_KERNEL", has_kernel)
    theirs, ours = MLP(NETWORK), Parameters(MLP(NETWORK))
    decay = DECAY if name == "adamw" else 0.0
    weights, biases = ([getattr(linear, part) for linear in theirs.linears] for part in ("weight", "bias"))
    reference = TORCHS[name]([{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0.0}])
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


def test_denormals_are_rounded_to_0_meanwhile_and_only_then():
    """1e-39 is below the smallest normal float32, 1.2e-38; halved it is still a number, unless denormals are off."""
    tiny = torch.full((8,), 1e-39)
    with optim.without_denormals():
        assert not (tiny * 0.5).any()
    assert (tiny * 0.5).all()
