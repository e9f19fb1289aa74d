"""The Inspect page's frame: which network is looked at, and for which image."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from nnlab.ui import collection, digits
from nnlab.ui.inspect.page import SECTIONS
from nnlab.ui.saving import to_csv
from nnlab.ui.text import strings
from tests.ui.conftest import ROOT
from tests.ui.drawing import SEVEN, sent, words
from tests.ui.inspect.networks import run_of


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_from_an_address(open_page, section, language):
    page = open_page("inspect", language, section=section)
    assert not page.exception
    assert page.segmented_control(key="inspect.section").value == section
    assert page.selectbox(key="inspect.network").value == "bundled"
    assert strings(language)["inspect.reads"].split("**")[0] in words(page)


def test_a_test_image_is_chosen_by_its_number(open_page):
    page = open_page("inspect", section="surgery")
    label = int(digits.load_test_set(digits.source_here())[1][41])
    page.text_input(key="inspect.test_number.typed").set_value("42").run()
    assert not page.exception
    assert strings("en")["draw.right"].format(truth=label) in words(page)


def test_what_was_drawn_on_the_draw_page_is_looked_at_here(open_page):
    page = open_page("inspect", section="surgery")
    page.session_state["draw.drawing"] = {**sent(SEVEN)["drawing"], "canvas": "draw"}
    page.segmented_control(key="inspect.image").set_value("drawing").run()
    assert not page.exception
    assert strings("en")["inspect.from_draw"] in words(page)
    assert "reads **7**" in words(page)


def test_a_digit_of_the_gallery_is_looked_at_with_what_was_meant(open_page):
    page = open_page("inspect", section="surgery")
    page.segmented_control(key="inspect.image").set_value("gallery").run()
    assert strings("en")["inspect.gallery_empty"] in words(page)
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:16] = 255  # a 1
    older = collection.KeptDigit(image.T.copy(), 3, 3, 0.5)
    page.session_state["own_digits"] = (older, collection.KeptDigit(image, 4, 1, 0.9))
    page.run()
    assert not page.exception
    assert "reads **1**" in words(page)
    assert strings("en")["draw.wrong"].format(truth=4) in words(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_run_that_diverged_says_so_and_one_without_weights_too(open_page, monkeypatch, section):
    for weights, key in (("nan", "common.not_a_number"), ("none", "common.no_weights")):
        job, _ = run_of(monkeypatch, weights=weights)
        page = open_page("inspect", section=section)
        page.selectbox(key="inspect.network").set_value(job.id).run()
        assert not page.exception
        assert strings("en")[key] in words(page)
        assert "reads **" not in words(page)


def test_a_runs_own_network_answers(open_page, monkeypatch):
    job, model = run_of(monkeypatch)
    page = open_page("inspect", section="units")
    page.selectbox(key="inspect.network").set_value(job.id).run()
    assert not page.exception
    image = torch.from_numpy(digits.load_test_set(job.data_source)[0][0]) / 255
    read = int(model(image[None]).argmax())
    assert f"reads **{read}**" in words(page)
    assert f"{len(model.linears[0].bias)}" in page.segmented_control(key="inspect.layer").proto.options[0].content


def test_the_page_is_there_before_torch():
    program = "import sys, nnlab.ui.inspect.page; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_table_holds_all_digits_of_its_numbers():
    content = to_csv({"digit": [0, 1], "가중치": [0.1 + 0.2, -1e-17]})
    assert content.startswith(b"\xef\xbb\xbf")
    rows = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    assert rows == [["digit", "가중치"], ["0", "0.30000000000000004"], ["1", "-1e-17"]]
    with pytest.raises(ValueError, match=re.escape("zip()")):
        to_csv({"a": [1], "b": [1, 2]})
