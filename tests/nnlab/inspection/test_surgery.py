"""Each change against a network that is changed by hand, and the list of changes as text."""

import json
import math
from dataclasses import asdict

import pytest
import torch
from hypothesis import given, strategies

from nnlab.config import ModelConfig
from nnlab.inspection import surgery
from nnlab.inspection.changes import (
    CHANGES,
    FreezeLayer,
    FreezeUnit,
    Noise,
    Prune,
    ScaleUnit,
    SetBias,
    SetWeight,
    ShiftBias,
    SilenceLayer,
    SilenceUnit,
    SurgeryError,
    Temperature,
    ZeroBiases,
)
from nnlab.inspection.layers import layer_outputs
from nnlab.inspection.surgery import from_json, operate, to_json
from nnlab.model import MLP
from tests.hostile import JSON, TEXTS, tried

ONE_OF_EACH = (
    SetWeight(0, 2, 400, -0.75),
    SetBias(1, 3, 0.5),
    ShiftBias(0, 1, -0.25),
    ScaleUnit(1, 2, 2.0),
    SilenceUnit(0, 4),
    FreezeUnit(1, 0, 0.4),
    SilenceLayer(1),
    FreezeLayer(0, (0.1, -0.2, 0.3, 0.4, -0.5, 0.6)),
    ZeroBiases(),
    Prune(0.25),
    Noise(0.1, 7),
    Temperature(2.0),
)


@pytest.fixture
def model():
    return MLP(ModelConfig((6, 5), "tanh", initialization="torch"), seed=3).eval()  # whose biases are not 0


def weights_of(model: MLP) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def differing(before: MLP, after: MLP) -> dict[str, int]:
    """By the name of a tensor, how many of its numbers differ; without those in which none does."""
    pairs = zip(before.named_parameters(), after.parameters(), strict=True)
    counts = {name: int((old != new).sum()) for (name, old), new in pairs}
    return {name: count for name, count in counts.items() if count}


def test_there_is_one_of_each():
    assert [type(change) for change in ONE_OF_EACH] == list(CHANGES.values())


@pytest.mark.parametrize("change", ONE_OF_EACH, ids=lambda change: change.kind)
def test_a_change_leaves_the_network_itself_as_it_is(model, change):
    before = weights_of(model)
    changed = operate(model, [change])
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    assert differing(model, changed)
    assert not changed.training


def test_a_weight_is_set(model):
    changed = operate(model, [SetWeight(0, 2, 400, -0.75)])
    assert changed.linears[0].weight[2, 400].item() == -0.75
    assert differing(model, changed) == {"linears.0.weight": 1}


def test_a_bias_is_set_and_shifted(model):
    changed = operate(model, [SetBias(1, 3, 0.5), ShiftBias(1, 3, -0.125)])
    assert changed.linears[1].bias[3].item() == 0.375
    assert differing(model, changed) == {"linears.1.bias": 1}


def test_a_units_weights_are_scaled(model):
    changed = operate(model, [ScaleUnit(1, 2, 2.0)])
    assert torch.equal(changed.linears[1].weight[2], 2 * model.linears[1].weight[2])
    assert differing(model, changed) == {"linears.1.weight": 6}


@pytest.mark.parametrize(("change", "held"), [(SilenceUnit(0, 4), 0.0), (FreezeUnit(0, 4, 0.4), 0.4)])
def test_a_silent_unit_counts_as_0_and_a_frozen_one_as_its_value(model, image, change, held):
    """The rest of the forward pass by hand, with the unit's output replaced."""
    outputs = layer_outputs(model, image[None])[0].output.clone()
    assert abs(outputs[0, 4] - held) > 0.01
    outputs[0, 4] = held
    expected = model.linears[2](torch.tanh(model.linears[1](outputs)))
    torch.testing.assert_close(operate(model, [change])(image[None]), expected, atol=1e-6, rtol=0)


def test_without_a_layer_every_image_gets_the_same_answer(model, image):
    changed = operate(model, [SilenceLayer(1)])
    for shown in (image, 1 - image):
        torch.testing.assert_close(changed(shown[None])[0], model.linears[2].bias)


def test_a_frozen_layer_counts_as_its_values_whatever_is_shown(model, image):
    held = layer_outputs(model, image[None])[0].output[0]
    changed = operate(model, [FreezeLayer(0, tuple(held.tolist()))])
    for shown in (image, 1 - image):
        torch.testing.assert_close(changed(shown[None]), model(image[None]), atol=1e-6, rtol=0)
    one_by_one = operate(model, [FreezeUnit(0, unit, value) for unit, value in enumerate(held.tolist())])
    torch.testing.assert_close(changed.linears[1].bias, one_by_one.linears[1].bias)
    assert not differing(model, changed).keys() - {"linears.1.weight", "linears.1.bias"}


def test_biases_are_set_to_0(model):
    changed = operate(model, [ZeroBiases()])
    assert [linear.bias.abs().sum().item() for linear in changed.linears] == [0, 0, 0]
    assert differing(model, changed) == {f"linears.{layer}.bias": size for layer, size in enumerate((6, 5, 10))}


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.9, 1.0])
def test_the_smallest_weights_of_all_layers_together_are_pruned(model, fraction):
    changed = operate(model, [Prune(fraction)])
    before = torch.cat([linear.weight.flatten() for linear in model.linears]).abs()
    after = torch.cat([linear.weight.flatten() for linear in changed.linears])
    assert int((after == 0).sum()) == round(fraction * len(before))
    if 0 < fraction < 1:
        assert before[after == 0].max() <= before[after != 0].min()
    assert not any(name.endswith("bias") for name in differing(model, changed))


def test_of_weights_of_one_size_only_as_many_are_pruned_as_are_asked_for(model):
    with torch.no_grad():
        for linear in model.linears:
            linear.weight.fill_(-0.5)
    kept = torch.cat([linear.weight.flatten() for linear in operate(model, [Prune(0.25)]).linears]) != 0
    assert kept.tolist() == [False] * round(0.25 * len(kept)) + [True] * (len(kept) - round(0.25 * len(kept)))


def test_noise_has_the_size_that_it_says_and_is_the_same_again(model):
    changed = operate(model, [Noise(0.5, 7)])
    old, new = model.linears[0].weight, changed.linears[0].weight  # 4,704 weights
    assert ((new - old).std() / old.square().mean().sqrt()).item() == pytest.approx(0.5, rel=0.05)
    assert not differing(changed, operate(model, [Noise(0.5, 7)]))
    assert differing(changed, operate(model, [Noise(0.5, 8)]))
    assert not any(name.endswith("bias") for name in differing(model, changed))


def test_a_temperature_divides_the_logits(model, image):
    torch.testing.assert_close(operate(model, [Temperature(2.0)])(image[None]), model(image[None]) / 2)


def test_changes_are_made_one_after_the_other(model):
    changed = operate(model, [SetBias(0, 1, 3.0), ZeroBiases(), ShiftBias(0, 1, 0.5)])
    assert changed.linears[0].bias[1].item() == 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (SetWeight(0, 6, 0, 1.0), "unit is 6; the network has 0 to 5"),
        (SetWeight(1, 0, 6, 1.0), "input is 6; the network has 0 to 5"),
        (SetBias(3, 0, 1.0), "layer is 3; the network has 0 to 2"),
        (SilenceUnit(2, 0), "hidden layer is 2; the network has 0 to 1"),
        (SilenceLayer(2), "hidden layer is 2"),
        (FreezeUnit(0, 6, 1.0), "unit is 6"),
        (FreezeLayer(2, (1.0,)), "hidden layer is 2"),
        (FreezeLayer(1, (1.0,) * 6), "values are 6; the layer has 5 units"),
    ],
)
def test_a_place_that_the_network_does_not_have_is_refused(model, change, words):
    with pytest.raises(SurgeryError, match=words):
        operate(model, [change])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Prune(1.5), "fraction is 1.5"),
        (lambda: Temperature(0), "temperature is 0"),
        (lambda: Noise(0.1, -1), "seed is -1"),
        (lambda: SetBias(0, 0, math.nan), "value is nan"),
        (lambda: SetBias(0, -1, 0.0), "unit is -1"),
        (lambda: SetWeight(0, 0, 0, 1e9), "value is 1000000000.0"),
        (lambda: FreezeLayer(0, ()), "values is .*allowed: 1 to 2,048 numbers"),
        (lambda: FreezeLayer(0, (0.0,) * 2049), "values is"),
        (lambda: FreezeLayer(0, (0.0, math.inf)), "values is"),
        (lambda: FreezeLayer(0, 1.0), "values is"),
    ],
)
def test_a_value_out_of_range_is_refused(make, words):
    with pytest.raises(SurgeryError, match=words):
        make()


def test_changes_survive_being_sent():
    assert from_json(to_json(ONE_OF_EACH)) == ONE_OF_EACH
    assert from_json("[]") == ()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "{}", "[1]", '[{"kind": "explode"}]', '[{"kind": ["set_bias"]}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3, "value": 0.5, "more": 1}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3.0, "value": 0.5}]',
        '[{"kind": "set_bias", "layer": 0, "unit": true, "value": 0.5}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3, "value": "0.5"}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3, "value": NaN}]',
        '[{"kind": "set_bias", "layer": 0, "unit": 3, "value": 1e99}]',
        '[{"kind": "prune", "fraction": 2}]', "[" * 100_000, json.dumps([{"kind": "zero_biases"}] * 201),
    ],
)  # fmt: skip
def test_what_is_no_list_of_changes_is_refused(text):
    with pytest.raises(SurgeryError):
        from_json(text)


@given(
    listed=strategies.lists(
        strategies.tuples(strategies.sampled_from(ONE_OF_EACH), strategies.dictionaries(TEXTS, JSON, max_size=2), JSON),
        max_size=4,
    )
)
def test_whatever_is_pasted_is_a_list_of_changes_that_can_be_made_or_refused(listed):
    network = MLP(ModelConfig((5, 4)), seed=1)
    entries = []
    for change, more, value in listed:
        entry = {"kind": change.kind, **asdict(change), **more}
        if entry.keys() - {"kind"}:
            entry[sorted(entry.keys() - {"kind"})[0]] = value
        entries.append(entry)
    changes, refusal = tried(SurgeryError, lambda: from_json(json.dumps(entries)))
    if refusal is None:
        tried(SurgeryError, operate, network, changes)
        assert from_json(to_json(changes)) == changes


@given(text=TEXTS)
def test_any_text_is_a_list_of_changes_or_refused(text):
    changes, refusal = tried(SurgeryError, from_json, text)
    assert refusal or isinstance(changes, tuple)


def test_text_that_is_too_long_is_not_parsed(monkeypatch):
    monkeypatch.setattr(surgery, "LONGEST_JSON", 10)
    with pytest.raises(SurgeryError, match="characters"):
        from_json(to_json([ZeroBiases()]))
