"""The sections that look at whole layers and explain an answer: each view, with networks of all kinds."""

import pytest
import torch

from nnlab.model import MLP
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in

VIEWS = {
    "layers": ("image", "test_set", "weights"),
    "gradients": ("chain", "sizes", "weights", "check"),
    "attribution": ("why", "change", "favourite"),
}
LANGUAGES = ["en", "ko"]


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize("section", VIEWS)
def test_every_view_shows_every_kind_of_network(open_page, monkeypatch, section, kind):
    stand_in(monkeypatch, MLP(CONFIGS[kind], seed=1))
    language = LANGUAGES[len(kind) % 2]
    page = open_page("inspect", language, section=section)
    for view in VIEWS[section]:
        page.segmented_control(key=f"inspect.{section}_view").set_value(view).run()
        assert not page.exception
        assert strings(language)[f"{section}.look_{view}"].split("{")[0] in words(page) or view == "weights"


@pytest.mark.parametrize("section", [*VIEWS, "health"])
def test_weights_that_are_no_numbers_are_said_and_not_looked_at(open_page, monkeypatch, section):
    model = stand_in(monkeypatch, MLP(CONFIGS["relu"]))
    with torch.no_grad():
        model.linears[0].weight[0, 0] = float("nan")
    page = open_page("inspect", section=section)
    assert not page.exception
    assert page.error[0].value == strings("en")["common.not_a_number"]
