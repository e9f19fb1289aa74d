"""Where a network has learned clothes, the sections of Inspect name clothes: in menus, sentences, charts and tables."""

from __future__ import annotations

import pytest

from nnlab.ui import classes, keys, readers
from nnlab.ui.inspect import place

CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


@pytest.fixture(autouse=True)
def clothes(monkeypatch):
    """The page's data set is one of clothes, as far as its names go."""
    monkeypatch.setattr(classes, "name", lambda source, index: CLOTHES[index])
    monkeypatch.setattr(classes, "is_of_digits", lambda source: False)
    monkeypatch.setattr(place, "is_of_digits", lambda source: False)


def said(page) -> str:
    return "\n".join(element.value for kind in ("markdown", "caption") for element in page.get(kind))


def test_the_gradients_target_is_a_piece_of_clothing(opened):
    page = opened("gradients")
    [target] = [menu for menu in page.selectbox if str(menu.key).startswith("inspect.target_")]
    assert target.options == list(CLOTHES)


def test_attribution_asks_for_and_explains_clothes(opened):
    page = opened("attribution")
    [target] = [menu for menu in page.selectbox if str(menu.key).startswith("inspect.explained_")]
    assert {option.removesuffix(" (the answer)") for option in target.options} == set(CLOTHES)
    page.session_state[keys.Inspect.ATTRIBUTION_VIEW] = "change"
    page.run()
    assert not page.exception
    assert any(name in said(page) for name in CLOTHES)


def test_surgery_draws_a_bar_for_each_piece_of_clothing(opened, drawn):
    opened("surgery")
    figure, table = drawn["inspect.before_after"]
    assert [list(bars["y"]) for bars in figure["data"]] == [list(CLOTHES)] * 2
    assert list(table["Class"]) == list(CLOTHES)
    assert figure["layout"]["yaxis"]["title"]["text"] == "Class"


def test_a_neurons_part_in_the_logits_is_told_by_clothes(opened, drawn):
    opened("units")
    figure, table = drawn["inspect.part"]
    assert list(figure["data"][0]["y"]) == list(table["Class"]) == list(CLOTHES)


def test_an_output_is_chosen_and_told_by_its_piece_of_clothing(opened):
    page = opened("units")
    page.session_state[keys.Inspect.LAYER] = len(readers.load(readers.BUNDLED).model.linears) - 1
    page.run()
    assert not page.exception
    menu = page.selectbox(key=keys.Inspect.LOGIT)
    assert menu.options == list(CLOTHES)
    menu.set_value(9).run()
    assert not page.exception
    assert page.query_params["neuron"] == "9"
    assert "the output for ankle boot is the sum itself" in said(page)


def test_the_way_on_from_a_neuron_leads_to_clothes(opened):
    page = opened("units")
    page.session_state[keys.Inspect.LAYER] = len(readers.load(readers.BUNDLED).model.linears) - 2
    page.run()
    [pills] = [each for each in page.get("button_group") if each.key == "inspect.after"]
    assert all(option.content.rpartition(" (")[0] in CLOTHES for option in pills.proto.options)
