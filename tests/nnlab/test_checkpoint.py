"""Files of networks: what is written comes back, and what no file should hold is not written."""

from __future__ import annotations

import os
import re

import pytest
import torch

from nnlab import checkpoint
from nnlab.checkpoint import CheckpointError, from_bytes, load, provenance, read_header, save, to_bytes
from nnlab.config import ModelConfig, TrainConfig
from nnlab.model import MLP
from tests.nnlab.small_network import SMALL, TRAIN


@pytest.fixture(scope="module")
def model():
    return MLP(SMALL, seed=5)


def test_what_is_saved_comes_back(tmp_path, model):
    path = tmp_path / "new folder" / "network.safetensors"
    save(path, model, TRAIN, test_accuracy=0.93, note="일곱")
    again = load(path)
    assert again.config == SMALL
    assert not again.training
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)
    images = torch.rand(4, 28, 28)
    assert torch.equal(again.predict_proba(images), model.predict_proba(images))


def test_the_header_tells_the_story_without_the_weights(tmp_path, model):
    path = tmp_path / "network.safetensors"
    save(path, model, TRAIN, test_accuracy=0.93, **provenance())
    header = read_header(path)
    assert header == read_header(path.read_bytes())
    assert ModelConfig(**header["model"]) == SMALL
    assert TrainConfig(**header["train"]) == TRAIN
    assert header["facts"]["test_accuracy"] == 0.93
    assert header["facts"]["versions"]["torch"] == torch.__version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", header["facts"]["date"])


def test_a_network_without_known_training_has_none(model):
    header = read_header(to_bytes(model))
    assert header["train"] is None
    assert header["facts"] == {}


def test_half_precision_halves_the_weights_and_loads_as_float32(model):
    whole, half = to_bytes(model), to_bytes(model, dtype=torch.float16)
    assert len(whole) - len(half) == pytest.approx(2 * model.parameter_count, abs=8)  # the header is padded to 8 bytes
    again = from_bytes(half)
    for name, value in again.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, model.state_dict()[name].half().float())


@pytest.mark.parametrize("hidden_sizes", [(), (1,), (5, 4, 3, 2, 1, 2, 3, 4)])
def test_every_depth_comes_back(hidden_sizes):
    model = MLP(ModelConfig(hidden_sizes))
    assert from_bytes(to_bytes(model)).config == model.config


def test_the_same_network_gives_the_same_bytes(model):
    again = MLP(SMALL, seed=5)
    assert to_bytes(model, TRAIN, test_accuracy=0.5) == to_bytes(again, TRAIN, test_accuracy=0.5)


def test_saving_replaces_the_old_file_and_leaves_nothing_else(tmp_path, model):
    path = tmp_path / "network.safetensors"
    path.write_bytes(b"old")
    save(path, model)
    assert os.listdir(tmp_path) == ["network.safetensors"]
    assert load(path).config == SMALL


def test_a_failed_save_leaves_the_old_file(tmp_path, model, monkeypatch):
    path = tmp_path / "network.safetensors"
    save(path, model)

    def full_disk(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        save(path, MLP(ModelConfig((9,))))
    assert os.listdir(tmp_path) == ["network.safetensors"]
    assert load(path).config == SMALL


def test_a_network_that_diverged_is_not_written(tmp_path):
    model = MLP(SMALL)
    with torch.no_grad():
        model.linears[1].weight[0, 0] = float("nan")
    with pytest.raises(CheckpointError, match=r"linears\.1\.weight holds NaN"):
        save(tmp_path / "network.safetensors", model)
    assert os.listdir(tmp_path) == []


def test_a_weight_too_large_for_half_precision_is_not_written():
    model = MLP(SMALL)
    with torch.no_grad():
        model.linears[0].bias[0] = 1e6  # float16 ends at 65,504
    from_bytes(to_bytes(model))
    with pytest.raises(CheckpointError, match=r"linears\.0\.bias"):
        to_bytes(model, dtype=torch.float16)


def test_other_precisions_are_not_written(model):
    with pytest.raises(ValueError, match=r"dtype is torch\.float64; allowed"):
        to_bytes(model, dtype=torch.float64)


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing")
