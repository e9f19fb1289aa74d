"""Names of networks: another one whenever a number has changed, and no second look at numbers that have not."""

import hashlib

import torch

from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.ui.inspect.network import fingerprint


def test_a_changed_weight_or_image_is_another_name():
    torch.manual_seed(0)
    model, images = MLP(ModelConfig((4,))), torch.zeros(2, 28, 28)
    first, with_images = fingerprint(model), fingerprint(model, images)
    assert first != with_images
    with torch.no_grad():
        next(model.parameters())[0, 0] += 1
    assert fingerprint(model) != first
    images[1, 2, 3] = 1
    second = fingerprint(model, images)
    images[1, 2, 3] = 0.5
    assert fingerprint(model, images) != second


def test_equal_networks_have_one_name_and_other_functions_another():
    twins = []
    for activation in ("relu", "relu", "tanh"):
        torch.manual_seed(0)
        twins.append(fingerprint(MLP(ModelConfig((4,), activation))))
    assert twins[0] == twins[1] != twins[2]


def test_numbers_that_have_not_changed_are_not_read_again(monkeypatch):
    model = MLP(ModelConfig((4,)))
    first = fingerprint(model)
    genuine, read = hashlib.blake2b, []

    def blake2b(data, **options):
        read.append(len(bytes(data)))
        return genuine(data, **options)

    monkeypatch.setattr(hashlib, "blake2b", blake2b)
    assert fingerprint(model) == first
    assert read == [len(repr(model.config))]
