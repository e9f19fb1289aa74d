"""The section on gradients: the chain from p - y on, sizes as the core has them, and a check that can fail."""

import pytest
import torch

from nnlab.inspection import gradients as core
from nnlab.model import MLP
from nnlab.ui.inspect import gradients
from nnlab.ui.numbers import significant
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in
from tests.ui.inspect.test_layers import panels  # noqa: F401 - a fixture


@pytest.fixture
def model(monkeypatch):
    return stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))


def first_image(mnist_folder):
    return torch.from_numpy(mnist_folder["t10k-images-idx3-ubyte"][0].copy()) / 255


def test_the_chain_begins_with_p_minus_y_and_ends_at_the_first_layer(open_page, model, mnist_folder, panels):  # noqa: F811
    page = open_page("inspect", section="gradients")
    image, label = first_image(mnist_folder), int(mnist_folder["t10k-labels-idx1-ubyte"][0])
    menu = page.selectbox(key="inspect.target_test-mnist-1")
    assert menu.value == label
    menu.set_value(4).run()
    assert not page.exception
    expected = model(image[None]).softmax(1)[0].detach()
    expected[4] -= 1
    assert panels[-1][0].numbers.tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert [len(panel.numbers) for panel in panels[-1]] == [10, 8, 12]
    found = core.exact_gradients(model, image, 4)
    assert panels[-1][2].numbers.tolist() == found[0].pre_activation[0].tolist()


def test_the_table_of_sizes_is_the_core_s(open_page, model, mnist_folder):
    page = open_page("inspect", section="gradients")
    page.segmented_control(key="inspect.gradients_view").set_value("sizes").run()
    label = int(mnist_folder["t10k-labels-idx1-ubyte"][0])
    for layer, gradient in enumerate(core.exact_gradients(model, first_image(mnist_folder), label)):
        name = ["1", "2", "Output"][layer]
        cells = [significant(size).replace(" ", "\u00a0") for size in core.size_of(gradient)]
        assert f"| {name} | " + " | ".join(cells) + " |" in words(page)


def test_nothing_is_checked_before_the_button_is_pressed_and_then_it_stays(open_page, model):
    page = open_page("inspect", section="gradients")
    page.segmented_control(key="inspect.gradients_view").set_value("check").run()
    assert not page.success
    page.button(key="inspect.check").click().run()
    assert page.success
    page.run()
    assert page.success
    page.session_state["inspect.test_number"] = 2
    page.run()
    assert not page.success


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_check_that_fails_says_so(open_page, monkeypatch, language):
    stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=9))  # whose check is not kept yet
    wrong = core.LayerCheck(torch.zeros(1, 2, dtype=torch.int64), torch.tensor([1.0]), torch.tensor([1.25]))
    monkeypatch.setattr(gradients, "check_gradients", lambda *given: [wrong] * 3)
    page = open_page("inspect", language, section="gradients")
    page.segmented_control(key="inspect.gradients_view").set_value("check").run()
    page.button(key="inspect.check").click().run()
    assert not page.success
    assert page.warning[0].value == strings(language)["gradients.check_differs"].format(worst="0.2")
