"""The training loop: against the plain step and a textbook's loop, resumable to the bit, honest about failure."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from nnlab import optim
from nnlab import training as training_module
from nnlab.config import ACTIVATION_NAMES, ConfigError, ModelConfig, TrainConfig
from nnlab.evaluation import score, to_float
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS
from nnlab.schedules import SCHEDULES
from nnlab.training import TrainingRun
from tests.nnlab.plain_training import gradient_by_autograd, train_by_autograd, train_by_learn

NETWORK = ModelConfig((16, 12))
TRAINING = TrainConfig(
    "momentum", 0.02, batch_size=32, epochs=3, training_images=100
)  # 4 steps an epoch: 32, 32, 32, 4
EVERYTHING_RANDOM = (replace(NETWORK, dropout=0.2), replace(TRAINING, augmentation=True, schedule="one_cycle"))


def weights(run: TrainingRun) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in run.model.parameters()]


def all_equal(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


def one_batch(data, **settings) -> TrainingRun:
    """A run whose every step sees the same 50 images, so that its step can be computed beside it."""
    return TrainingRun(NETWORK, TrainConfig(batch_size=50, training_images=50, epochs=50, **settings), data)


def gradients(model: MLP, data) -> list[torch.Tensor]:
    return gradient_by_autograd(model, data.train_images[:50], data.train_labels[:50])[1]


# The loop against the plain ones

EVERYTHING = replace(TRAINING, augmentation=True, schedule="one_cycle", l1=1e-4, l2=1e-3, gradient_clip=0.5)
RUNS = (
    [(replace(NETWORK, activation=activation), TRAINING) for activation in ACTIVATION_NAMES]
    + [(NETWORK, replace(TRAINING, optimizer=optimizer, learning_rate=0.001)) for optimizer in OPTIMIZERS]
    + [(NETWORK, replace(TRAINING, schedule=schedule)) for schedule in SCHEDULES]
    + [
        (ModelConfig(()), TRAINING),
        (replace(NETWORK, dropout=0.3), TRAINING),
        (NETWORK, replace(TRAINING, augmentation=True)),
        (NETWORK, replace(TRAINING, l1=1e-3, l2=1e-2)),
        (NETWORK, replace(TRAINING, optimizer="adamw", learning_rate=0.001, l1=1e-3, l2=1e-2)),
        (NETWORK, replace(TRAINING, gradient_clip=0.05)),
        (NETWORK, replace(TRAINING, batch_size=100)),
        (NETWORK, replace(TRAINING, batch_size=33, seed=5)),  # 33, 33, 33, 1
        (replace(NETWORK, dropout=0.2), EVERYTHING),
        (replace(NETWORK, dropout=0.2), replace(EVERYTHING, optimizer="adam", learning_rate=0.001)),
    ]
)


def named(value: object) -> str | None:
    """What is special about a configuration, for the name of a test."""
    usual = NETWORK if isinstance(value, ModelConfig) else TRAINING
    differences = [f"{name}={found}" for name, found in vars(value).items() if found != getattr(usual, name)]
    return ",".join(differences) or "usual"


@pytest.mark.parametrize(("network", "training"), RUNS, ids=named)
def test_the_fast_steps_are_the_plain_step_to_the_bit(tiny_digits, network, training):
    """Three epochs and so three short batches, or as many as there are, with another learning rate from step 6 on."""
    fast, plain = (TrainingRun(network, training, tiny_digits) for _ in range(2))
    records, expected = fast.advance(6), train_by_learn(plain, 6)
    for run in (fast, plain):
        run.set_learning_rate(training.learning_rate / 2)
    records += fast.advance(6)
    expected += train_by_learn(plain, 6)
    assert [record.accuracy for record in records] == [accuracy for _, accuracy in expected]
    assert [record.loss for record in records] == pytest.approx([loss for loss, _ in expected], abs=1e-6, rel=1e-6)
    assert all_equal(weights(fast), weights(plain))
    assert fast.step == plain.step == min(12, fast.total_steps)


def test_the_fast_steps_diverge_where_the_plain_step_does(tiny_digits):
    network, training = replace(NETWORK, activation="identity"), replace(TRAINING, learning_rate=100.0)
    fast, plain = (TrainingRun(network, training, tiny_digits) for _ in range(2))
    expected = train_by_learn(plain, 12)
    assert len(fast.advance(12)) == len(expected) < 12
    assert (fast.step, fast.failure) == (plain.step, plain.failure)
    assert fast.failure == "diverged"


@pytest.mark.parametrize(("network", "training"), RUNS, ids=named)
def test_the_loop_is_a_textbook_s(tiny_digits, network, training):
    """Torch's gradient and torch's optimisers, on the same batches, the short one included.

    The rate is lower here, since rounding grows with every step: the largest difference of weights was 6e-8.
    """
    training = replace(training, learning_rate=training.learning_rate / 4)
    run = TrainingRun(network, training, tiny_digits)
    model, losses = train_by_autograd(network, training, tiny_digits, 5)
    assert [record.loss for record in run.advance(5)] == pytest.approx(losses, abs=1e-6, rel=1e-6)
    for ours, theirs in zip(run.model.parameters(), model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, rtol=0, atol=1e-6)


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


# Optimisers, penalties, limits


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss_of_one_batch(tiny_digits, optimizer):
    records = one_batch(tiny_digits, optimizer=optimizer, learning_rate=0.003).advance(20)
    assert records[-1].loss < records[0].loss


def test_the_penalties_gradient_by_hand(tiny_digits):
    """l1 sum(abs(w)) + l2 / 2 sum(w w) adds l1 sign(w) + l2 w to a weight's gradient, and nothing to a bias's."""
    run = one_batch(tiny_digits, learning_rate=0.1, l1=0.01, l2=0.3)
    with torch.no_grad():
        for linear in run.model.linears:
            linear.bias.fill_(0.5)
    expected = []
    for w, g in zip(weights(run), gradients(run.model, tiny_digits), strict=True):
        is_bias = w.dim() == 1
        expected.append(w - 0.1 * (g if is_bias else g + 0.01 * w.sign() + 0.3 * w))
    run.advance(1)
    for ours, by_hand in zip(weights(run), expected, strict=True):
        assert torch.allclose(ours, by_hand, atol=1e-6)


def test_the_loss_reported_is_without_penalties(tiny_digits):
    plain, penalised = one_batch(tiny_digits), one_batch(tiny_digits, l1=0.5, l2=0.5)
    assert penalised.advance(1)[0].loss == plain.advance(1)[0].loss


def test_adamw_decays_its_weights_itself_and_not_its_biases(tiny_digits):
    """Oracle: torch's AdamW. Its decay multiplies a weight by 1 - learning_rate x l2, whatever the gradient."""
    run = one_batch(tiny_digits, optimizer="adamw", learning_rate=0.01, l2=0.5)
    model = MLP(NETWORK)
    optimizer = torch.optim.AdamW(
        [
            {"params": [linear.weight for linear in model.linears], "weight_decay": 0.5},
            {"params": [linear.bias for linear in model.linears], "weight_decay": 0.0},
        ],
        lr=0.01,
    )
    run.advance(5)
    for _ in range(5):
        for parameter, gradient in zip(model.parameters(), gradients(model, tiny_digits), strict=True):
            parameter.grad = gradient
        optimizer.step()
    for ours, theirs in zip(run.model.parameters(), model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_a_long_gradient_is_shortened_and_a_short_one_left_alone(tiny_digits):
    """With SGD a step is learning_rate x gradient, so no step is longer than 0.1 x the limit."""
    free, limited, loose = (one_batch(tiny_digits, learning_rate=0.1, gradient_clip=clip) for clip in (0, 0.05, 1000))
    lengths = []
    for run in (free, limited, loose):
        before = weights(run)
        run.advance(1)
        moved = [after - start for after, start in zip(weights(run), before, strict=True)]
        lengths.append(torch.cat([change.flatten() for change in moved]).norm().item())
    assert lengths[0] > 0.01
    assert lengths[1] == pytest.approx(0.1 * 0.05, rel=1e-3)
    assert lengths[2] == pytest.approx(lengths[0], rel=1e-5)


# The learning rate


def test_the_rate_can_be_changed_on_the_way(tiny_digits):
    run = TrainingRun(NETWORK, replace(TRAINING, optimizer="sgd"), tiny_digits)
    run.advance(2)
    run.set_learning_rate(1e-6)
    before = weights(run)
    assert run.advance(1)[0].learning_rate == 1e-6
    assert all(torch.allclose(old, new, atol=1e-5) for old, new in zip(before, weights(run), strict=True))
    resumed = TrainingRun(NETWORK, replace(TRAINING, optimizer="sgd"), tiny_digits)
    resumed.load_state_dict(run.state_dict())
    assert resumed.advance(4) == run.advance(4)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf, 101.0, "0.1"])
def test_a_rate_out_of_range_is_refused(tiny_digits, rate):
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    with pytest.raises(ConfigError, match="learning_rate"):
        run.set_learning_rate(rate)
    assert run.learning_rate == TRAINING.learning_rate


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


# Elsewhere than in the processor, as far as a processor can show it


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
        with pytest.raises(NotImplementedError):
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
