"""The report: one page that opens anywhere, says what was measured, and never runs a stranger's words."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from PIL import Image

from nnlab.config import ModelConfig
from nnlab.evaluation import score
from nnlab.export.drawn import MOST_POINTS, Line, chart, thinned, ticks
from nnlab.export.report import report
from nnlab.export.table import Row
from nnlab.export.tested import MISTAKES_SHOWN, examine
from nnlab.export.words import LANGUAGES, class_names, words
from nnlab.records import RateChange
from nnlab.sources.own import OwnScore
from nnlab.ui.numbers import percent, probability_percent
from tests.nnlab.export.made import changed, made

HOSTILE = '</title><script>alert(1)</script><img src=x onerror=alert(1)> & "quoted"'
HISTORY = [
    Row(4, 1.0, 100, 2.0, test_loss=1.8, test_accuracy=0.4, test_images=200),
    Row(8, 2.0, 100, float("nan"), test_loss=1.5, test_accuracy=0.6, test_images=200),
]


class Page(HTMLParser):
    """The elements of a page, their attributes, and its words."""

    def __init__(self, html: str):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def tested(tiny_digits):
    return examine(made().model, tiny_digits.test_images, tiny_digits.test_labels, "mnist")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_needs_nothing_from_elsewhere(tested, language):
    html = report(made(name=HOSTILE, note=HOSTILE, history=HISTORY), tested, language)
    page = Page(html)
    assert {name for name, _ in page.elements} & {"script", "link", "iframe", "object", "base", "form"} == set()
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert re.findall(r"(?:https?:)?//\w", re.sub(r"base64,[^\"]*", "", html)) == []
    assert page.words.count(HOSTILE) == 3  # title, heading, note: as they were written
    assert page.all("html") == [{"lang": language}]
    assert ":is(tr, .scroll) { break-inside: avoid; }" in html.partition("@media print")[2]  # no table is cut in two


def test_what_was_measured_is_there(tested, tiny_digits):
    loss, accuracy = score(made().model, tiny_digits.test_images, tiny_digits.test_labels)
    html = report(made(history=HISTORY, facts={"versions": {"torch": "9.9"}}), tested, day=date(2026, 11, 29))
    words_there = " ".join(Page(html).words)
    assert f"{100 * accuracy:.2f}% of 200 test images of MNIST, mean loss {loss:.4f} nats" in words_there
    assert "784-6-10" in words_there
    assert "Made by nnlab on 2026-11-29" in words_there
    assert "9.9" in words_there
    assert html.count("<svg") == 2
    assert html.count('<table class="confusion"') == 1


def test_the_confusion_matrix_and_the_mistakes_are_those_of_the_network(tested, tiny_digits):
    answers = made().model.predict_proba(tiny_digits.test_images / 255).argmax(1)
    wrong = int((answers != tiny_digits.test_labels).sum())
    assert sum(map(sum, tested.matrix)) == tested.count == 200
    assert sum(tested.matrix[digit][digit] for digit in range(10)) == 200 - wrong
    assert tested.matrix[3][int(answers[3])] >= 1
    assert len(tested.mistakes) == min(wrong, MISTAKES_SHOWN)
    page = Page(report(made(), tested))
    first, image = tested.mistakes[0]
    content = base64.b64decode(page.all("img")[0]["src"].partition(",")[2])
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), 255 - image)  # ink is dark on paper
    assert torch.equal(torch.from_numpy(image), tiny_digits.test_images[first.index])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_is_not_called_the_whole(tested, language):
    """Of 40,000 images one is wrong, and of that one the network was as sure as float32 can say: as the app has it."""
    (first, image), accuracy = tested.mistakes[0], 39_999 / 40_000
    sure = replace(tested, count=40_000, accuracy=accuracy, mistakes=[(first._replace(probability=1.0), image)])
    there = " ".join(Page(report(made(), sure, language)).words)
    assert percent(accuracy, 2) in there
    assert probability_percent(1.0) in there
    assert "100.0" not in there
    assert "100.00%" in " ".join(Page(report(made(), replace(tested, accuracy=1.0, mistakes=[]), language)).words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_digits_are_counted_apart_from_the_test_set(tested, language):
    said = words(language)
    html = report(made(has_own_digits=True, own_score=OwnScore(8, 9, 3, 12, 5)), tested, language)
    assert said["own_digits"] in html
    assert f"<tr><th>{said['own_trained']}</th><td>9 / 12</td></tr>" in html
    assert f"<tr><th>{said['own_held_out']}</th><td>3 / 5</td></tr>" in html
    assert said["own_held_out"] not in report(made(own_score=OwnScore(8, 9, 0, 12, 0)), tested, language)
    for nobody_knows in (None, OwnScore(8, 9, 3)):
        assert said["own_read"] not in report(made(own_score=nobody_knows), tested, language)


def test_what_is_not_known_is_said():
    said = words("en")
    html = report(made(train=None))
    for key in ("unknown_training", "not_tested", "no_history"):
        assert said[key] in html
    assert "<svg" not in html
    stopped = report(made(step=3, rate_changes=[RateChange(2, 0.5)], began_trained=True))
    assert "3 of 8" in stopped
    assert "to 0.5 after step 2" in stopped
    assert said["trained_before"] in stopped


def test_every_setting_has_its_row():
    html = report(made(train=changed(augmentation=True)))
    for key in ("optimizer", "learning_rate", "schedule", "batch_size", "seed", "dropout", "augmentation"):
        assert f"<th>{words('en')[key]}</th>" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_have_the_names_that_the_pages_give_them(language):
    """No stranger knows them by the words of the code; a number stands there in full."""
    config = ModelConfig((6,), "leaky_relu", "small_normal", input_normalization="standard")
    train = changed(optimizer="nesterov", schedule="one_cycle", learning_rate=0.0123456789, seed=123456789)
    html, said = report(made(config, train), language=language), words(language)
    names = ("activation_leaky_relu", "initialization_small_normal", "optimizer_nesterov", "schedule_one_cycle")
    for value in (*(said[name] for name in names), "0.0123456789", "123456789", "0"):
        assert f"<td>{value}</td>" in html
    assert f"<td>{said['input_normalization_standard']} (0.1307, 0.3081)</td>" in html
    assert "_" not in re.sub('<style>.*</style>|base64,[^"]*', "", html, flags=re.DOTALL)


def test_a_curve_runs_through_its_points():
    svg = chart([Line("loss", "#000", [(0, 0.0), (1, 1.0), (2, 2.0)])], "epoch", "a < b")
    assert "a &lt; b" in svg
    points = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]*)"', svg).group(1).split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert (x1 - x0, y0 - y1) == pytest.approx((x2 - x1, y1 - y2), abs=0.2)
    assert x0 < x1
    assert y0 > y1  # down the page is less


def test_a_long_curve_is_thinned_by_its_means():
    thin = thinned([(step, step % 2) for step in range(10 * MOST_POINTS)])
    assert len(thin) == MOST_POINTS
    assert {y for _, y in thin} == {0.5}
    assert ticks(0.03) == [0.0, 0.01, 0.02, 0.03]


@pytest.mark.parametrize("language", LANGUAGES)
def test_clothes_are_called_by_their_names(tested, language):
    of_clothes = replace(tested, source="fashion")
    html = report(made(data_source="fashion"), of_clothes, language)
    names = class_names("fashion", language)
    heads = re.findall(r'<th scope="(?:col|row)">(?:<span>)?(.*?)(?:</span>)?</th>', html)
    assert heads == names * 2
    first, _ = tested.mistakes[0]
    captions = re.findall("<figcaption>(.*?)</figcaption>", html)
    assert names[first.label] in captions[0]
    assert names[first.predicted] in captions[0]
    assert words(language)["heading_fashion"] in html
