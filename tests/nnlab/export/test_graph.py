"""ONNX: onnxruntime says what nnlab says, and the file says what it wants to be fed."""

from __future__ import annotations

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from nnlab.checkpoint import load_bundled
from nnlab.config import ACTIVATION_NAMES, INPUT_NORMALIZATION, ModelConfig
from nnlab.export.exported import Exported
from nnlab.export.graph import OPERATOR_SET, PREPROCESSING, to_onnx
from nnlab.model import MLP


def answers(content: bytes, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return tuple(session.run(["probabilities", "logits"], {"images": images}))


def random_images(count: int) -> torch.Tensor:
    return torch.rand(count, 28, 28, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_onnxruntime_agrees(activation, normalization):
    model = MLP(ModelConfig((20, 15), activation, input_normalization=normalization), seed=1).eval()
    images = random_images(9)
    probabilities, logits = answers(to_onnx(Exported(model)), images.numpy())
    assert np.abs(probabilities - model.predict_proba(images).numpy()).max() < 1e-5
    assert np.abs(logits - model(images).detach().numpy()).max() < 1e-4


@pytest.mark.parametrize("count", [1, 300])
def test_the_bundled_network_takes_any_number_of_images(count):
    model, images = load_bundled(), random_images(count)
    probabilities, _ = answers(to_onnx(Exported(model)), images.numpy())
    assert probabilities.shape == (count, 10)
    assert np.abs(probabilities - model.predict_proba(images).numpy()).max() < 1e-5


def test_a_network_without_hidden_layers():
    model = MLP(ModelConfig(())).eval()
    probabilities, _ = answers(to_onnx(Exported(model)), random_images(2).numpy())
    assert np.abs(probabilities - model.predict_proba(random_images(2)).numpy()).max() < 1e-5


def test_the_file_describes_its_input():
    model = onnx.load_from_string(to_onnx(Exported(MLP(ModelConfig((5,), "gelu", input_normalization="standard")))))
    onnx.checker.check_model(model, full_check=True)
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert said["preprocessing"] == model.doc_string == PREPROCESSING
    assert (said["input_name"], said["input_shape"], said["input_type"]) == ("images", "N, 28, 28", "float32")
    assert json.loads(said["input_normalization"]) == [0.1307, 0.3081]
    assert json.loads(said["layers"]) == [784, 5, 10]
    assert json.loads(said["classes"]) == list("0123456789")
    assert [entry.version for entry in model.opset_import] == [OPERATOR_SET] == [17]
    (entry,) = model.graph.input
    assert entry.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    assert [size.dim_param or size.dim_value for size in entry.type.tensor_type.shape.dim] == ["N", 28, 28]


def test_the_file_names_the_classes_that_are_no_digits():
    model = onnx.load_from_string(to_onnx(Exported(MLP(ModelConfig((5,))), data_source="fashion")))
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(said["classes"])[:2] == ["T-shirt", "trousers"]
    assert json.loads(said["classes"])[9] == "ankle boot"
    assert "As in Fashion-MNIST" in said["preprocessing"] == model.doc_string
    assert "20 x 20" not in said["preprocessing"]
    hiragana = onnx.load_from_string(to_onnx(Exported(MLP(ModelConfig((5,))), data_source="kmnist")))
    assert {entry.key: entry.value for entry in hiragana.metadata_props}["classes"].startswith('["お (o)", "き (ki)"')
