"""A network as ONNX: a graph of the same operations that other programs run, the preprocessing described inside.

An MLP is a few nodes, so they are written out with the helpers of the package ``onnx``; torch's own exporter would need
two packages more, and says less.

Source: onnx.ai/onnx/operators; operator set 17 is understood by onnxruntime from 1.12 on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nnlab.activations import LEAKY_SLOPE, PRELU_SLOPE, SELU_ALPHA, SELU_SCALE
from nnlab.config import CLASSES, IMAGE_SIDE, INPUT_NORMALIZATION
from nnlab.export.exported import Exported
from nnlab.export.words import class_names
from nnlab.sources.published import DATA_SETS, is_of_digits

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

OPERATOR_SET, FORMAT_VERSION = 17, 8  # the oldest that have all that is needed; older programs read them as well
INPUT, LOGITS, PROBABILITIES = "images", "logits", "probabilities"
PREPROCESSING = (
    f"Input {INPUT}: float32 (N, {IMAGE_SIDE}, {IMAGE_SIDE}) in [0, 1]; 0 is paper, 1 is ink, so a scan is inverted. "
    "As in MNIST, the ink fills 20 x 20 pixels at most and its centre of mass is the centre of the image. "
    "Shifting and scaling of the pixels is part of the graph."
)
PREPROCESSING_OTHER = (
    f"Input {INPUT}: float32 (N, {IMAGE_SIDE}, {IMAGE_SIDE}) in [0, 1]; 0 is the background, 1 is the brightest. As in "
    "{name}, what is shown fills the image. Shifting and scaling of the pixels is part of the graph."
)
_DIRECT: dict[str, tuple[str, dict[str, Any]]] = {  # functions that are one operation -> its name and its constants
    "relu": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "identity": ("Identity", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": LEAKY_SLOPE}),
    "prelu": ("LeakyRelu", {"alpha": PRELU_SLOPE}),
    "elu": ("Elu", {"alpha": 1.0}),
    "selu": ("Selu", {"alpha": SELU_ALPHA, "gamma": SELU_SCALE}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
}
_COMPOSED = {  # the others, as operations one after the other: (operation, inputs, output); z goes in, a comes out
    "silu": [("Sigmoid", ["z"], "p"), ("Mul", ["z", "p"], "a")],
    "mish": [("Softplus", ["z"], "s"), ("Tanh", ["s"], "t"), ("Mul", ["z", "t"], "a")],
    "hardtanh": [("Clip", ["z", "minus_one", "one"], "a")],
    "gelu": [  # z (1 + erf(z / sqrt 2)) / 2
        ("Mul", ["z", "root_half"], "r"), ("Erf", ["r"], "e"), ("Add", ["e", "one"], "d"), ("Mul", ["z", "d"], "m"),
        ("Mul", ["m", "half"], "a"),
    ],
}  # fmt: skip
_CONSTANTS = {"minus_one": -1.0, "one": 1.0, "half": 0.5, "root_half": 0.5**0.5}


def to_onnx(exported: Exported) -> bytes:
    """The network as the content of an ``.onnx`` file.

    Its input is ``images``, any number N of them, as ``PREPROCESSING`` says; its outputs are ``probabilities``, (N, 10)
    with rows that sum to 1, and ``logits``, before the softmax.
    """
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper

    config = exported.config
    mean, deviation = INPUT_NORMALIZATION[config.input_normalization]
    constants = {"mean": mean, "deviation": deviation, **_CONSTANTS}
    nodes = [
        helper.make_node("Flatten", [INPUT], ["pixels"], axis=1),  # (N, 784)
        helper.make_node("Sub", ["pixels", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "deviation"], ["outputs_0"]),
    ]
    tensors = []
    for index, linear in enumerate(exported.model.linears):
        is_last = index == len(config.hidden_sizes)
        for kind in ("weight", "bias"):
            values = np.ascontiguousarray(getattr(linear, kind).detach().cpu().float().numpy())
            tensors.append(numpy_helper.from_array(values, f"linears.{index}.{kind}"))
        sums = LOGITS if is_last else f"sums_{index + 1}"
        inputs = [f"outputs_{index}", f"linears.{index}.weight", f"linears.{index}.bias"]
        nodes.append(helper.make_node("Gemm", inputs, [sums], transB=1))  # z = W a + b
        if not is_last:
            nodes += _activation(config.activation, sums, f"outputs_{index + 1}")
    nodes.append(helper.make_node("Softmax", [LOGITS], [PROBABILITIES], axis=1))
    used = {name for node in nodes for name in node.input}
    tensors += [_scalar(name, value) for name, value in constants.items() if name in used]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "nnlab",
        [value(INPUT, TensorProto.FLOAT, ["N", IMAGE_SIDE, IMAGE_SIDE])],
        [value(name, TensorProto.FLOAT, ["N", CLASSES]) for name in (PROBABILITIES, LOGITS)],
        tensors,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPERATOR_SET)], ir_version=FORMAT_VERSION, producer_name="nnlab",
        doc_string=preprocessing(exported),
    )  # fmt: skip
    helper.set_model_props(model, metadata(exported))
    checker.check_model(model)
    return model.SerializeToString()


def preprocessing(exported: Exported) -> str:
    """What an image must look like: MNIST's digits are small and centred, clothes and hiragana fill the image."""
    source = exported.data_source
    return PREPROCESSING if is_of_digits(source) else PREPROCESSING_OTHER.format(name=DATA_SETS[source].name)


def metadata(exported: Exported) -> dict[str, str]:
    """What the file says of itself, for programs that show it."""
    config = exported.config
    return {
        "preprocessing": preprocessing(exported),
        "input_name": INPUT,
        "input_shape": f"N, {IMAGE_SIDE}, {IMAGE_SIDE}",
        "input_type": "float32",
        "input_range": "0 to 1",
        "input_normalization": json.dumps(INPUT_NORMALIZATION[config.input_normalization]),
        "classes": json.dumps(class_names(exported.data_source, "en"), ensure_ascii=False),
        "layers": json.dumps(config.layer_sizes),
        "activation": config.activation,
        "opset": str(OPERATOR_SET),
    }


def _activation(name: str, sums: str, outputs: str) -> list[NodeProto]:
    """The operations of an activation function, from the layer's ``sums`` to its ``outputs``."""
    from onnx import helper

    if name in _DIRECT:
        operation, attributes = _DIRECT[name]
        return [helper.make_node(operation, [sums], [outputs], **attributes)]
    places = {"z": sums, "a": outputs, **{constant: constant for constant in _CONSTANTS}}
    return [
        helper.make_node(
            operation,
            [places.get(entry, f"{outputs}_{entry}") for entry in inputs],
            [places.get(result, f"{outputs}_{result}")],
        )
        for operation, inputs, result in _COMPOSED[name]
    ]


def _scalar(name: str, value: float) -> TensorProto:
    import numpy as np
    from onnx import numpy_helper

    return numpy_helper.from_array(np.array(value, np.float32), name)
