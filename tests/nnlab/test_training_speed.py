"""What makes a run fast changes nothing in it: losses measured together, threads, a device that is never waited for."""

from dataclasses import replace

import pytest
import torch

from nnlab import optim
from nnlab import training as training_module
from nnlab.config import ModelConfig, TrainConfig
from nnlab.optim import OPTIMIZERS
from nnlab.training import TrainingRun
from tests.nnlab.tiny_runs import EVERYTHING_RANDOM, NETWORK, TRAINING, all_equal, weights


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_never_waits_for_the_device(optimizer, tiny_digits, monkeypatch):
    """Torch's device "meta" computes no numbers: asking it for one, for which a GPU would have to finish, fails."""
    monkeypatch.setattr(optim, "HAS_KERNEL", False)  # "meta" has none of Adam's
    training = replace(TRAINING, optimizer=optimizer, l1=1e-4, l2=1e-3, gradient_clip=1.0)
    run = TrainingRun(NETWORK, training, tiny_digits, device="meta")
    with torch.inference_mode():
        steps = run._steps_for(32)
        for step in range(3):
            run.optimizer.rate.fill_(training.learning_rate)
            steps.take(step, *run.batch(step))
        with pytest.raises(NotImplementedError, match="(?i)meta"):
            steps.measure(run.batches.ahead(0, 3))


@pytest.mark.parametrize("together", [1, 2, 4])
def test_how_many_losses_are_measured_together_changes_nothing(tiny_digits, monkeypatch, together):
    usual = TrainingRun(*EVERYTHING_RANDOM, tiny_digits)
    expected = usual.advance(10)
    monkeypatch.setattr(training_module, "STEPS_MEASURED_TOGETHER", together)
    run = TrainingRun(*EVERYTHING_RANDOM, tiny_digits)
    assert run.advance(3) + run.advance(7) == expected
    assert all_equal(weights(run), weights(usual))


WIDE = ModelConfig((1024, 512))  # wide enough for a product's sums to be divided among threads


@pytest.mark.skipif(not torch.backends.mkl.is_available(), reason="the matrix products are not Intel's")
@pytest.mark.parametrize(
    "options",
    [{}, {"optimizer": "adam"}, {"gradient_clip": 0.1}, {"l1": 1e-4, "l2": 1e-3}, {"augmentation": True}],
    ids=lambda options: "-".join(options) or "sgd",
)
def test_the_number_of_threads_changes_no_bit(tiny_digits, one_thread, options):
    """One thread beside other runs, two alone on the machine: same seed, same run."""
    runs = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        run = TrainingRun(WIDE, TrainConfig(batch_size=64, training_images=400, epochs=2, **options), tiny_digits)
        runs.append((run.advance(10), run.evaluate(), [weights.clone() for weights in run.model.parameters()]))
    (records, evaluation, weights), (others, other_evaluation, other_weights) = runs
    assert records == others
    assert evaluation == other_evaluation
    assert all(map(torch.equal, weights, other_weights))
