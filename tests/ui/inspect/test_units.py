"""The section on a unit's arithmetic: what is shown adds up, is the network's own, and leads on to other units."""

import re

import numpy as np
import pytest
import torch

from nnlab import reader
from nnlab.config import ModelConfig
from nnlab.inspection import units
from nnlab.model import MLP
from nnlab.ui import digits, saving
from nnlab.ui.images import paper_and_ink
from nnlab.ui.inspect.excitement import contact_sheet
from nnlab.ui.inspect.unit_table import arithmetic_table
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.networks import run_of


def numbers_in(html: str) -> list[list[float]]:
    """The numbers of each row of a table, without what stands in its first column."""
    rows = re.findall(r"<tr>(.*?)</tr>", html.split("<tbody>")[1])
    cells = [re.findall(r"<td>(?:<b>)?(.*?)(?:</b>)?</td>", row)[1:] for row in rows]
    return [[float(cell.replace("−", "-")) for cell in row if cell] for row in cells]


def opened(open_page, monkeypatch, **query):
    job, model = run_of(monkeypatch)
    page = open_page("inspect", section="units", **query)
    page.selectbox(key="inspect.network").set_value(job.id).run()
    assert not page.exception
    return page, model, torch.from_numpy(digits.load_test_set(job.data_source)[0][0]) / 255


@pytest.mark.parametrize(("layer", "unit"), [(0, 3), (1, 7), (2, 9)])
def test_the_rows_add_up_to_what_the_network_computes(open_page, monkeypatch, layer, unit):
    files = {}
    monkeypatch.setattr(saving, "offer_table", lambda table, name, key: files.update({key: table}))
    page, model, image = opened(open_page, monkeypatch)
    page.segmented_control(key="inspect.layer").set_value(layer).run()
    if layer == 2:
        page.text_input(key="inspect.logit.typed").set_value(f"{unit}").run()
    else:
        page.text_input(key="inspect.unit.typed").set_value(f"{unit + 1}").run()
    table = next(element.proto.body for element in page.get("html") if "nnlab-terms" in element.proto.body)
    *parts, total = [row[-1] for row in numbers_in(table)]
    assert round(sum(parts), 3) == total
    own = units.layer_now(model, image, layer).pre_activation[unit].item()
    assert total == pytest.approx(own, abs=0.00051)
    taken = files["inspect.terms"]
    assert len({len(column) for column in taken.values()}) == 1
    assert sum(taken["product"]) == pytest.approx(own, abs=1e-5)  # the bias is there as well


@pytest.mark.parametrize("layer", [0, 1])
def test_a_pixels_value_is_explained_where_pixels_are_the_inputs(open_page, monkeypatch, layer):
    page, model, _ = opened(open_page, monkeypatch, layer=str(layer + 1))
    values = paper_and_ink(model.config.input_normalization)
    assert (strings("en")["inspect.pixels_rescaled"].format(**values) in words(page)) is (layer == 0)


def test_the_address_names_the_unit_and_a_wrong_one_is_ignored(open_page, monkeypatch):
    page, *_ = opened(open_page, monkeypatch, layer="2", unit="7")
    assert (page.query_params["layer"], page.query_params["neuron"]) == ("2", "7")
    page = open_page("inspect", section="units", layer="99", unit="-1")
    assert not page.exception
    model, image = reader.bundled().model, torch.from_numpy(digits.load_test_set(digits.source_here())[0][0]) / 255
    digit = int(model(image[None]).argmax())
    largest = max(range(1024), key=lambda unit: float(units.part_in_logits(model, image, 0, unit)[digit]))
    assert (page.query_params["layer"], page.query_params["neuron"]) == ("1", str(largest + 1))
    assert strings("en")["inspect.opened_on"] in words(page)
    page.text_input(key="inspect.unit.typed").set_value(str(largest + 2 if largest < 1023 else 1)).run()
    assert strings("en")["inspect.opened_on"] not in words(page)


def test_a_unit_before_and_one_after_are_a_click_away(open_page, monkeypatch):
    page, model, image = opened(open_page, monkeypatch, layer="2", unit="4")
    found = units.arithmetic(model, image, 1, 3)
    strongest = found.largest(1)[0]
    page.pills(key="inspect.before").set_value(strongest).run()
    assert (page.query_params["layer"], page.query_params["neuron"]) == ("1", str(strongest + 1))
    assert page.pills(key="inspect.after").value is None
    page.pills(key="inspect.after").set_value(2).run()
    assert not page.exception
    assert (page.query_params["layer"], page.query_params["neuron"]) == ("2", "3")


def test_a_silent_unit_says_that_it_adds_nothing(open_page):
    page = open_page("inspect", section="units")
    model, image = reader.bundled().model, torch.from_numpy(digits.load_test_set(digits.source_here())[0][0]) / 255
    silent = int((units.layer_now(model, image, 0).output == 0).nonzero()[0])
    page.text_input(key="inspect.unit.typed").set_value(str(silent + 1)).run()
    assert not page.exception
    assert strings("en")["inspect.part_none"] in words(page)
    strongest = int(model.linears[1].weight[:, silent].abs().argmax())
    assert page.pills(key="inspect.after").proto.options[0].content.startswith(f"{strongest + 1} (")


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_products_that_are_all_0_are_not_listed_one_by_one(open_page, use, weight):
    model = MLP(ModelConfig((4, 3)), seed=1)
    for linear in model.linears[1:]:
        torch.nn.init.constant_(linear.weight, weight)
        torch.nn.init.ones_(linear.bias)  # so that the output is not 0
    use(model, f"weights-{weight}")
    page = open_page("inspect", section="units", layer="2", unit="1")
    assert not page.exception
    for way in ("before", "after"):
        pills = page.pills(key=f"inspect.{way}")
        assert (strings("en")[f"inspect.{way}_ways_none"].split("{layer}")[1] in pills.label) == (weight == 0)
        assert all(("(" in option.content) == (weight != 0) for option in pills.proto.options)


def test_a_network_with_fewer_layers_shows_one_that_it_has(open_page, monkeypatch):
    page, *_ = opened(open_page, monkeypatch)
    smaller = page.selectbox(key="inspect.network").value
    page.selectbox(key="inspect.network").set_value("bundled").run()
    page.segmented_control(key="inspect.layer").set_value(3).run()
    page.text_input(key="inspect.logit.typed").set_value("8").run()
    assert page.query_params["neuron"] == "8"
    page.selectbox(key="inspect.network").set_value(smaller).run()
    assert not page.exception
    assert page.query_params["layer"] == "3"


def test_what_excites_and_what_it_does_here_is_the_networks(open_page, monkeypatch):
    page, model, image = opened(open_page, monkeypatch, layer="2", unit="4")
    found = units.arithmetic(model, image, 1, 3)
    images = torch.from_numpy(digits.load_test_set(digits.source_here())[0])
    known = units.excitement(model, images, 1)
    text = words(page).replace("−", "-")
    assert f"z is {found.total:.2f}. Over the {len(images):,} test images" in text
    assert f"it is {known.mean[3]:.2f} on average, and above 0 for {known.positive[3]:.1%}" in text
    assert f"from {known.totals[0, 3]:.2f} down to {known.totals[-1, 3]:.2f}" in text
    read = int(model(image[None]).argmax())
    part = units.part_in_logits(model, image, 1, 3)[read]
    assert f"**{part:+.3f}**" in text


def test_a_table_says_how_many_are_left_out():
    found = units.Arithmetic(torch.tensor([1.0, -2.0, 0.5]), torch.tensor([0.3333, 0.3333, 0.3333]), 0.1, 0.0, 0.0, 1.0)
    total = float(found.products.sum()) + found.bias
    html = arithmetic_table(units.Arithmetic(found.inputs, found.weights, 0.1, total, total, 1.0), ["first"])
    assert [row[-1] for row in numbers_in(html)] == pytest.approx([-0.667, 0.5, 0.1, -0.067], abs=0.0011)
    *parts, shown = [row[-1] for row in numbers_in(html)]
    assert round(sum(parts), 3) == shown


def test_a_contact_sheet_has_every_pixel_of_its_images():
    images = np.arange(1, 6, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    sheet = contact_sheet(images, 3)
    assert sheet.shape == (57, 86)
    assert sheet[:28, 29:57].min() == sheet[:28, 29:57].max() == 2
    assert sheet[29:, 29:57].min() == 5
    assert sheet[29:, 58:].max() == 0
