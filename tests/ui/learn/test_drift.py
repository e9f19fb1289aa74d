"""What a loss did is told from the loss, and the figure marks where it was lowest."""

import pytest

from nnlab.ui.charts import TEST_COLOR, TRAIN_COLOR, checked
from nnlab.ui.learn.drift import Drift, drift_of, drifting_curves
from tests.ui.learn.figures import texts


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([2.3, 1.0, 0.5, 0.6], Drift("turns", 2)),
        ([2.3, 1.0, 0.5, 0.509], Drift("falls", 2)),  # risen by less than 2 %
        ([2.3, 1.0, 0.5, 0.4], Drift("falls", 3)),
        ([2.3, 2.29, 2.31, 2.4], Drift("stays", 1)),
        ([2.3, 2.5, 9.0], Drift("stays", 0)),
        ([2.3], Drift("stays", 0)),
    ],
)
def test_what_a_loss_did(losses, expected):
    assert drift_of(losses) == expected


def test_both_losses_are_drawn_in_their_colours_with_the_lowest_of_the_test_set():
    words = {"train": "on training", "test": "on test", "epochs": "epochs", "loss": "loss", "lowest": "lowest: epoch 2"}
    figure = checked(drifting_curves([0, 1, 2, 3], [2.3, 0.9, 0.3, 0.1], [2.3, 1.0, 0.5, 0.6], words, 240))
    train, test = figure.data
    assert (train.line.color, test.line.color) == (TRAIN_COLOR, TEST_COLOR)
    assert (list(train.y), list(test.y)) == ([2.3, 0.9, 0.3, 0.1], [2.3, 1.0, 0.5, 0.6])
    assert train.line.dash != test.line.dash  # told apart by more than their hue
    assert figure.layout.shapes[0].x0 == 2
    assert "lowest: epoch 2" in texts(figure)
