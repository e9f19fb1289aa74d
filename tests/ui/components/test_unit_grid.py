"""The units of a layer as squares: how they stand, what the browser is told, and what it cannot mean."""

import numpy as np
import pytest
import streamlit

from nnlab.ui.charts import NEGATIVE_COLOR, POSITIVE_COLOR
from nnlab.ui.components import unit_grid


@pytest.fixture
def shown(monkeypatch):
    """A function that shows units with these outputs; returns what the browser is told, and what it can call."""
    told = {}
    monkeypatch.setattr(unit_grid, "_grid", lambda **given: told.update(given))

    def shown(outputs, on_choose=lambda unit: None) -> dict:
        outputs = np.array(outputs, np.float32)
        words = {"label": "", "unit": "{unit}", "scale": "a", "save": "", "file": "", "layer": "", "neuron": ""}
        unit_grid.show("grid", outputs, 2 * outputs, 1, (), 100, words, on_choose)
        return told

    return shown


def test_the_ten_outputs_stand_in_one_row_and_many_units_in_a_wide_picture():
    assert unit_grid.columns_of(10) == 10
    assert 1.4 <= unit_grid.columns_of(1024) / (1024 / unit_grid.columns_of(1024)) <= 2


def test_the_scale_ends_at_the_largest_output_and_its_colours_are_those_of_all_signs(shown):
    data = shown([0.0, 3.0, -1.0])["data"]
    assert (data["outputs"], data["totals"], data["chosen"]) == ([0, 3, -1], [0, 6, -2], 1)
    assert (data["span"], data["ends"]) == (3, ["−3", "3"])
    assert (data["colors"][0], data["colors"][-1]) == (NEGATIVE_COLOR, POSITIVE_COLOR)


def test_a_silent_layer_has_a_scale_all_the_same(shown):
    assert shown([0.0, 0.0])["data"]["span"] > 0


def test_a_pressed_unit_is_handed_on_and_nonsense_is_not(shown, monkeypatch):
    chosen = []
    told = shown([0.0, 3.0, -1.0], chosen.append)
    for said in (2, 3, -1, True, "1", None, [1], 1.0):
        monkeypatch.setattr(streamlit, "session_state", {"grid": {"chosen": said}})
        told["on_chosen_change"]()
    monkeypatch.setattr(streamlit, "session_state", {})
    told["on_chosen_change"]()
    assert chosen == [2]
