"""The names that benchmarks, scripts and outside checks call: whatever moves in here, these stay."""

import importlib
import inspect
import json

import pytest
import torch

import nnlab.checkpoint
import nnlab.config
import nnlab.data
import nnlab.drawing
import nnlab.model
import nnlab.training
from nnlab.cli import main

CALLS = {  # public name -> its parameters, in order; a name after "*" is given by keyword only
    "data.load_digits": ["source", "root", "download", "progress"],
    "config.Preset": ["model", "train"],
    "config.Setup": ["model", "train", "data"],
    "config.to_query": ["setup"],
    "config.from_query": ["query"],
    "model.MLP": ["config", "seed"],
    "model.MLP.predict_proba": ["self", "images"],
    "training.TrainingRun": ["model_config", "train_config", "data", "device"],
    "training.TrainingRun.advance": ["self", "steps"],
    "training.TrainingRun.evaluate": ["self"],
    "drawing.to_mnist": ["canvas"],
    "drawing.stages": ["canvas"],
    "checkpoint.load_bundled": [],
    "checkpoint.load": ["path"],
}
FIELDS = {
    "config.ModelConfig": ["hidden_sizes", "activation", "initialization", "dropout", "input_normalization"],
    "config.TrainConfig": [
        "optimizer", "learning_rate", "schedule", "batch_size", "epochs", "l1", "l2", "gradient_clip", "augmentation",
        "training_images", "seed",
    ],
    "config.DataConfig": ["source"],
    "data.DigitData": ["train_images", "train_labels", "test_images", "test_labels", "source", "origin"],
}  # fmt: skip
STEP_RECORD = ["step", "epoch", "loss", "accuracy", "learning_rate", "images"]
EVALUATION = [
    "step", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "train_samples", "test_samples",
    "is_sample",
]  # fmt: skip


def named(path: str) -> object:
    """``"model.MLP.predict_proba"`` -> what ``nnlab`` has under this name."""
    module, *names = path.split(".")
    found = importlib.import_module(f"nnlab.{module}")
    for name in names:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize(("path", "parameters"), CALLS.items(), ids=str)
def test_a_name_of_the_contract_is_called_as_before(path, parameters):
    assert list(inspect.signature(named(path)).parameters)[: len(parameters)] == parameters


@pytest.mark.parametrize(("path", "fields"), FIELDS.items(), ids=str)
def test_what_describes_a_run_has_its_fields(path, fields):
    found = list(named(path).__dataclass_fields__)
    assert found[: len(fields)] == fields


def test_the_notes_are_a_preset():
    notes = nnlab.config.PRESETS["notes"]
    assert isinstance(notes.model, nnlab.config.ModelConfig)
    assert isinstance(notes.train, nnlab.config.TrainConfig)


def test_a_run_reports_records_and_evaluations(tiny_digits):
    run = nnlab.training.TrainingRun(
        nnlab.config.ModelConfig((8,)), nnlab.config.TrainConfig(training_images=400), tiny_digits
    )
    records = run.advance(3)
    assert [list(record._fields) for record in records] == [STEP_RECORD] * 3
    assert list(vars(run.evaluate())) == EVALUATION


def test_images_and_drawings_have_their_shapes():
    model = nnlab.checkpoint.load_bundled()
    assert not model.training
    image = nnlab.drawing.to_mnist(torch.zeros(280, 280, dtype=torch.uint8).numpy())
    assert (tuple(image.shape), image.dtype) == ((28, 28), torch.float32)
    assert tuple(model.predict_proba(image[None]).shape) == (1, 10)


def test_a_network_is_saved_and_loaded(tmp_path):
    model = nnlab.model.MLP(nnlab.config.ModelConfig((8,)))
    file = tmp_path / "network.safetensors"
    nnlab.checkpoint.save(file, model)
    assert torch.equal(nnlab.checkpoint.load(file).linears[0].weight, model.linears[0].weight)


def written(tmp_path, *words: object) -> dict:
    """What a command of the command line writes with ``--json``."""
    file = tmp_path / "result.json"
    assert main([*map(str, words), "--json", str(file)]) == 0
    return json.loads(file.read_text())


def test_train_writes_its_json(tiny_folder, tmp_path):
    result = written(tmp_path, "train", "--data-dir", tiny_folder, "--images", 400, "--epochs", 2)
    assert list(result) == [
        "preset", "model", "train", "data", "epochs", "test_accuracy", "seconds", "failure", "parameters",
        "data_source", "samples", "threads", "device", "date", "versions",
    ]  # fmt: skip
    assert [list(epoch) for epoch in result["epochs"]] == [["train_loss", "test_loss", "test_accuracy", "seconds"]] * 2


def test_evaluate_writes_its_json(tiny_folder, tmp_path):
    assert list(written(tmp_path, "evaluate", "--data-dir", tiny_folder)) == [
        "model", "data_source", "test_accuracy", "test_loss", "test_samples", "accuracy_per_digit", "confusion", "date",
        "versions",
    ]  # fmt: skip


def test_data_writes_its_json(tiny_folder, tmp_path):
    result = written(tmp_path, "data", "--data-dir", tiny_folder)
    assert list(result) == ["folder", "usable", "error", "train_images", "test_images", "files"]
    assert [list(file) for file in result["files"]] == [["path", "bytes", "md5_matches"]] * 4
