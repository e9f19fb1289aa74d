"""What a run tells: the mean over steps counts images, not batches."""

import pytest

from nnlab.records import StepRecord, mean_loss


def test_the_mean_loss_by_hand():
    """Three batches of 32, 32 and 4 images with the losses 1, 2 and 10: (32 + 64 + 40) / 68 = 2, not 13 / 3."""
    records = [
        StepRecord(step, step / 3, loss, 0.5, 0.1, images)
        for step, (loss, images) in enumerate([(1.0, 32), (2.0, 32), (10.0, 4)], start=1)
    ]
    assert mean_loss(records) == pytest.approx(2)
    assert mean_loss(records[2:]) == pytest.approx(10)
