"""Damage on purpose: the damaged image, its answer and the accuracies, against the core."""

from __future__ import annotations

import pytest
import torch

from nnlab import evaluation, reader
from nnlab.config import ModelConfig
from nnlab.inspection.damage import DAMAGES
from nnlab.model import MLP
from nnlab.ui import keys
from nnlab.ui.answers import digit_of
from nnlab.ui.inspect import damage
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import fill, strings
from tests.ui.drawing import words


def test_every_damage_of_the_core_can_be_chosen():
    assert set(damage.NAMES) == set(damage.UNITS) == set(DAMAGES)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", damage.NAMES)
def test_the_damaged_image_is_read_and_the_curve_is_the_accuracy_at_each_strength(
    opened, drawn, tested_digits, language, name
):
    page = opened("damage", language)
    page.segmented_control(key=keys.Inspect.DAMAGE).set_value(name).run()
    strength = DAMAGES[name].strengths[-1]
    page.select_slider(key=keys.Inspect.strength(name)).set_value(strength).run()
    assert not page.exception
    images, labels = tested_digits()
    pixels, network = evaluation.to_float(images), reader.bundled()
    expected = [
        (network.predict_proba(DAMAGES[name].apply(pixels, strength)).argmax(1) == labels).float().mean().item()
        for strength in DAMAGES[name].strengths
    ]
    figure, table = drawn["inspect.damage_curve"]
    strengths, accuracies = table.values()
    assert strengths == DAMAGES[name].strengths
    assert accuracies == expected
    assert figure["layout"]["shapes"][0]["x0"] == strength
    assert expected[-1] < max(expected)
    text = strings(language)
    whole = expected[strengths.index(DAMAGES[name].none)]
    told = fill(
        text["failures.damage_accuracy"], now=percent(expected[-1]), whole=percent(whole), count=100, total=100,
        data=text["common.source_builtin"],
    )  # fmt: skip
    assert told in words(page)
    probabilities = network.predict_proba(DAMAGES[name].apply(pixels[:1], strength))[0].tolist()
    digit = digit_of(probabilities)
    reads = fill(text["inspect.reads"], digit=digit, probability=probability_percent(probabilities[digit]))
    before = digit_of(network.predict_proba(pixels[:1])[0].tolist())
    key = "failures.stands" if digit == before else "failures.flipped"
    assert f"{reads} {fill(text[key], before=before)}" in words(page)


@pytest.mark.parametrize("hidden", [(), (7,)])
def test_another_network_is_compared_with_the_bundled_one(opened, use, drawn, tested_digits, hidden):
    model = MLP(ModelConfig(hidden), seed=1)
    use(model, f"damage-{hidden}")
    opened("damage")
    images, labels = tested_digits()
    figure, table = drawn["inspect.damage_curve"]
    own, bundled = list(table.values())[1:]
    upright = DAMAGES["turn"].strengths.index(0)
    for network, accuracies in ((model, own), (reader.bundled(), bundled)):
        right = network.predict_proba(evaluation.to_float(images)).argmax(1) == labels
        assert accuracies[upright] == right.float().mean().item()
    assert [line["line"]["dash"] for line in figure["data"]] == ["solid", "dash"]


def test_an_answer_that_damage_changes_is_said_to_have_changed(opened, use):
    """A network that calls 3 what has ink in one corner, and 0 all else: a shift brings the ink there."""
    model = MLP(ModelConfig((), initialization="zeros", input_normalization="none"))
    with torch.no_grad():
        model.linears[0].weight[3].view(28, 28)[:, 26:] = 9
    use(model, "damage-corner")
    page = opened("damage")
    assert strings("en")["failures.stands"] in words(page)
    page.segmented_control(key=keys.Inspect.DAMAGE).set_value("shift").run()
    page.select_slider(key=keys.Inspect.strength("shift")).set_value(10).run()
    assert strings("en")["failures.flipped"].format(before=0) in words(page)
