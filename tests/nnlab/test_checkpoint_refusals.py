"""Files that are no networks of nnlab, damaged or hostile ones among them: each is refused with a sentence."""

from __future__ import annotations

import io
import json
import pickle
import random
import re
import tracemalloc
from contextlib import suppress

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import checkpoint
from nnlab.checkpoint import CheckpointError, from_bytes, load, to_bytes
from nnlab.config import ModelConfig
from nnlab.model import MLP
from tests.hostile import JSON, damaged, tried
from tests.nnlab.small_network import SMALL, TRAIN


@pytest.fixture(scope="module")
def data():
    return to_bytes(MLP(SMALL, seed=5), TRAIN, test_accuracy=0.5)


def header_of(data: bytes) -> dict:
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])


def with_header(data: bytes, header: dict | bytes) -> bytes:
    """The same weights under another header."""
    weights = data[8 + int.from_bytes(data[:8], "little") :]
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + weights


def with_nnlab(data: bytes, **changes) -> bytes:
    """The same file with entries of nnlab's own part of the header changed."""
    header = header_of(data)
    ours = json.loads(header["__metadata__"]["nnlab"])
    header["__metadata__"]["nnlab"] = json.dumps({**ours, **changes})
    return with_header(data, header)


def refusal(data: bytes) -> CheckpointError:
    """The error of reading ``data``, which must be one short sentence or two."""
    with pytest.raises(CheckpointError) as caught:
        from_bytes(data)
    assert re.fullmatch(r"(The file|linears\.\d).*[^.]\.", str(caught.value))
    assert len(str(caught.value)) < 500
    return caught.value


class Harmful:
    """Unpickling this would create the file named."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("zipped", [True, False, None])
def test_a_pickle_is_refused_and_not_opened(tmp_path, zipped):
    trap = tmp_path / "trap"
    stream = io.BytesIO()
    if zipped is None:
        pickle.dump(Harmful(trap), stream)
    else:
        torch.save({"weights": Harmful(trap)}, stream, _use_new_zipfile_serialization=zipped)
    error = refusal(stream.getvalue())
    assert error.reason == "pickle"
    assert "never" in str(error)
    assert not trap.exists()


@pytest.mark.parametrize("junk", [b"\x89PNG\r\n\x1a\n" + bytes(99), b"hello, I am a text file", bytes(100)])
def test_another_kind_of_file_is_refused(junk):
    assert refusal(junk).reason == "format"


@pytest.mark.parametrize("length", [0, 1, 8])
def test_a_file_of_a_few_bytes_is_cut_short(data, length):
    assert refusal(data[:length]).reason == "truncated"


def test_every_truncation_is_refused_as_such(data):
    for length in [*range(9, 1200, 37), *range(1200, len(data), 997), len(data) - 1]:
        assert refusal(data[:length]).reason == "truncated", length


def test_bytes_too_many_are_refused(data):
    assert "3 bytes more" in str(refusal(data + b"abc"))


def test_a_file_larger_than_any_network_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as stream:
        stream.truncate(checkpoint.MAX_FILE_BYTES + 1)  # a hole: takes no room on the disk
    with pytest.raises(CheckpointError, match="the largest network") as caught:
        load(path)
    assert caught.value.reason == "size"


def test_a_header_that_claims_the_world_is_refused(data):
    error = refusal((2**63 - 1).to_bytes(8, "little") + data[8:])
    assert error.reason == "header"
    assert "9,223,372,036,854,775,807 bytes" in str(error)


def test_a_header_that_claims_to_be_empty_is_not_read_to_the_end_of_the_file(data):
    """It begins like a header all the same, and what comes after would be parsed, however much it is."""
    error = refusal(bytes(8) + b'{"x": "' + bytes(checkpoint.MAX_HEADER_BYTES) + b'"}')
    assert error.reason == "header"
    assert "claims 0 bytes" in str(error)


DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": ' * DEEP + b"1" + b"}" * DEEP,
        b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"__metadata__": {"nnlab": "{"}}',
        b'{"__metadata__": {"nnlab": "[1]"}}',
        b'{"__metadata__": {"nnlab": "' + b"[" * DEEP + b'"}}',
        b'{"__metadata__": {"nnlab": {"format": 1}}}',
        b'{"__metadata__": []}',
        b'{"a": NaN}',
        b'{"a": 1' + b"0" * 5000 + b"}",
        b'{"a": "\xff"}',
        b"{no json",
        b"{}",
    ],
    ids=lambda text: text[:24].decode(errors="replace"),
)
def test_a_hostile_header_is_refused(data, text):
    assert refusal(with_header(data, text)).reason == "header"


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"format": None},
        {"model": None},
        {"model": []},
        {"model": {"hidden_sizes": [10**9]}},
        {"model": {"hidden_sizes": [3.0, 2]}},
        {"model": {"hidden_sizes": [[[]]]}},
        {"model": {"hidden_sizes": [3, 2], "activation": ["tanh"]}},
        {"model": {"hidden_sizes": [3, 2], "dropout": True}},
        {"model": {"hidden_sizes": [3, 2], "__class__": "x"}},
        {"train": {"epochs": 10**400}},
        {"train": 3},
        {"facts": "good"},
        {"more": 1},
    ],
    ids=repr,
)
def test_a_wrong_configuration_is_refused(data, changes):
    assert refusal(with_nnlab(data, **changes)).reason == "header"


@pytest.mark.parametrize("hidden_sizes", [[], [3], [2, 3], [3, 2, 2], [2048] * 8])
def test_weights_of_another_network_are_refused(data, hidden_sizes):
    assert refusal(with_nnlab(data, model={"hidden_sizes": hidden_sizes})).reason == "tensors"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shape", [784, 3]),
        ("shape", [3, 784, 1]),
        ("shape", None),
        ("shape", 3),
        ("shape", [2**62, 2**62]),
        ("dtype", "F64"),
        ("dtype", "BOOL"),
        ("dtype", ["F32"]),
        ("data_offsets", [0, 4]),
        ("data_offsets", [0, 2**63]),
        ("data_offsets", [-4, 8]),
        ("data_offsets", "here"),
    ],
)
def test_a_wrong_tensor_is_refused(data, key, value):
    header = header_of(data)
    header["linears.0.weight"][key] = value
    assert refusal(with_header(data, header)).reason == "tensors"


def test_a_tensor_entry_of_a_wrong_kind_is_refused(data):
    for entry in (None, 3, "F32", ["F32", [3, 784]]):
        assert refusal(with_header(data, {**header_of(data), "linears.0.weight": entry})).reason == "tensors"


def test_weights_without_a_configuration_are_refused():
    data = safetensors.torch.save({"linears.0.weight": torch.zeros(10, 784)})
    assert "no nnlab configuration" in str(refusal(data))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_network_of_nan_or_infinity_is_refused(data, value):
    spoiled = data[:-4] + torch.tensor([value]).numpy().tobytes()
    error = refusal(spoiled)
    assert error.reason == "numbers"


def test_random_damage_is_either_harmless_or_refused(data):
    """Whatever happens to the header, a model comes out or a CheckpointError, never anything else."""
    rng = random.Random(0)
    header_end = 8 + int.from_bytes(data[:8], "little")
    loaded = refused = 0
    for _ in range(1500):
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 1, 1, 2, 5, 20])):
            position = rng.randrange(8 if rng.random() < 0.1 else header_end)
            damaged[position] = rng.choice([damaged[position] ^ (1 << rng.randrange(8)), rng.randrange(256)])
        try:
            model = from_bytes(bytes(damaged))
        except CheckpointError:
            refused += 1
        else:
            loaded += 1
            assert model.predict_proba(torch.zeros(1, 28, 28)).shape == (1, 10)
    assert loaded > 0  # a changed letter in a fact harms nobody
    assert refused > 500


def test_any_value_in_any_place_is_either_harmless_or_refused(data):
    """Headers that are valid JSON and the right structure, but for one value of a wrong kind."""
    values = (None, True, -1, 2**64, 1.5, "", [], [[]], {}, {"shape": []}, {"nnlab": "{}"})
    listing = header_of(data)
    ours = json.loads(listing["__metadata__"]["nnlab"])
    for part in (None, *listing):
        for key in listing if part is None else listing[part]:
            for value in values:
                changed = header_of(data)
                (changed if part is None else changed[part])[key] = value
                refusal(with_header(data, changed))
    for part in (None, "model", "train"):
        for key in ours if part is None else ours[part]:
            for value in values:
                changed = json.loads(listing["__metadata__"]["nnlab"])
                (changed if part is None else changed[part])[key] = value
                with suppress(CheckpointError):  # 1 for l1 is harmless, 2**64 is not; no other error may come
                    assert from_bytes(with_nnlab(data, **changed)).config.hidden_sizes == SMALL.hidden_sizes


WHOLE = to_bytes(MLP(SMALL, seed=5), TRAIN, test_accuracy=0.5)
HEADER_END = 8 + int.from_bytes(WHOLE[:8], "little")
NAMES = st.sampled_from(["__metadata__", "nnlab", "format", "model", "hidden_sizes", "dtype", "shape", "data_offsets"])
OFFSETS = st.lists(st.sampled_from([0, 12, 9408, 9420, -1, 2**63, True, 0.0, None]) | st.integers(), max_size=3)


def read_or_refused(data: bytes) -> MLP | None:
    """The network of a file, which answers; None if the file is refused, in a sentence."""
    model, refusal = tried(CheckpointError, from_bytes, data)
    if refusal:
        assert re.fullmatch(r"(The file|linears\.\d).*[^.]\.", str(refusal), re.DOTALL)
        assert len(str(refusal)) < 500
        return None
    assert model.predict_proba(torch.zeros(1, 28, 28)).isfinite().all()
    return model


@given(damaged(WHOLE) | damaged(WHOLE, 0, HEADER_END) | st.binary(max_size=60))
def test_a_damaged_file_is_a_network_or_refused(data):
    read_or_refused(data)


@given(st.dictionaries(NAMES | st.sampled_from(list(header_of(WHOLE))), JSON, max_size=4), JSON)
def test_a_header_that_says_anything_is_a_network_or_refused(changes, facts):
    read_or_refused(with_header(WHOLE, {**header_of(WHOLE), **changes}))
    read_or_refused(with_nnlab(WHOLE, **changes))
    read_or_refused(with_nnlab(WHOLE, facts=facts))


@given(st.lists(OFFSETS, min_size=6, max_size=6))
def test_tensors_that_lie_anywhere_else_are_refused(all_offsets):
    """One within another, past the end, before the beginning, or with a gap that may hide something."""
    header = header_of(WHOLE)
    true = {name: entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"}
    for name, offsets in zip(true, all_offsets, strict=True):
        header[name]["data_offsets"] = offsets
    if {name: header[name]["data_offsets"] for name in true} != true:
        assert read_or_refused(with_header(WHOLE, header)) is None


def test_the_same_bytes_for_two_tensors_are_refused(data):
    header = header_of(data)
    header["linears.1.bias"]["data_offsets"] = header["linears.0.bias"]["data_offsets"]
    error = refusal(with_header(data, header))
    assert error.reason == "tensors"
    assert "linears.1.bias is at" in str(error)


def test_a_file_is_not_in_memory_beside_its_network():
    """Of torch's tensors nothing is counted here: what is, is one tensor of the file at a time."""
    data = to_bytes(MLP(ModelConfig((128,) * 8)))
    spoiled = data[:-4] + torch.tensor([float("nan")]).numpy().tobytes()
    tracemalloc.start()
    try:
        assert refusal(spoiled).reason == "numbers"
        assert tracemalloc.get_traced_memory()[1] < 1.1 * len(data)
    finally:
        tracemalloc.stop()
