"""Attributions against captum, an explicit loop and the sums that the methods promise."""

import pytest
import torch
from captum.attr import InputXGradient, IntegratedGradients, Occlusion

from nnlab.config import ModelConfig
from nnlab.inspection.attribution import difference, evidence_of, integrated_gradients, occlusion
from nnlab.inspection.evidence import saliency
from nnlab.model import MLP


@pytest.fixture(params=["relu", "tanh"])
def model(request):
    return MLP(ModelConfig((16, 12), request.param), seed=1).eval()


def lead_of(model):
    """The lead of class 3 over class 7, as captum wants it: a function of the images."""
    return lambda images: evidence_of(model, images, 3, 7)


def test_the_evidence_is_a_logit_or_the_lead_over_a_rival(model, image):
    logits = model(image[None])[0]
    assert evidence_of(model, image[None], 3).item() == logits[3].item()
    assert evidence_of(model, image[None], 3, 7).item() == (logits[3] - logits[7]).item()


def test_all_three_methods_agree_with_captum(model, image):
    given, lead = image[None].clone().requires_grad_(), lead_of(model)
    expected = InputXGradient(lead).attribute(given)[0]
    assert torch.allclose(saliency(model, image, 3, 7), expected, atol=1e-6)
    expected = IntegratedGradients(lead).attribute(given, baselines=0.2, n_steps=30, method="riemann_middle")[0]
    assert torch.allclose(integrated_gradients(model, image, 3, 7, baseline=0.2, steps=30), expected, atol=1e-6)
    expected = Occlusion(lead).attribute(given, sliding_window_shapes=(5, 5), strides=(1, 1), baselines=0.2)[0]
    assert torch.allclose(occlusion(model, image, 3, 7, patch=5, baseline=0.2), expected, atol=1e-5)


@pytest.mark.parametrize("baseline", [0.0, 0.5])
def test_the_shares_of_integrated_gradients_add_up_to_the_difference(model, image, baseline):
    whole = difference(model, image, 3, baseline=baseline)
    assert abs(whole) > 0.01
    logits = model(torch.stack([image, torch.full_like(image, baseline)]))[:, 3]
    assert whole == pytest.approx((logits[0] - logits[1]).item(), abs=1e-6)
    shares = integrated_gradients(model, image, 3, baseline=baseline, steps=2000)
    assert shares.sum().item() == pytest.approx(whole, abs=2e-3 * abs(whole))


def test_a_pixel_of_the_baseline_s_value_gets_nothing(model, image):
    image[5, 6] = 0.5
    assert integrated_gradients(model, image, 3, baseline=0.5)[5, 6] == 0
    assert integrated_gradients(model, image, 3, baseline=0.0)[5, 6] != 0


def test_occlusion_covers_every_square_once(model, image):
    patch, total, count = 9, torch.zeros(28, 28), torch.zeros(28, 28)
    before = evidence_of(model, image[None], 3).item()
    for top in range(28 - patch + 1):
        for left in range(28 - patch + 1):
            covered = image.clone()
            square = slice(top, top + patch), slice(left, left + patch)
            covered[square] = 0.5
            total[square] += before - evidence_of(model, covered[None], 3).item()
            count[square] += 1
    assert torch.allclose(occlusion(model, image, 3, patch=patch, baseline=0.5), total / count, atol=1e-5)


def test_covering_the_whole_image_takes_the_whole_difference(model, image):
    found = occlusion(model, image, 3, patch=28)
    assert found.unique().tolist() == pytest.approx([difference(model, image, 3)], abs=1e-6)


@pytest.mark.parametrize("patch", [0, 29])
def test_a_patch_that_does_not_fit_is_refused(model, image, patch):
    with pytest.raises(ValueError, match=f"patch is {patch}; expected 1 to 28"):
        occlusion(model, image, 3, patch=patch)


def test_nothing_asked_of_the_network_changes_it_or_the_image(model, image):
    before = image.clone()
    saliency(model, image, 3), integrated_gradients(model, image, 3), occlusion(model, image, 3)
    assert torch.equal(image, before)
    assert not image.requires_grad
    assert all(parameter.grad is None for parameter in model.parameters())
