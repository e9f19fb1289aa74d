"""Learning from a committee: its gradient is that of the mixed target, and without teachers nothing changes."""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F

from nnlab.config import ModelConfig, TrainConfig
from nnlab.model import MLP
from nnlab.training import TrainingRun
from nnlab.workshop.distillation import TEACHERS_SHARE, TaughtBackpropagation, TaughtRun, committee

MODEL = ModelConfig((16,))
PUPIL = ModelConfig((32,), input_normalization="standard")
TRAIN = TrainConfig("adamw", 0.01, batch_size=50, epochs=6, training_images=400, augmentation=True)


def test_the_gradient_is_that_of_the_mixed_target():
    torch.manual_seed(0)
    model, teachers = MLP(MODEL), [MLP(ModelConfig((8,)), seed=seed) for seed in (1, 2)]
    images, labels = torch.rand(6, 28, 28), torch.randint(10, (6,))
    passes = TaughtBackpropagation(model, 6, teachers)
    with torch.inference_mode():
        passes.forward(images)
        passes.loss_gradient(labels)
        passes.backward()
    found = [parameter.grad.clone() for parameter in model.parameters()]

    answers = sum(teacher.predict_proba(images).detach() for teacher in teachers) / 2
    target = (1 - TEACHERS_SHARE) * F.one_hot(labels, 10) + TEACHERS_SHARE * answers
    loss = -(target * torch.log_softmax(model(images), 1)).sum(1).mean()
    expected = torch.autograd.grad(loss, list(model.parameters()))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-4)


def test_a_committee_says_the_mean_of_what_its_members_say():
    members, images = [MLP(MODEL, seed=seed) for seed in (1, 2)], torch.rand(3, 28, 28)
    one, two = (member.predict_proba(images) for member in members)
    torch.testing.assert_close(committee(members, images), (one + two) / 2)


def test_without_teachers_a_run_is_as_any_other(tiny_digits, one_thread):
    taught, plain = TaughtRun(MODEL, TRAIN, tiny_digits), TrainingRun(MODEL, TRAIN, tiny_digits)
    for run in (taught, plain):
        run.advance(12)
    assert all(torch.equal(*pair) for pair in zip(taught.model.parameters(), plain.model.parameters(), strict=True))


def test_a_pupil_comes_nearer_to_its_teachers_than_one_without(tiny_digits, one_thread):
    """The teachers confuse 3 and 4 on purpose: their last layer's rows are exchanged."""
    train = replace(TRAIN, epochs=12)
    teacher = TrainingRun(PUPIL, train, tiny_digits)
    teacher.advance(teacher.total_steps)
    with torch.no_grad():
        for parameter in (teacher.model.linears[-1].weight, teacher.model.linears[-1].bias):
            parameter[[3, 4]] = parameter[[4, 3]].clone()
    pupil, plain = TaughtRun(PUPIL, train, tiny_digits, [teacher.model]), TrainingRun(PUPIL, train, tiny_digits)
    threes = tiny_digits.test_images[tiny_digits.test_labels == 3].float() / 255
    answers = []
    for run in (pupil, plain):
        run.advance(run.total_steps)
        answers.append(float(run.model.predict_proba(threes).detach()[:, 4].mean()))
    assert answers[0] > 0.5 > 0.2 > answers[1]
