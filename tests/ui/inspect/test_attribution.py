"""The section on attribution: its maps and sums are the core's, on one scale; changes are read as what was wanted."""

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.inspection import attribution as core
from nnlab.inspection.evidence import saliency
from nnlab.inspection.preferences import smallest_change
from nnlab.model import MLP
from nnlab.ui import charts, digits
from nnlab.ui.numbers import fixed
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in


@pytest.fixture
def model(monkeypatch):
    return stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))


@pytest.fixture
def image(mnist_folder):
    return torch.from_numpy(mnist_folder["t10k-images-idx3-ubyte"][0].copy()) / 255


@pytest.fixture
def maps(monkeypatch):
    """The figures of all pictures of signed pixels, in their order."""
    drawn, draw = [], charts.pixel_map

    def spy(*given, **options):
        drawn.append(draw(*given, **options))
        return drawn[-1]

    monkeypatch.setattr(charts, "pixel_map", spy)
    return drawn


def test_three_maps_on_one_scale_with_the_sums_that_are_promised(open_page, model, image, maps):
    page = open_page("inspect", section="attribution")
    answer = int(model(image[None]).argmax())
    expected = [
        saliency(model, image, answer),
        core.integrated_gradients(model, image, answer),
        core.occlusion(model, image, answer) / 16,
    ]
    for figure, values in zip(maps[-3:], expected, strict=True):
        assert figure["data"][0]["z"].flatten().tolist() == pytest.approx(values.flatten().tolist(), abs=1e-6)
    scales = {(figure["data"][0]["zmin"], figure["data"][0]["zmax"]) for figure in maps[-3:]}
    largest = max(float(values.abs().max()) for values in expected)
    assert list(scales) == [pytest.approx((-largest, largest))]
    whole = core.difference(model, image, answer)
    row = f"| Integrated gradients | {fixed(float(expected[1].sum()), 3)} | {fixed(whole, 3)} |"
    assert row in words(page)
    assert float(expected[1].sum()) == pytest.approx(whole, abs=0.005)


def test_other_images_in_the_place_of_the_first_are_explained_anew(open_page, model, maps, monkeypatch):
    page = open_page("inspect", section="attribution")
    images, labels = (part[::-1].copy() for part in digits.load_test_set("mnist"))
    monkeypatch.setattr(digits, "load_test_set", lambda _source: (images, labels))
    page.run()
    assert not page.exception
    image = torch.from_numpy(images[0]) / 255
    expected = saliency(model, image, int(model(image[None]).argmax()))
    assert maps[-3]["data"][0]["z"].flatten().tolist() == pytest.approx(expected.flatten().tolist(), abs=1e-6)


def test_another_class_a_rival_and_a_baseline_change_what_is_explained(open_page, model, image, maps):
    page = open_page("inspect", section="attribution")
    answer = int(model(image[None]).argmax())
    other, rival = [digit for digit in range(10) if digit != answer][:2]
    page.selectbox(key=f"inspect.explained_{answer}").set_value(other).run()
    page.selectbox(key=f"inspect.rival_{other}").set_value(rival).run()
    page.selectbox(key="inspect.baseline").set_value(core.GREY).run()
    page.slider(key="inspect.patch").set_value(7).run()
    assert not page.exception
    found = [figure["data"][0]["z"].flatten().tolist() for figure in maps[-3:]]
    expected = core.integrated_gradients(model, image, other, rival, core.GREY)
    assert found[1] == pytest.approx(expected.flatten().tolist(), abs=1e-6)
    expected = core.occlusion(model, image, other, rival, 7, core.GREY) / 49
    assert found[2] == pytest.approx(expected.flatten().tolist(), abs=1e-6)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_would_make_it_another_digit(open_page, mnist_folder, model, image, maps, language):
    page = open_page("inspect", language, section="attribution")
    page.segmented_control(key="inspect.attribution_view").set_value("change").run()
    answer = int(model(image[None]).argmax())
    wanted = next(digit for digit in range(9, 0, -1) if digit not in (answer, 8))
    page.pills(key=f"inspect.wanted_{answer}").set_value(wanted).run()
    assert not page.exception
    labels = mnist_folder["t10k-labels-idx1-ubyte"]
    examples = torch.from_numpy(mnist_folder["t10k-images-idx3-ubyte"][labels == wanted]) / 255
    nearest_first = (examples - image).flatten(1).norm(dim=1).argsort(stable=True)
    change = smallest_change(model, image, wanted, examples[nearest_first])
    assert maps[-1]["data"][0]["z"].flatten().tolist() == pytest.approx(
        (change.image - image).flatten().tolist(), abs=1e-6
    )
    assert fixed(change.distance, 2) in words(page)


def test_a_change_is_searched_from_the_test_images_of_the_wanted_digit_as_well(open_page, mnist_folder, monkeypatch):
    """The only hidden neuron is silent at the first test image: no slope leads from there to a 5, but an image of 5."""
    images = mnist_folder["t10k-images-idx3-ubyte"].reshape(10, -1) / 255
    pixel = int((images[5] - images[0]).argmax())
    middle = float(images[5, pixel] + images[0, pixel]) / 2
    model = stand_in(monkeypatch, MLP(ModelConfig((1,), "relu", input_normalization="none")))
    with torch.no_grad():
        for linear in model.linears:
            linear.weight.zero_()
            linear.bias.zero_()
        model.linears[0].weight[0, pixel], model.linears[0].bias[0] = 1, -middle
        model.linears[1].weight[5, 0], model.linears[1].bias[2] = 1000, 1
    page = open_page("inspect", section="attribution")
    page.segmented_control(key="inspect.attribution_view").set_value("change").run()
    page.pills(key="inspect.wanted_2").set_value(5).run()
    assert not page.exception
    assert not page.warning
    assert "The network now reads **5**" in words(page)


def test_what_cannot_be_reached_is_said(open_page, monkeypatch):
    model = stand_in(monkeypatch, MLP(CONFIGS["none"]))
    with torch.no_grad():
        model.linears[0].weight.zero_()
        model.linears[0].bias.zero_()
        model.linears[0].bias[2] = 1.0
        model.linears[0].bias[8] = 0.5  # the likeliest after it, which is asked for first
    page = open_page("inspect", section="attribution")
    page.segmented_control(key="inspect.attribution_view").set_value("change").run()
    assert page.warning[0].value == strings("en")["attribution.not_found"].format(target=8)


def test_the_favourites_of_a_hidden_layer_begin_where_the_visitor_says(open_page, model):
    page = open_page("inspect", section="attribution")
    page.segmented_control(key="inspect.attribution_view").set_value("favourite").run()
    assert "**Class 9**" in words(page)
    page.selectbox(key="inspect.favourites_layer").set_value(0).run()
    page.text_input(key="inspect.first_favourite.typed").set_value("3").run()
    assert not page.exception
    shown = [f"**Neuron {number}**" in words(page) for number in range(1, 13)]
    assert shown == [False] * 2 + [True] * 10
    page.selectbox(key="inspect.favourites_layer").set_value(2).run()
    assert all(f"**Class {digit}**" in words(page) for digit in range(10))
