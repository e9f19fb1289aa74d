"""What a result says of the history of a run."""

import numpy as np
import pytest

from nnlab.records import Evaluation, StepRecord
from nnlab.runs.history import History, to_rows
from nnlab.teaching.results import Result
from tests.nnlab.teaching.made import DIVERGED, result


def history_of(losses, evaluations=()):
    history = History()
    records = [StepRecord(step + 1, (step + 1) / 2, loss, 0.5, 0.1, 10) for step, loss in enumerate(losses)]
    history.add_steps(to_rows(records, [0.1 * record.step for record in records]))
    for evaluation in evaluations:
        history.add_evaluation(evaluation)
    return history


def evaluated(epoch, accuracy, is_sample=False):
    return Evaluation(int(2 * epoch), epoch, 0.3, 0.9, 0.4, accuracy, 10, 10, is_sample)


def test_a_result_of_a_history():
    """Four steps, two an epoch: epochs of mean loss (2.0 + 1.0) / 2 and (0.8 + 0.6) / 2."""
    history = history_of(
        [2.0, 1.0, 0.8, 0.6], [evaluated(1, 0.7), evaluated(1.5, 0.1, is_sample=True), evaluated(2, 0.8)]
    )
    found = Result.of(history, numbers={"dead": 0.5}, source="mnist")
    assert found.epoch_losses() == pytest.approx([1.5, 0.7])
    assert (found.accuracy, found.final.epoch, found.images, found.seconds) == (0.8, 2, 40, pytest.approx(0.4))
    assert [part.tolist() for part in found.test_accuracy] == [[1, 2], [0.7, 0.8]]
    assert found.final_loss == 0.6  # the last tenth of four steps is one step
    assert not found.diverged


def test_a_run_that_diverged_has_no_accuracy_and_an_infinite_loss():
    found = Result.of(history_of([2.0, 1e9, np.nan], [evaluated(0, 0.1)]))
    assert (found.diverged, found.accuracy, found.final_loss) == (True, 0.0, np.inf)
    with pytest.raises(ValueError, match="no last evaluation"):
        found.final  # noqa: B018


def test_many_steps_are_smoothed_to_fifty_points():
    x, y = result(losses=[0.0, 2.0] * 200).train_loss
    assert len(x) == 50
    assert y == pytest.approx(np.ones(50))


@pytest.mark.parametrize("made", [result(0.7, (2.0, 0.5), test_losses=(0.6, 0.4), dead=0.25), DIVERGED])
def test_plain_values_and_back(made):
    import json

    again = Result.from_plain(json.loads(json.dumps(made.to_plain())))
    assert again.to_plain() == made.to_plain()
    assert again.evaluations == made.evaluations
