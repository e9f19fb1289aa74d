"""The images behind the counts, and what silence brings: against plain loops, scikit-learn and arithmetic by hand."""

from __future__ import annotations

import pytest
import torch

from nnlab.calibration import reliability
from nnlab.evaluation import Reading, confusion
from nnlab.inspection.failures import answering, narrowest_successes, readings_of_cell


@pytest.fixture
def answers():
    """Probabilities of 500 images, sharper for some than for others, and labels, right in about half of the cases."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(500, 10, generator=generator) * torch.rand(500, 1, generator=generator) * 6
    guesses = torch.randint(0, 10, (500,), generator=generator)
    labels = torch.where(torch.rand(500, generator=generator) < 0.5, logits.argmax(1), guesses)
    return logits.softmax(1), labels


def confident(*readings: tuple[float, bool]) -> tuple[torch.Tensor, torch.Tensor]:
    """Images read as a 3 with these probabilities, rightly or not."""
    probabilities = torch.zeros(len(readings), 10)
    probabilities[:, 3] = torch.tensor([probability for probability, _ in readings])
    probabilities[:, 8] = 1 - probabilities[:, 3]
    return probabilities, torch.tensor([3 if is_right else 8 for _, is_right in readings])


def test_the_images_of_a_cell_are_as_many_as_it_counts_and_the_surest_come_first(answers):
    probabilities, labels = answers
    counts = confusion(labels, probabilities.argmax(1))
    seen = []
    for label in range(10):
        for predicted in range(10):
            found = readings_of_cell(probabilities, labels, label, predicted, 500)
            assert len(found) == counts[label, predicted]
            assert {(reading.label, reading.predicted) for reading in found} <= {(label, predicted)}
            confidences = [reading.probability for reading in found]
            assert confidences == sorted(confidences, reverse=True)
            assert confidences == [probabilities[reading.index].max().item() for reading in found]
            seen += [reading.index for reading in found]
    assert sorted(seen) == list(range(500))
    assert len(readings_of_cell(probabilities, labels, 3, int(counts[3].argmax()), 2)) == 2


def test_the_narrowest_successes_by_hand():
    probabilities, labels = confident((0.9, True), (0.55, False), (0.6, True), (0.75, True), (0.6, True))
    expected = [Reading(2, 3, 3, pytest.approx(0.6)), Reading(4, 3, 3, pytest.approx(0.6))]
    assert narrowest_successes(probabilities, labels, 2) == expected
    assert len(narrowest_successes(probabilities, labels, 9)) == 4


def test_the_bins_are_those_of_scikit_learn(answers):
    calibration_curve = pytest.importorskip("sklearn.calibration").calibration_curve
    probabilities, labels = answers
    confidence, predicted = probabilities.max(1)
    found = reliability(probabilities, labels, bins=10)
    accuracy, mean = calibration_curve(predicted == labels, confidence, n_bins=10)  # leaves empty bins out
    filled = found.count > 0
    assert found.count.sum() == 500
    assert 0 < filled.sum() < 10
    assert found.accuracy[filled].tolist() == pytest.approx(accuracy)
    assert found.confidence[filled].tolist() == pytest.approx(mean, rel=1e-5)
    assert found.accuracy[~filled].sum() == found.confidence[~filled].sum() == 0


def test_a_confidence_of_1_lies_in_the_last_bin():
    found = reliability(*confident((1.0, True), (1.0, False), (0.95, True)), bins=10)
    assert found.count.tolist() == [0] * 9 + [3]
    assert found.accuracy[9].item() == pytest.approx(2 / 3)
    assert found.error == pytest.approx(abs(2 / 3 - 2.95 / 3))


def test_what_is_still_answered_is_what_a_loop_counts(answers):
    probabilities, labels = answers
    found = answering(probabilities, labels)
    for threshold in (0, 0.2, 0.5, 0.9, 0.999, 1.1):
        answered = right = 0
        for row, label in zip(probabilities, labels, strict=True):
            if row.max() >= threshold:
                answered += 1
                right += int(row.argmax() == label)
        assert found.at(threshold) == (answered, right)
    assert found.at(0)[0] == 500


def test_the_curve_of_four_answers_by_hand():
    """Right at 0.9, wrong at 0.8, right at 0.7 and at 0.6: of 1, 2, 3 and 4 answers 1, 1, 2 and 3 are right."""
    found = answering(*confident((0.7, True), (0.9, True), (0.6, True), (0.8, False)))
    assert found.at(0.75) == (2, 1)
    assert found.at(0.85) == (1, 1)
    coverage, accuracy = found.curve()
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert accuracy.tolist() == pytest.approx([1, 1 / 2, 2 / 3, 3 / 4])


def test_the_threshold_that_is_needed_by_hand():
    """Three quarters are right without any threshold; two thirds by 0.6 as well; all of them only from 0.9 on."""
    found = answering(*confident((0.7, True), (0.9, True), (0.6, True), (0.8, False)))
    assert found.threshold_for(1) == pytest.approx(0.9)
    assert found.threshold_for(0.7) == pytest.approx(0.6)
    assert found.threshold_for(0.75) == pytest.approx(0.6)
    assert answering(*confident((0.7, True), (0.9, False))).threshold_for(0.6) is None


def test_equally_sure_answers_are_given_together():
    """Two at 0.8, one of them wrong: no threshold keeps the right one alone."""
    found = answering(*confident((0.8, True), (0.8, False), (0.9, True), (0.6, False)))
    coverage, accuracy = found.curve()
    assert coverage.tolist() == [0.25, 0.75, 1]
    assert accuracy.tolist() == pytest.approx([1, 2 / 3, 2 / 4])
    assert found.threshold_for(0.99) == pytest.approx(0.9)


def test_a_threshold_that_was_named_keeps_what_it_promised(answers):
    found = answering(*answers)
    for accuracy in (0.6, 0.7, 0.75):
        answered, right = found.at(found.threshold_for(accuracy))
        assert right / answered >= accuracy
        others = [found.at(float(confidence)) for confidence in found.confidence]
        assert answered == max(count for count, true in others if true / count >= accuracy)
