"""The Compare page as it opens: what it offers, what its form and its address say, and what begins."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.compare.grid import DEPTH, Axis, Grid
from nnlab.compare.ready import READY, SMALL
from nnlab.compare.series import all_series
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.ui import keys
from nnlab.ui.places import PAGES
from nnlab.ui.text import strings
from tests.ui.compare.made import entry, series_of
from tests.ui.drawing import words

BEGIN = "compare.begin"


def begun() -> list[list[Setup]]:
    """The set-ups of every series that there is."""
    return [[each.setup for each in series.planned] for series in all_series._series.values()]


def said(page: AppTest, name: str) -> str:
    """What the page's address says under a name."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_empty_page_offers_what_a_class_asks_for(open_page, language):
    page = open_page("compare", language)
    assert not page.exception
    text = strings(language)
    for name, grid in READY.items():
        assert text[f"compare.ready_{name}"] in words(page)
        assert page.button(key=f"compare.ready_{name}").label == text["compare.begin"].format(count=len(grid.setups))
    assert page.button(key=BEGIN).label == text["compare.begin"].format(count=3)


@pytest.mark.parametrize("name", READY)
def test_one_press_begins_a_ready_made_comparison_and_the_form_shows_it(open_page, name):
    page = press(open_page("compare"), f"compare.ready_{name}")
    (setups,) = begun()
    assert setups == READY[name].setups
    assert said(page, "series") == next(iter(all_series._series))
    assert page.session_state[keys.section_of("compare")] == ("luck" if READY[name].seeds > 1 else "curves")
    for series in all_series._series.values():
        all_series.cancel(series)  # one that is under way would be shown instead of the same once more
    press(page, BEGIN)
    assert begun() == [setups, setups]


def test_every_ready_made_comparison_can_be_trained_and_is_small():
    for grid in READY.values():
        assert grid.fault is None
        assert sum(setup.train.epochs * setup.train.training_images for setup in grid.setups) <= 250_000


def test_a_teachers_link_brings_a_grid_and_its_settings(open_page):
    page = open_page(
        "compare",
        vary="act:relu~tanh;depth:1~3",
        repeats="2",
        hidden="16",
        lr="0.2",
        epochs="4",
        images="500",
        seed="7",
    )
    assert not page.exception
    press(page, BEGIN)
    base = Setup(ModelConfig((16,)), TrainConfig(learning_rate=0.2, epochs=4, training_images=500, seed=7))
    assert begun() == [Grid(base, (Axis("activation", ("relu", "tanh")), Axis(DEPTH, (1, 3))), 2).setups]
    assert said(page, "vary") == "act:relu~tanh;depth:1~3"
    assert (said(page, "repeats"), said(page, "hidden"), said(page, "seed")) == ("2", "16", "7")
    assert not page.warning


def test_what_the_address_says_wrongly_is_told_in_words(open_page):
    page = open_page("compare", vary="act:rely", runs="a b")
    told = " ".join(warning.value for warning in page.warning)
    assert strings("en")["compare.allowed_axes"] in told
    assert strings("en")["compare.allowed_runs"] in told
    assert page.button(key=BEGIN).label == "Train 3 runs"


def test_settings_in_the_address_are_no_slips_of_its_own_names(open_page):
    """ "hidden" is so like "hide", and "seed" so like other names, that they were once called unknown."""
    page = open_page("compare", hidden="16", seed="3")
    assert not page.warning
    assert not open_page("inspect", hidden="16", section="failures").warning


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"vary": "act:relu"}, "one_run"),
        ({"vary": "act:relu~tanh~elu;lr:0.1~0.2~0.3"}, "too_many_variants"),
        ({"vary": "act:relu~tanh~elu", "repeats": "20"}, "too_many_runs"),
    ],
)
def test_a_grid_that_cannot_be_trained_says_why(open_page, query, fault):
    page = open_page("compare", **query)
    assert page.button(key=BEGIN).disabled
    (warning,) = page.warning
    shown = strings("en")[f"compare.fault_{fault}"].format(variants=8, runs=40, count=60)
    assert warning.value == shown


def test_one_run_is_one_run(open_page):
    page = open_page("compare", vary="act:relu")
    assert page.button(key=BEGIN).label == "Train 1 run"
    assert page.button(key=BEGIN).disabled
    assert open_page("compare", vary="act:relu", repeats="2").button(key=BEGIN).label == "Train 2 runs"


def test_values_can_be_typed_and_those_that_cannot_be_used_are_named(open_page):
    page = open_page("compare", vary="lr:0.1~0.2")
    page.session_state[keys.Compare.values(1, "learning_rate")] = ["0.1", "0.05", "fast", "-3"]
    page.run()
    assert not page.exception
    assert "fast, -3" in page.warning[0].value
    press(page, BEGIN)
    assert [setup.train.learning_rate for setup in begun()[0]] == [0.1, 0.05]


def test_another_thing_that_is_changed_has_values_of_its_own(open_page):
    page = open_page("compare")
    page.selectbox(key=keys.Compare.field(1)).set_value("augmentation").run()
    assert page.multiselect[0].options == ["off", "on"]
    page.selectbox(key=keys.Compare.field(1)).set_value("").run()
    assert page.button(key=BEGIN).disabled
    page.session_state[keys.Compare.SEEDS] = 3
    page.run()
    press(page, BEGIN)
    assert [setup.train.seed for setup in begun()[0]] == [0, 1, 2]


def test_the_settings_of_the_train_page_can_be_the_base(open_page):
    page = open_page("train", epochs="2", hidden="20")
    page.switch_page("pages/compare.py").run()
    page.selectbox(key=keys.Compare.BASE).set_value("train").run()
    press(page, BEGIN)
    assert {(setup.model.hidden_sizes, setup.train.epochs) for setup in begun()[0]} == {((20,), 2)}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("section", PAGES["compare"].sections)
def test_a_link_finds_a_series_again_in_every_section(open_page, section, language):
    made = [entry(setup) for setup in READY["functions"].setups]
    page = open_page("compare", language, series=series_of(made).id, section=section)
    assert not page.exception
    assert page.session_state[keys.section_of("compare")] == section
    assert f"compare.ready_{next(iter(READY))}" not in [button.key for button in page.button]


def test_a_series_that_the_server_has_forgotten_is_told(open_page):
    page = open_page("compare", series="gone")
    assert strings("en")["compare.lost"] in words(page)
    assert page.button(key="compare.ready_functions")


def test_a_series_can_be_left_for_the_invitation(open_page):
    page = open_page("compare", series=series_of([entry(setup) for setup in READY["functions"].setups]).id)
    press(page, "compare.leave")
    assert page.button(key="compare.ready_functions")
    assert strings("en")["compare.lost"] not in words(page)


def test_the_small_network_is_the_base_of_the_form_at_first(open_page):
    press(open_page("compare"), BEGIN)
    assert begun() == [Grid(SMALL, (Axis("activation", ("relu", "sigmoid", "tanh")),)).setups]
