"""Calibration: the temperature that was put in is found; the error's arithmetic; doubt."""

from __future__ import annotations

import pytest
import torch

from nnlab.calibration import (
    Calibration,
    calibrated,
    doubt,
    energy,
    expected_calibration_error,
    fit_doubt,
    fit_temperature,
)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_labels_drawn_at_a_temperature_give_it_back(temperature):
    generator = torch.Generator().manual_seed(0)
    logits = 4 * torch.randn(20_000, 10, generator=generator)
    labels = torch.multinomial(calibrated(logits, temperature), 1, generator=generator)[:, 0]
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)
    after = expected_calibration_error(calibrated(logits, temperature), labels)
    assert after < 0.015
    assert expected_calibration_error(calibrated(logits, 4 * temperature), labels) > 5 * after


def test_a_temperature_changes_no_answer():
    logits = torch.randn(50, 10, generator=torch.Generator().manual_seed(1))
    assert torch.equal(calibrated(logits, 2.5).argmax(1), logits.argmax(1))
    torch.testing.assert_close(calibrated(logits, 1.0), logits.softmax(1))


def test_three_of_four_right_at_80_percent_are_5_percent_off():
    probabilities = torch.full((4, 10), 0.2 / 9)
    probabilities[:, 3] = 0.8
    labels = torch.tensor([3, 3, 3, 5])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.05)


def test_what_is_added_to_all_logits_says_nothing():
    logits = torch.randn(20, 10, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(energy(logits + torch.arange(20.0)[:, None]), energy(logits))
    assert float(energy(logits).max()) < -2.302585  # -log 10, of equal logits, is the highest


def test_doubt_is_for_logits_that_do_not_stand_out_and_its_threshold_for_the_share_asked_for():
    logits = 10 * torch.rand(1000, 10, generator=torch.Generator().manual_seed(2))
    threshold = fit_doubt(logits, false_doubt=0.1)
    assert doubt(logits, threshold).float().mean() == pytest.approx(0.1, abs=0.002)
    assert doubt(torch.zeros(1, 10), threshold).all()
    assert not doubt(torch.eye(10) * 30, threshold).any()
    assert not doubt(torch.zeros(3, 10), None).any()
    assert energy(torch.zeros(1, 10)).item() == pytest.approx(-2.302585)  # -log 10


def test_a_file_that_says_nothing_changes_nothing():
    assert Calibration.from_facts({}) == Calibration(1.0, None)
    assert Calibration.from_facts({"temperature": 0.8, "doubt_threshold": -6.0}) == Calibration(0.8, -6.0)
