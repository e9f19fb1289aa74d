"""Hard examples: what is chosen, that the rest is as any training, and that choosing helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from nnlab.config import ModelConfig, TrainConfig
from nnlab.training import TrainingRun
from nnlab.workshop import hard_examples
from nnlab.workshop.hard_examples import EVEN_SHARE, HardExampleRun, choose

MODEL = ModelConfig((16,), input_normalization="standard")
TRAIN = TrainConfig("adamw", 0.01, batch_size=50, epochs=6, training_images=400, augmentation=True)


@pytest.fixture(autouse=True)
def small_proxy(monkeypatch, one_thread):
    monkeypatch.setattr(hard_examples, "PROXY_SIZES", (12,))


def test_three_quarters_are_the_hardest_and_the_rest_the_first_of_the_others():
    losses = torch.tensor([0.1, 0.9, 0.2, 0.3, 0.8, 0.4, 0.7, 0.5, 0.6, 0.05, 0.15, 0.25])
    assert choose(losses, 4).tolist() == [1, 4, 6, 0]


def test_a_batch_holds_what_the_proxy_finds_hard(tiny_digits):
    run = HardExampleRun(MODEL, TRAIN, tiny_digits)
    run.advance(20)
    images, labels = run.batch(run.step)
    usual = torch.cat([run.batch(step)[0] for step in range(run.total_steps - 3, run.total_steps)])
    usual_labels = torch.cat([run.batch(step)[1] for step in range(run.total_steps - 3, run.total_steps)])
    with torch.inference_mode():
        hard, easy = (F.cross_entropy(run.proxy.model(x), y) for x, y in ((images, labels), (usual, usual_labels)))
    assert len(labels) == 50
    assert hard > 1.2 * easy


def test_the_last_steps_are_those_of_any_training_and_the_proxy_rests(tiny_digits):
    run, usual = HardExampleRun(MODEL, TRAIN, tiny_digits), TrainingRun(MODEL, TRAIN, tiny_digits)
    alike = [torch.equal(run.batch(step)[0], usual.batch(step)[0]) for step in range(run.total_steps)]
    first = alike.index(True)
    assert first == pytest.approx((1 - EVEN_SHARE) * run.total_steps, abs=1)
    assert all(alike[first:])
    run.advance(first)
    before = [parameter.clone() for parameter in run.proxy.model.parameters()]
    records = run.advance(run.total_steps)
    assert all(torch.equal(*pair) for pair in zip(before, run.proxy.model.parameters(), strict=True))
    assert [record.step for record in records] == list(range(first + 1, run.total_steps + 1))
    assert run.is_finished


def test_its_losses_are_those_of_the_images_that_it_chose(tiny_digits):
    run = HardExampleRun(MODEL, TRAIN, tiny_digits)
    images, labels = (each.clone() for each in run.batch(0))
    with torch.inference_mode():
        expected = F.cross_entropy(run.model(images), labels)
    [first, *_] = run.advance(3)
    assert first.loss == pytest.approx(float(expected), rel=1e-5)
    assert (first.step, first.images) == (1, 50)


@pytest.mark.parametrize("is_half_precision", [False, True])
def test_what_was_interrupted_ends_with_the_same_bits(tiny_digits, is_half_precision):
    whole, part, rest = (
        HardExampleRun(MODEL, TRAIN, tiny_digits, is_half_precision=is_half_precision) for _ in range(3)
    )
    whole.advance(whole.total_steps)
    part.advance(11)
    rest.load_state_dict(part.state_dict())
    rest.advance(rest.total_steps)
    assert rest.step == whole.step
    assert all(torch.equal(*pair) for pair in zip(whole.model.parameters(), rest.model.parameters(), strict=True))


def test_fewer_images_than_a_batch_are_drawn_again_and_again(tiny_digits):
    run = HardExampleRun(MODEL, replace(TRAIN, training_images=20, batch_size=64, epochs=3), tiny_digits)
    records = run.advance(run.total_steps)
    assert [record.images for record in records] == [20] * run.total_steps


def test_what_is_rare_is_taken_more_often_than_it_occurs(tiny_digits):
    """Of the digits 5 to 9 there is one image among nineteen; a network knows the others first."""
    rare = tiny_digits.train_labels >= 5
    rows = torch.cat([(~rare).nonzero()[:, 0].repeat(18), rare.nonzero()[:, 0]])
    data = replace(
        tiny_digits, train_images=tiny_digits.train_images[rows], train_labels=tiny_digits.train_labels[rows]
    )
    run = HardExampleRun(MODEL, replace(TRAIN, training_images=len(rows)), data)
    run.advance(40)
    taken = torch.cat([run.batch(step)[1] for step in range(40, 50)])
    drawn = float((data.train_labels >= 5).float().mean())
    assert drawn < 0.06
    assert float((taken >= 5).float().mean()) > 1.4 * drawn
