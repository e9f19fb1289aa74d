"""Trials carried out on small digits, and the probes against networks whose answers are known."""

import math

import pytest
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.data import DigitData
from nnlab.evaluation import score
from nnlab.inspection.changes import SilenceUnit
from nnlab.inspection.surgery import operate
from nnlab.model import MLP
from nnlab.teaching import plane, plane_separation, probes, separation
from nnlab.teaching.separation import separate
from nnlab.teaching.steps import Trial
from nnlab.teaching.tasks import TASKS, Task
from nnlab.teaching.trials import compute, measure, probe
from nnlab.training import TrainingRun

TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)
SETUP = Setup(ModelConfig((16,)), TRAIN)


def test_a_measured_trial_is_the_run_of_its_seed(tiny_digits, one_thread):
    found = measure(Trial("any", SETUP, ("dead_neurons",)), tiny_digits, seed=7)
    run = TrainingRun(SETUP.model, Trial("any", SETUP).seeded(7).train, tiny_digits)
    records = run.advance(24)
    assert found.losses.tolist() == [record.loss for record in records]
    assert [evaluation.epoch for evaluation in found.evaluations] == [1, 2, 3]
    assert found.final == run.evaluate()
    assert (found.images, found.source, found.diverged) == (1200, "mnist", False)
    assert found.numbers == probes.dead_neurons(run.model, SETUP, tiny_digits)


def test_a_trial_that_diverges(tiny_digits):
    setup = Setup(ModelConfig((16,), "leaky_relu"), TrainConfig("sgd", 100.0, batch_size=4, training_images=400))
    found = measure(Trial("any", setup), tiny_digits, seed=0)
    assert found.diverged
    assert found.evaluations == ()
    assert not torch.isfinite(torch.tensor(found.losses[-1]))


# The probes

NO_DIGITS = DigitData(
    torch.zeros(10, 28, 28, dtype=torch.uint8), torch.arange(10),
    torch.zeros(10, 28, 28, dtype=torch.uint8), torch.arange(10), "mnist", "nothing",
)  # fmt: skip


def test_dead_neurons_are_those_with_a_bias_that_keeps_them_silent():
    """Four ReLUs without weights on blank paper: the sums are their biases, -1, -1, -1 and 1."""
    model = MLP(ModelConfig((4,), initialization="zeros"))
    model.linears[0].bias.data = torch.tensor([-1.0, -1.0, -1.0, 1.0])
    assert probes.dead_neurons(model, SETUP, NO_DIGITS) == {"dead": 0.75}


def test_equal_neurons_are_counted_once():
    model = MLP(ModelConfig((4,), initialization="zeros"))
    assert probes.different_neurons(model, SETUP, NO_DIGITS) == {"different": 1}
    model.linears[0].weight.data[3, 100] = 0.5
    assert probes.different_neurons(model, SETUP, NO_DIGITS) == {"different": 2}


def test_the_gradient_is_that_of_the_untrained_network(tiny_digits):
    """By autograd, on the network that the seed starts with, whatever the finished one is."""
    setup = Setup(ModelConfig((8, 8), "sigmoid", "xavier"), TRAIN)
    found = probes.first_gradient(MLP(setup.model, 99), setup, tiny_digits)["shrinks"]
    model = MLP(setup.model, TRAIN.seed)
    loss = torch.nn.functional.cross_entropy(model(tiny_digits.train_images), tiny_digits.train_labels)
    loss.backward()
    first, last = (layer.weight.grad.square().mean().sqrt() for layer in (model.linears[0], model.linears[-1]))
    assert found == pytest.approx(float(last / first), rel=1e-4)
    assert found > 1


def test_edits_are_made_to_copies_and_measured_on_the_whole_test_set(tiny_digits):
    run = TrainingRun(SETUP.model, TRAIN, tiny_digits)
    run.advance(24)
    before = [weight.clone() for weight in run.model.state_dict().values()]
    found = probes.edits(run.model, SETUP, tiny_digits)
    assert all(map(torch.equal, before, run.model.state_dict().values()))
    order = torch.randperm(16, generator=torch.Generator().manual_seed(TRAIN.seed)).tolist()
    for name, count in (("one_cut", 1), ("half_cut", 8)):
        cut = operate(run.model, [SilenceUnit(0, unit) for unit in order[:count]])
        assert found[name] == score(cut, tiny_digits.test_images, tiny_digits.test_labels)[1]
    whole = score(run.model, tiny_digits.test_images, tiny_digits.test_labels)[1]
    assert found["half_cut"] < whole
    assert found["favoured"] > 0.5 > whole / 10


def test_the_preparation_brings_moved_digits_back(mnist):
    """A network that knows the very images by heart reads them in their place, and after the preparation again."""
    setup = Setup(ModelConfig((64,)), TrainConfig("adam", 0.003, batch_size=50, epochs=3, training_images=5000, seed=1))
    trial = Trial("reader", setup, ("moved_digits",))
    numbers = measure(trial, mnist, seed=1).numbers
    assert numbers["as_is"] > 0.8
    assert numbers["aside"] < 0.5
    assert numbers["prepared_aside"] == pytest.approx(numbers["as_is"], abs=0.05)
    assert numbers["turned"] < 0.7


def test_probes_get_the_seeded_setup(tiny_digits):
    model = MLP(SETUP.model, 0)
    trial = Trial("any", SETUP, ("edits", "dead_neurons"))
    assert probe(trial, model, tiny_digits, 5) == {
        **probes.edits(model, trial.seeded(5), tiny_digits), **probes.dead_neurons(model, SETUP, tiny_digits),
    }  # fmt: skip


# One neuron


def points(xor: bool) -> DigitData:
    """Images with two squares that are ink or paper; the label is 1 if both are alike (xor), or if the first is ink."""
    generator = torch.Generator().manual_seed(0)
    corners = torch.randint(0, 2, (400, 2), generator=generator)
    labels = (corners[:, 0] == corners[:, 1]).long() if xor else corners[:, 0]
    images = torch.zeros(400, 28, 28, dtype=torch.uint8)
    images[:, 4:14, 4:14], images[:, 14:24, 14:24] = corners[:, 0, None, None] * 255, corners[:, 1, None, None] * 255
    return DigitData(images, labels, images, labels, "mnist", "made up")


@pytest.fixture
def few_steps(monkeypatch):
    """A third of the steps: these digits are simpler than MNIST."""
    monkeypatch.setattr(separation, "STEPS", 200)


def test_one_neuron_draws_one_border(few_steps):
    """Exclusive or needs two borders: of four corners, one straight border puts three right at most."""
    assert separate(Task((1,), (0,)), points(xor=False), seed=0)["accuracy"] == 1
    assert separate(Task((1,), (0,)), points(xor=True), seed=0)["accuracy"] < 0.9
    assert separate(Task((1,), (0,), hidden=16), points(xor=True), seed=0)["accuracy"] == 1


@pytest.mark.parametrize(("name", "low", "high"), [
    ("ring_alone", 0.3, 0.7), ("ring_two", 0.7, 0.95), ("ring_three", 0.95, 1), ("ring_squares", 0.98, 1),
])  # fmt: skip
def test_three_straight_borders_go_round_a_ring_and_with_squares_one_is_enough(tiny_digits, name, low, high):
    found = compute(Trial("any", None, (name,)), tiny_digits, seed=0)
    assert low <= found.numbers["accuracy"] <= high
    assert (found.numbers["images"], found.source) == (400, "")  # no digit was looked at


@pytest.mark.parametrize("name", plane.INPUTS)
def test_the_inputs_are_those_of_the_lesson(name):
    x, y = torch.tensor([2.0]), torch.tensor([-3.0])
    expected = {
        "x1": 2,
        "x2": -3,
        "square_1": 4,
        "square_2": 9,
        "product": -6,
        "sine_1": math.sin(2),
        "sine_2": math.sin(-3),
    }
    assert plane_separation.INPUTS[name](x, y).item() == pytest.approx(expected[name])
    assert plane_separation.INPUTS.keys() == set(plane.INPUTS)
    assert plane_separation.ACTIVATIONS.keys() == set(plane.ACTIVATIONS)


def test_only_the_digits_of_the_task_are_asked_about(few_steps, tiny_digits):
    found = compute(Trial("four_nine", None, ("four_nine",)), tiny_digits, seed=0).numbers
    assert found["images"] == 40  # of 200 test images, 20 of each digit
    assert separate(TASKS["four_nine"], tiny_digits, 0) == separate(TASKS["four_nine"], tiny_digits, 0)
