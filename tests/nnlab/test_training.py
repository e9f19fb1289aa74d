"""The training loop: counted by hand, resumable to the bit, honest about failure."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from nnlab.config import ModelConfig, TrainConfig
from nnlab.evaluation import score, to_float
from nnlab.optim import OPTIMIZERS
from nnlab.training import TrainingRun
from tests.nnlab.tiny_runs import EVERYTHING_RANDOM, NETWORK, TRAINING, all_equal, gradients, one_batch, weights

# The loop


def test_one_step_of_sgd_by_hand(tiny_digits):
    """w - learning_rate x gradient, with learning rate 0.5."""
    run = one_batch(tiny_digits, learning_rate=0.5)
    expected = [w - 0.5 * g for w, g in zip(weights(run), gradients(run.model, tiny_digits), strict=True)]
    run.advance(1)
    for ours, by_hand in zip(weights(run), expected, strict=True):
        assert torch.allclose(ours, by_hand, atol=1e-6)


def test_the_first_loss_of_an_untaught_network_is_ln_10(tiny_digits):
    """Zero weights give every class the probability 1/10, whose cross-entropy is -ln(1/10) = 2.302585."""
    run = TrainingRun(ModelConfig((8,), initialization="zeros"), TRAINING, tiny_digits)
    assert run.advance(1)[0].loss == pytest.approx(math.log(10), rel=1e-6)


def test_steps_epochs_and_batches_are_counted(tiny_digits):
    """100 images in batches of 32: 32, 32, 32 and 4; three epochs are twelve steps, and the thirteenth is not taken."""
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    assert (run.steps_per_epoch, run.total_steps, run.step, run.epoch) == (4, 12, 0, 0)
    records = run.advance(1000)
    assert [record.step for record in records] == list(range(1, 13))
    assert [record.images for record in records] == [32, 32, 32, 4] * 3
    assert [record.epoch for record in records] == [step / 4 for step in range(1, 13)]
    assert run.is_finished
    assert run.failure is None
    assert run.advance(1) == []


def test_an_epoch_shows_every_image_once_each_time_in_another_order(tiny_digits):
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    orders = []
    for epoch in range(2):
        batches = []
        for step in range(4):
            batches.append(to_float(run.batch(4 * epoch + step)[0]))
        orders.append(torch.cat(batches).flatten(1))
    sums = [order.sum(1) for order in orders]
    expected = to_float(tiny_digits.train_images[:100]).flatten(1).sum(1)
    assert all(torch.allclose(total.sort().values, expected.sort().values) for total in sums)
    assert not torch.equal(*sums)


def test_the_data_stay_as_they_are(tiny_digits):
    images, labels = tiny_digits.train_images.clone(), tiny_digits.train_labels.clone()
    TrainingRun(*EVERYTHING_RANDOM, tiny_digits).advance(5)
    assert torch.equal(images, tiny_digits.train_images)
    assert torch.equal(labels, tiny_digits.train_labels)


def test_more_images_than_there_are_is_refused(tiny_digits):
    with pytest.raises(ValueError, match="training_images is 60000; the data hold 400"):
        TrainingRun(NETWORK, TrainConfig(), tiny_digits)


# The same run again


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("is_random", [False, True], ids=["plain", "dropout and augmentation"])
def test_stopping_changes_nothing_to_the_bit(tiny_digits, optimizer, is_random):
    """Ten steps at once, 5 + 5, ten times 1, and 5 + 5 over a state_dict in a new run; an epoch ends after 4 and 8."""
    network, training = EVERYTHING_RANDOM if is_random else (NETWORK, TRAINING)
    training = replace(training, optimizer=optimizer, learning_rate=0.003, l1=1e-5, l2=1e-4)
    at_once, in_two, one_by_one, resumed = (TrainingRun(network, training, tiny_digits) for _ in range(4))
    expected = at_once.advance(10)
    first = in_two.advance(5)
    torch.rand(3)  # whatever else draws random numbers
    state = in_two.state_dict()
    assert first + in_two.advance(5) == expected
    assert [record for _ in range(10) for record in one_by_one.advance(1)] == expected
    resumed.load_state_dict(state)
    assert resumed.advance(5) == expected[5:]
    for run in (in_two, one_by_one, resumed):
        assert all_equal(weights(run), weights(at_once))


def test_a_state_is_a_copy_that_later_steps_leave_alone(tiny_digits):
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    run.advance(3)
    state = run.state_dict()
    rest = run.advance(5)
    for _ in range(2):
        run.load_state_dict(state)
        assert run.step == 3
        assert run.advance(5) == rest


def test_the_seed_decides_the_run(tiny_digits):
    def curve(seed: int):
        return TrainingRun(EVERYTHING_RANDOM[0], replace(EVERYTHING_RANDOM[1], seed=seed), tiny_digits).advance(6)

    assert curve(1) == curve(1)
    assert curve(1) != curve(2)


@pytest.mark.parametrize("random_part", ["dropout", "augmentation"])
def test_dropout_and_augmentation_take_part(tiny_digits, random_part):
    network = replace(NETWORK, dropout=0.5 if random_part == "dropout" else 0.0)
    training = replace(TRAINING, augmentation=random_part == "augmentation")
    plain = TrainingRun(NETWORK, TRAINING, tiny_digits).advance(1)
    assert TrainingRun(network, training, tiny_digits).advance(1)[0].loss != plain[0].loss


# Evaluation and failure


def test_evaluation_is_right_and_changes_nothing(tiny_digits):
    run, undisturbed = (TrainingRun(*EVERYTHING_RANDOM, tiny_digits) for _ in range(2))
    run.advance(4)
    undisturbed.advance(4)
    result = run.evaluate()
    assert result == run.evaluate()
    logits = run.model.eval()(to_float(tiny_digits.test_images))
    run.model.train()
    assert result.test_loss == pytest.approx(F.cross_entropy(logits, tiny_digits.test_labels).item(), rel=1e-5)
    assert result.test_accuracy == pytest.approx((logits.argmax(1) == tiny_digits.test_labels).float().mean().item())
    assert (result.step, result.epoch, result.train_samples, result.test_samples) == (4, 1.0, 100, 200)
    assert run.advance(4) == undisturbed.advance(4)
    assert run.model.training


def test_the_training_score_uses_as_many_images_as_the_test(tiny_digits):
    run = TrainingRun(NETWORK, replace(TRAINING, training_images=400), tiny_digits)
    result = run.evaluate()
    assert (result.train_samples, result.test_samples) == (200, 200)
    expected = score(run.model, tiny_digits.train_images[:200], tiny_digits.train_labels[:200])
    assert (result.train_loss, result.train_accuracy) == expected


def test_a_network_learns_the_tiny_digits(tiny_digits):
    training = TrainConfig("adam", 0.005, batch_size=50, epochs=10, training_images=400)
    run = TrainingRun(ModelConfig((32,), input_normalization="none"), training, tiny_digits)
    before = run.evaluate()
    run.advance(run.total_steps)
    after = run.evaluate()
    assert after.test_loss < before.test_loss
    assert after.test_accuracy > 0.95


def test_a_loss_that_is_no_number_ends_the_run_and_says_so(tiny_digits):
    run = TrainingRun(replace(NETWORK, activation="identity"), replace(TRAINING, learning_rate=100.0), tiny_digits)
    records = run.advance(12)
    assert run.failure == "diverged"
    assert run.is_finished
    assert run.step == len(records) < 12
    assert [math.isfinite(record.loss) for record in records] == [True] * (len(records) - 1) + [False]
    assert run.advance(1) == []
    resumed = TrainingRun(run.model_config, run.train_config, tiny_digits)
    resumed.load_state_dict(run.state_dict())
    assert resumed.failure == "diverged"
    assert resumed.advance(1) == []
