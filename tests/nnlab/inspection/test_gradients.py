"""One image's gradient: p - y at the logits, sizes by hand, and central differences that notice a wrong gradient."""

import math

import pytest
import torch

from nnlab.config import ACTIVATION_NAMES, ModelConfig
from nnlab.inspection import gradients as inspection
from nnlab.inspection.layers import LayerGradient
from nnlab.model import MLP


def test_the_gradient_by_the_logits_is_p_minus_y(image):
    model = MLP(ModelConfig((12, 8)))
    found = inspection.exact_gradients(model, image, 4)
    expected = model.double()(image[None].double()).softmax(dim=1)
    expected[0, 4] -= 1
    assert found[-1].pre_activation.dtype == torch.float64
    assert torch.allclose(found[-1].pre_activation, expected, atol=1e-15)


def test_the_model_itself_stays_as_it_is(image):
    model = MLP(ModelConfig((12, 8), dropout=0.5))
    before = [weights.clone() for weights in model.parameters()]
    inspection.exact_gradients(model, image, 4)
    inspection.check_gradients(model, image, 4)
    assert all(torch.equal(*pair) for pair in zip(before, model.parameters(), strict=True))
    assert model.training
    assert all(weights.grad is None and weights.dtype == torch.float32 for weights in model.parameters())


def test_sizes_by_hand():
    """Weights 3 and 4: root mean square sqrt(25 / 2) = 3.54, norm 5. Twice as many of them: 3.54 again, norm 7.07."""
    few = LayerGradient(torch.tensor([[3.0, 4.0]]), torch.tensor([2.0]), torch.zeros(1, 1), torch.ones(1, 4))
    found = inspection.size_of(few)
    assert found == pytest.approx((math.sqrt(12.5), 2, 0, 1, 5))
    twice = inspection.size_of(few._replace(weight=torch.tensor([[3.0, 4.0], [3.0, 4.0]])))
    assert (twice.weight, twice.weight_norm) == pytest.approx((math.sqrt(12.5), math.sqrt(50)))


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_backpropagation_agrees_with_central_differences(image, activation):
    checks = inspection.check_gradients(MLP(ModelConfig((12, 8), activation), seed=3), image, 4)
    assert [len(check.places) for check in checks] == [20, 20, 20]
    assert max(check.largest_difference for check in checks) < 1e-4
    assert any(check.backward.abs().max() > 0.01 for check in checks)


def test_an_answer_that_the_network_is_sure_of_is_checked_as_well(image):
    """p is 1 to within 1e-10, so a loss from log-softmax would have lost nearly all of its digits."""
    model = MLP(ModelConfig((12,), "tanh"), seed=3)
    with torch.no_grad():
        model.linears[-1].bias[4] += 28
    checks = inspection.check_gradients(model, image, 4)
    assert 0 < checks[-1].backward.abs().max() < 1e-9
    assert max(check.largest_difference for check in checks) < 1e-3


def test_rounding_is_no_disagreement(image):
    """A class that gets next to nothing in a sure answer: there the two ways differ, and both are right."""
    model = MLP(ModelConfig((12,), "tanh"), seed=3)
    with torch.no_grad():
        model.linears[-1].bias += torch.tensor([0, 0, 0, 0, 10, 0, 0, -25, 0, 0])
    checks = inspection.check_gradients(model, image, 4, count=120)
    assert checks[-1].largest_difference > 1e-4
    assert all(check.agrees(1e-4) for check in checks)


def test_a_wrong_gradient_is_noticed(image, monkeypatch):
    """Backpropagation of another class is as wrong as any."""
    genuine = inspection.gradients
    monkeypatch.setattr(inspection, "gradients", lambda model, images, labels: genuine(model, images, labels - 1))
    checks = inspection.check_gradients(MLP(ModelConfig((12,))), image, 4)
    assert max(check.largest_difference for check in checks) > 0.1
    assert not any(check.agrees(1e-4) for check in checks)


def test_a_gradient_that_is_off_by_a_thousandth_is_noticed(image, monkeypatch):
    genuine = inspection.gradients

    def wrong(model, images, labels):
        found = genuine(model, images, labels)
        return [layer._replace(weight=layer.weight * 1.001) for layer in found]

    monkeypatch.setattr(inspection, "gradients", wrong)
    checks = inspection.check_gradients(MLP(ModelConfig((12,))), image, 4)
    assert not any(check.agrees(1e-4) for check in checks)


def test_a_small_layer_is_checked_whole_and_the_seed_decides_which(image):
    model = MLP(ModelConfig((2, 3)))
    checks = inspection.check_gradients(model, image, 4)
    assert [len(check.places) for check in checks] == [20, 6, 20]
    assert sorted(map(tuple, checks[1].places.tolist())) == [(row, column) for row in range(3) for column in range(2)]
    again, other = (inspection.check_gradients(model, image, 4, seed=seed)[0].places for seed in (0, 1))
    assert torch.equal(again, checks[0].places)
    assert not torch.equal(other, again)


def test_half_of_the_sample_are_weights_with_a_gradient_where_most_units_are_silent(image):
    model = MLP(ModelConfig((400,)))
    with torch.no_grad():
        model.linears[0].bias[10:] = -100
    check = inspection.check_gradients(model, image, 4)[0]
    assert 10 <= (check.backward != 0).sum() < 20
    assert len({tuple(place) for place in check.places.tolist()}) == 20


def test_where_both_are_zero_they_agree():
    zero, one = torch.tensor([0.0, 1.0, 0.0]), torch.tensor([0.0, 1.5, 1e-9])
    check = inspection.LayerCheck(torch.zeros(3, 2), zero, one)
    assert check.relative_differences.tolist() == pytest.approx([0, 1 / 3, 1])
    assert check.largest_difference == pytest.approx(1)
