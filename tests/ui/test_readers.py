"""Which network reads: that a run's weights, their step and the browser's name for them belong together."""

import math
import re

import pytest
import torch

from nnlab.checkpoint import from_bytes
from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.ui import readers
from tests.nnlab.short_runs import restless, step_in


@pytest.fixture
def job(monkeypatch):
    """A run whose weights change while it is being looked at."""
    job = restless()
    monkeypatch.setattr(readers, "own_jobs", lambda: [job])
    return job


def test_words_and_id_are_those_of_the_weights(job):
    reader = readers.load(job.id)
    step = step_in(reader.model)
    assert reader.id == f"{job.id}-{step}"
    assert re.search(rf"step {step}\b", reader.words)


def test_the_browser_is_sent_the_weights_that_its_id_names(job):
    network = readers.for_browser(job.id, readers.load(job.id))
    assert network.id == f"{job.id}-{step_in(from_bytes(network.to_bytes()))}"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 3.4e38])
@pytest.mark.parametrize("part", ["weight", "bias"])
def test_one_number_that_is_none_is_found_wherever_it_is(part, value):
    model = MLP(ModelConfig((8, 4)))
    assert readers.is_finite(model)
    with torch.no_grad():
        getattr(model.linears[1], part).flatten()[2] = value
    assert readers.is_finite(model) is math.isfinite(value)
