""" "I don't know": both numbers at a threshold, and the threshold that is needed, against counting."""

from __future__ import annotations

import pytest
import torch

from nnlab import evaluation, reader
from nnlab.config import ModelConfig
from nnlab.inspection.failures import answering
from nnlab.model import MLP
from nnlab.ui import keys
from nnlab.ui.inspect import unsure
from nnlab.ui.numbers import percent
from nnlab.ui.text import strings
from tests.ui.drawing import words


def confident(tested_digits) -> tuple[torch.Tensor, torch.Tensor]:
    """How sure the bundled network is of each test image, and whether it is right."""
    images, labels = tested_digits()
    confidence, predicted = reader.bundled().predict_proba(evaluation.to_float(images)).max(1)
    return confidence, predicted == labels


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("threshold", [unsure.USUAL, 0.0, 0.9999])
def test_both_numbers_are_counted(opened, tested_digits, language, threshold):
    page = opened("unsure", language)
    page.select_slider(key=keys.Inspect.THRESHOLD).set_value(threshold).run()
    assert not page.exception
    confidence, is_right = confident(tested_digits)
    answered, right = int((confidence >= threshold).sum()), int(is_right[confidence >= threshold].sum())
    assert 0 < answered <= 100
    assert [metric.value for metric in page.metric] == [percent(answered / 100), percent(right / answered, 2)]
    told = strings(language)["failures.unsure_counts"].format(
        answered=answered, total=100, right=right, wrong=answered - right, silent=100 - answered
    )
    assert told in words(page)


def test_the_chosen_image_is_answered_or_not(opened):
    page = opened("unsure")
    beginning = strings("en")["failures.says"].split(":")[0]
    assert beginning in words(page)
    page.select_slider(key=keys.Inspect.THRESHOLD).set_value(0.0).run()
    assert beginning in words(page)


def test_an_untaught_network_knows_nothing_at_a_high_threshold(opened, use):
    use(MLP(ModelConfig((), initialization="zeros")), "unsure-zeros")
    page = opened("unsure")
    assert [metric.value for metric in page.metric] == ["0.0%", strings("en")["common.unknown"]]
    assert strings("en")["failures.says_nothing"].split(":")[0] in words(page)
    assert f"| 99.0% | {strings('en')['failures.target_never']} | 0 |" in words(page)


def test_the_threshold_that_is_needed_and_the_curve(opened, drawn, tested_digits):
    page = opened("unsure")
    images, labels = tested_digits()
    found = answering(reader.bundled().predict_proba(evaluation.to_float(images)), labels)
    threshold = found.threshold_for(0.99)
    assert f"| 99.0% | {unsure._sure(threshold)} | {found.at(threshold)[0]} |" in words(page)
    coverage, accuracy = drawn["inspect.trade_off"][1].values()
    assert (coverage, accuracy) == tuple(part.tolist() for part in found.curve())
    point = drawn["inspect.trade_off"][0]["data"][1]
    answered, right = found.at(unsure.USUAL)
    assert (point["x"], point["y"]) == ([answered / 100], [right / answered])


@pytest.mark.parametrize(
    ("threshold", "words"),
    [(0.0, "0%"), (0.153, "15.3%"), (0.5, "50%"), (0.9, "90%"), (0.95, "95%"), (0.995, "99.5%"), (0.9995, "99.95%"),
     (0.992892, "99.28%"), (0.99998768, "99.9987%"), (1.0, "100%")],
)  # fmt: skip
def test_a_threshold_is_written_with_what_is_left_to_certainty(threshold, words):
    assert unsure._sure(threshold) == words
