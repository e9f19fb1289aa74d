"""The generator of the built-in digits: its file, its random numbers, its flow."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from safetensors import safe_open

from nnlab.sources.builtin import digits
from nnlab.sources.builtin.cache import WEIGHTS
from nnlab.sources.builtin.generator import LATENTS, DigitGenerator, Flow, load_generator
from nnlab.workshop import make_generator as make

MAX_FILE_BYTES = 1_000_000


@pytest.fixture(scope="module")
def generator() -> DigitGenerator:
    return load_generator()


def test_the_file_is_small_and_says_how_it_was_made():
    assert WEIGHTS.stat().st_size <= MAX_FILE_BYTES
    with safe_open(WEIGHTS, "pt") as file:
        facts = json.loads(file.metadata()["nnlab"])
        assert {file.get_tensor(name).dtype for name in file.keys()} == {torch.float16}  # noqa: SIM118
    assert facts["schedule"] == make.SCHEDULE._asdict()
    assert facts["seed"] == 0
    assert set(facts["data"]) == {"train_images", "train_labels", "test_images", "test_labels"}
    assert (WEIGHTS.parent / "MODEL_CARD.md").is_file()


def test_the_same_seed_writes_the_same_and_another_seed_something_else(generator):
    labels = torch.arange(30) % 10
    latents = generator.imagine(labels, seed=5)
    assert torch.equal(generator.imagine(labels, seed=5), latents)
    assert torch.equal(generator.decode(latents, labels), generator.decode(latents, labels))
    assert not torch.equal(generator.imagine(labels, seed=6), latents)
    assert torch.equal(digits.write(labels, seed=5), digits.write(labels, seed=5))


def test_batches_imagined_at_once_are_the_same_to_the_bit(generator, one_thread, monkeypatch):
    from nnlab.sources.builtin import generator as module

    monkeypatch.setattr(module, "BATCH", 20)
    labels = torch.arange(150) % 10
    with ThreadPoolExecutor(4) as threads:
        assert torch.equal(generator.imagine(labels, 5, threads.map), generator.imagine(labels, 5))


def test_a_digit_does_not_depend_on_what_is_written_after_it(generator):
    """Sums of another batch size may be added in another order, hence the tolerance."""
    labels = torch.arange(40) % 10
    torch.testing.assert_close(generator.imagine(labels, 5)[:10], generator.imagine(labels[:10], 5))


def test_random_numbers_are_those_that_numpy_promised(generator):
    """``RandomState(0).standard_normal()`` begins with 1.76405235 in every version of numpy."""
    assert np.random.RandomState(0).standard_normal() == pytest.approx(1.76405235, abs=1e-8)


def test_near_latents_give_similar_images(generator):
    labels = torch.tensor([3])
    latents = generator.imagine(labels, seed=1)
    image = generator.decode(latents, labels)
    near = generator.decode(latents + 0.05, labels)
    far = generator.decode(-latents, labels)
    difference = (near.float() - image.float()).abs().mean()
    assert 0 < difference < (far.float() - image.float()).abs().mean() / 4


def test_the_flow_of_a_constant_velocity_worked_by_hand():
    """With the velocity (2, 2, ..., 2) everywhere, one unit of time moves every point by 2."""
    flow = Flow()
    torch.nn.init.zeros_(flow.velocity.weight)
    torch.nn.init.constant_(flow.velocity.bias, 2.0)
    noise = torch.randn(5, LATENTS)
    with torch.no_grad():
        assert torch.allclose(flow.follow(noise, torch.arange(5)), noise + 2, atol=1e-5)
