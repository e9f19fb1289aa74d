"""Weights that others made: what fits becomes the network that it was, what does not gets a sentence."""

from __future__ import annotations

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save
from torch import nn

from nnlab import checkpoint, foreign
from nnlab.checkpoint import CheckpointError
from nnlab.config import INPUT_NORMALIZATION
from nnlab.foreign import NOTES, REASONS, ForeignError
from nnlab.model import MLP
from tests.hostile import JSON, damaged, tried
from tests.nnlab.small_network import SMALL


def sequential(*sizes: int, bias: bool = True) -> nn.Sequential:
    torch.manual_seed(2)
    layers = [nn.Flatten()]
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [nn.Linear(inputs, outputs, bias), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def zeros(**shapes: tuple[int, ...]) -> bytes:
    return save({name.replace("__", "."): torch.zeros(shape) for name, shape in shapes.items()})


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
def test_a_sequential_answers_as_before(normalization):
    theirs = sequential(784, 9, 7, 10)
    found = foreign.read(save(theirs.state_dict()))
    assert (found.names, found.hidden_sizes, found.notes) == (("1", "3", "5"), (9, 7), ())
    ours = found.model("tanh", normalization)
    images = torch.rand(4, 28, 28)
    mean, deviation = INPUT_NORMALIZATION[normalization]
    expected = theirs((images - mean) / deviation).softmax(1)
    assert torch.allclose(ours.predict_proba(images), expected, atol=1e-6)


def test_named_layers_come_in_the_order_of_their_numbers():
    sizes = [784, *range(30, 38), 10]
    state = {f"net.fc{index + 2}.weight": torch.zeros(sizes[index + 1], sizes[index]) for index in range(9)}
    found = foreign.read(save(state))  # fc2 to fc10: by their letters, fc10 would be the first
    assert found.names == tuple(f"net.fc{number}" for number in range(2, 11))
    assert found.hidden_sizes == tuple(range(30, 38))


def test_where_names_say_nothing_the_shapes_do():
    found = foreign.read(zeros(output__weight=(10, 20), a__weight=(20, 30), hidden__weight=(30, 784)))
    assert found.names == ("hidden", "a", "output")


def test_missing_biases_are_zeros_and_that_is_said():
    theirs = sequential(784, 9, 10, bias=False)
    found = foreign.read(save(theirs.state_dict()))
    assert found.notes == ("no_bias",)
    images = torch.rand(3, 28, 28)
    assert torch.allclose(found.model("tanh", "none")(images), theirs(images), atol=1e-5)


def test_weights_with_the_inputs_first_are_turned():
    theirs = sequential(784, 9, 10)
    turned = theirs.state_dict()
    state = {name: values.T.contiguous() if values.dim() == 2 else values for name, values in turned.items()}
    found = foreign.read(save(state))
    assert found.notes == ("transposed",)
    assert torch.equal(found.weights[0], theirs[1].weight)


@pytest.mark.parametrize(("dtype", "notes"), [(torch.float64, ("rounded",)), (torch.bfloat16, ()), (torch.float16, ())])
def test_other_floats_become_float32(dtype, notes):
    state = {name: values.to(dtype) for name, values in sequential(784, 10).state_dict().items()}
    found = foreign.read(save(state))
    assert found.notes == notes
    assert torch.equal(found.weights[0], state["1.weight"].float())


NAN = torch.full((10, 784), torch.nan)
REFUSED = {
    "no_weights": save({"a.bias": torch.zeros(10)}),
    "too_many": zeros(a__weight=(10, 784), **{f"b{n}__weight": (10, 10) for n in range(9)}),
    "type": save({"a.weight": torch.zeros(10, 784, dtype=torch.int32)}),
    "convolution": zeros(conv1__weight=(8, 1, 3, 3), fc__weight=(10, 784)),
    "other_tensor": zeros(a__weight=(10, 784), bn__running_mean=(10,)),
    "inputs": zeros(a__weight=(20, 1024), b__weight=(10, 20)),
    "outputs": zeros(a__weight=(20, 784), b__weight=(26, 20)),
    "chain": zeros(a__weight=(20, 784), b__weight=(10, 30)),
    "order": zeros(b__weight=(784, 784), c__weight=(784, 784), a__weight=(10, 784)),
    "bias": zeros(a__weight=(10, 784), a__bias=(11,)),
    "too_wide": zeros(a__weight=(2049, 784), b__weight=(10, 2049)),
    "numbers": save({"a.weight": NAN}),
    "places": save({"a.weight": torch.zeros(10, 784)}) [:-4],
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_what_does_not_fit_gets_a_sentence(reason):
    with pytest.raises(ForeignError) as refusal:
        foreign.read(REFUSED[reason])
    assert refusal.value.reason == reason
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert all(value in sentence for value in refusal.value.values.values())


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"PK\x03\x04" + bytes(20), "pickle"), (b"GIF89a and more", "format"), (b"{}", "truncated")],
)
def test_what_is_no_safetensors_file_is_refused_as_everywhere(content, reason):
    for ask in (foreign.read, foreign.is_ours):
        with pytest.raises(CheckpointError) as refusal:
            ask(content)
        assert refusal.value.reason == reason


def test_a_file_of_nnlab_is_told_from_one_of_others():
    assert foreign.is_ours(checkpoint.to_bytes(MLP(SMALL)))
    assert foreign.is_ours(checkpoint.BUNDLED)
    assert not foreign.is_ours(save(sequential(784, 10).state_dict()))


def test_layers_of_one_size_do_not_take_for_ever():
    """Nine equal layers could stand in 362,880 orders; with another that fits nowhere none has to be tried."""
    shapes = {f"x{n}__weight": (784, 784) for n in range(8)}
    with pytest.raises(ForeignError) as refusal:
        foreign.read(zeros(a__weight=(5, 6), **shapes))
    assert refusal.value.reason == "inputs"


def with_header(header: object, content: bytes = bytes(40)) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content


SPANS = [[0, 40], [-40, 0], [0, 31360.0], [2**70, 2**70 + 31360], [31360, 0], [0], "all", None]


@pytest.mark.parametrize("span", SPANS)
def test_places_outside_the_file_are_refused(span):
    with pytest.raises(ForeignError) as refusal:
        foreign.read(with_header({"a.weight": {"dtype": "F32", "shape": [10, 784], "data_offsets": span}}))
    assert refusal.value.reason == "places"


def test_tensors_that_overlap_are_refused():
    entry = {"dtype": "F32", "shape": [10, 784], "data_offsets": [0, 31360]}
    with pytest.raises(ForeignError, match="overlap"):
        foreign.read(with_header({"a.weight": entry, "b.weight": entry}, bytes(31360)))


GOOD = save(sequential(784, 4, 10).state_dict())


@given(damaged(GOOD, last=400))
def test_a_damaged_file_is_read_or_refused(content):
    tried(CheckpointError, foreign.read, content)


@given(
    st.dictionaries(
        st.sampled_from(["a.weight", "a.bias", "b.weight", "weight", "…", "a.b.c"]),
        st.fixed_dictionaries({"dtype": st.sampled_from(["F32", "I8"]) | JSON, "shape": JSON, "data_offsets": JSON})
        | JSON,
        max_size=4,
    )
)
def test_a_made_up_header_is_read_or_refused(listing):
    tried(CheckpointError, foreign.read, with_header(listing))


def test_every_note_has_its_name():
    assert NOTES == ("no_bias", "transposed", "rounded")
