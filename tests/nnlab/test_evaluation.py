"""Predictions, the confusion matrix and the worst mistakes, against counting by hand."""

import math

import pytest
import torch
import torch.nn.functional as F

from nnlab.config import ModelConfig
from nnlab.evaluation import (
    EVALUATION_BATCH,
    Reading,
    accuracy_per_class,
    confusion,
    evenly_spread,
    predict,
    score,
    to_float,
    worst_mistakes,
)
from nnlab.model import MLP


def test_pixels_are_scaled_to_1():
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8)
    assert to_float(pixels).tolist() == pytest.approx([0, 0.2, 1])
    assert pixels.tolist() == [0, 51, 255]


@pytest.mark.parametrize(("total", "count"), [(10_000, 2000), (10, 4), (7, 7), (3, 5), (0, 5)])
def test_a_sample_is_spread_evenly_over_all_images(total, count):
    found = evenly_spread(total, count)
    assert len(found.unique()) == len(found) == min(total, count)
    if len(found) > 1:
        gaps = found.diff()
        assert found[0] == 0
        assert gaps.max() - gaps.min() <= 1
        assert total - found[-1] <= gaps.max()


def test_the_score_of_an_untaught_network_by_hand():
    """Zero weights give every class 1/10: the loss is ln 10, and the answer is always 0, right for 2 of 8 images."""
    model = MLP(ModelConfig((8,), initialization="zeros"))
    labels = torch.tensor([0, 1, 2, 3, 0, 5, 6, 7])
    loss, accuracy = score(model, torch.zeros(8, 28, 28, dtype=torch.uint8), labels)
    assert loss == pytest.approx(math.log(10), rel=1e-6)
    assert accuracy == 0.25


@pytest.mark.parametrize("is_training", [True, False])
def test_the_score_in_batches_equals_that_at_once(is_training):
    """One image more than a batch; dropout has no part in it, and the model stays in its mode."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (EVALUATION_BATCH + 1, 28, 28), generator=generator, dtype=torch.uint8)
    labels = torch.randint(0, 10, (EVALUATION_BATCH + 1,), generator=generator)
    model = MLP(ModelConfig((8,), dropout=0.5))
    logits = model.eval()(to_float(images))
    loss, accuracy = score(model.train(is_training), images, labels)
    assert loss == pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-5)
    assert accuracy == (logits.argmax(1) == labels).sum().item() / len(labels)
    assert model.training == is_training


def test_predictions_in_batches_equal_those_at_once():
    """One image more than a batch, so that the last batch holds one image."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (EVALUATION_BATCH + 1, 28, 28), generator=generator, dtype=torch.uint8)
    model = MLP(ModelConfig((8,), dropout=0.5)).train()
    probabilities = predict(model, images)
    assert probabilities.shape == (EVALUATION_BATCH + 1, 10)
    assert torch.allclose(probabilities, model.predict_proba(to_float(images)), atol=1e-6)
    assert torch.allclose(probabilities.sum(1), torch.ones(len(images)))
    assert model.training
    assert not probabilities.requires_grad


def test_predicting_refuses_scaled_images():
    with pytest.raises(ValueError, match=r"torch\.float32; expected torch\.uint8"):
        predict(MLP(ModelConfig(())), torch.rand(2, 28, 28))


def test_the_confusion_matrix_counts_as_a_loop_would():
    generator = torch.Generator().manual_seed(0)
    labels, predicted = torch.randint(0, 10, (2, 300), generator=generator)
    expected = torch.zeros(10, 10, dtype=torch.int64)
    for label, answer in zip(labels, predicted, strict=True):
        expected[label, answer] += 1
    matrix = confusion(labels, predicted)
    assert matrix.dtype == torch.int64
    assert torch.equal(matrix, expected)
    assert torch.equal(matrix.sum(1), torch.bincount(labels, minlength=10))


def test_accuracy_per_class_by_hand():
    """Two 4s, one taken for a 9: 1/2. Three 7s, all right: 3/3. Of the other digits there was none: 0, not NaN."""
    labels, predicted = torch.tensor([4, 4, 7, 7, 7]), torch.tensor([4, 9, 7, 7, 7])
    accuracy = accuracy_per_class(confusion(labels, predicted))
    assert accuracy.tolist() == [0, 0, 0, 0, 0.5, 0, 0, 1, 0, 0]


def test_nothing_at_all_is_no_error():
    nothing = torch.zeros(0, dtype=torch.int64)
    assert confusion(nothing, nothing).sum() == 0
    assert accuracy_per_class(confusion(nothing, nothing)).tolist() == [0] * 10
    assert predict(MLP(ModelConfig(())), torch.zeros(0, 28, 28, dtype=torch.uint8)).shape == (0, 10)
    assert worst_mistakes(torch.zeros(0, 10), nothing, 3) == []


def test_the_worst_mistakes_by_hand():
    """Four images of a 3: one right, one taken for an 8 with 0.5, one for a 5 with 0.75, one for an 8 with 0.5.

    The surest wrong answer comes first; of equally sure ones, the earlier image.
    """
    probabilities = torch.zeros(4, 10)
    probabilities[0, 3] = 1
    probabilities[1, [8, 3]] = torch.tensor([0.5, 0.25])
    probabilities[2, [5, 3]] = torch.tensor([0.75, 0.125])
    probabilities[3, [8, 3]] = torch.tensor([0.5, 0.375])
    labels = torch.full((4,), 3)
    expected = [Reading(2, 3, 5, 0.75), Reading(1, 3, 8, 0.5), Reading(3, 3, 8, 0.5)]
    assert worst_mistakes(probabilities, labels, 10) == expected
    assert worst_mistakes(probabilities, labels, 2) == expected[:2]
