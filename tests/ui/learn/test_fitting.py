"""The lesson on curve fitting: what the browser is told, and how many neurons it may say."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.teaching.fitting import CURVES, FITTING_TEXT, MOST_HIDDEN, REACH, FittingSetup, sample
from nnlab.teaching.plane import ACTIVATIONS
from nnlab.ui import keys
from nnlab.ui.components import fitting
from nnlab.ui.learn import fitting as lesson
from nnlab.ui.learn import setups
from nnlab.ui.learn.fitting import CHOSEN, LEARNED_SEED, NETWORK, TESTED_SEED, TESTS
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to


@pytest.fixture
def open_fitting(open_page):
    return lambda language="en", **address: open_page("learn", language, lesson="fitting", **address)


def told(page) -> dict:
    assert not page.exception
    return sent_to(page, "nnlab_fitting")


def test_the_browser_is_told_the_points_and_how_to_learn_from_them(open_fitting):
    sent, usual = told(open_fitting()), FittingSetup()
    for name, count, seed in (("points", usual.count, LEARNED_SEED), ("tests", TESTS, TESTED_SEED)):
        assert pytest.approx(np.stack(sample("wave", count, 0.0, seed)), abs=5e-4) == np.array(sent[name])
    told_of = {name: sent[name] for name in ("hidden", "activation", "rate", "batch", "own")}
    assert told_of == {"hidden": 8, "activation": "relu", "rate": 0.02, "batch": 10, "own": False}
    places = np.linspace(-REACH, REACH, len(sent["origin"]))
    assert pytest.approx(CURVES["wave"](places), abs=5e-4) == np.array(sent["origin"])


@pytest.mark.parametrize("name", [*CURVES, "own"])
def test_another_curve_with_other_noise(open_fitting, name):
    page = open_fitting()
    page.select_slider(key=keys.Learn.FITTING_COUNT).set_value(15).run()
    page.select_slider(key=keys.Learn.FITTING_NOISE).set_value(0.3).run()
    page.segmented_control(key=keys.Learn.FITTING_CURVE).set_value(name).run()
    sent = told(page)
    assert pytest.approx(np.stack(sample(name, 15, 0.3, LEARNED_SEED)), abs=5e-4) == np.array(sent["points"])
    assert sent["own"] == (name == "own") == (sent["origin"] is None)
    named = "" if name == "wave" else f"curve:{name};"
    assert page.query_params["fitting"] == f"{named}count:15;noise:0.3"


def test_the_network_has_the_activation_and_the_rate_that_were_chosen(open_fitting):
    page = open_fitting()
    for activation in ACTIVATIONS:
        page.segmented_control(key=keys.Learn.FITTING_ACTIVATION).set_value(activation).run()
        assert told(page)["activation"] == activation
    page.select_slider(key=keys.Learn.FITTING_RATE).set_value(0.5).run()
    assert told(page)["rate"] == 0.5


def test_an_address_sets_it_up_and_what_is_wrong_in_it_is_said(open_fitting):
    page = open_fitting(fitting="curve:bump;hidden:0;act:tanh")
    sent = told(page)
    assert (sent["hidden"], sent["activation"], sent["asked"]) == (0, "tanh", 1)
    assert page.segmented_control(key=keys.Learn.FITTING_CURVE).value == "bump"
    page = open_fitting(fitting="curve:cube")
    assert told(page)["asked"] == 0
    said = [element.value for kind in ("warning", "info", "caption") for element in page.get(kind)]
    assert strings("en")["fitting.allowed"] in "\n".join(said)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_browser_has_words_for_all_it_says(open_fitting, language):
    words = told(open_fitting(language))["words"]
    assert words.keys() == {*fitting.SHARED, *fitting.WORDS}
    assert words["loss_axis"] == strings(language)["fitting.loss_axis"]  # not that of the plane, whose loss is another
    assert "{loss}" in words["state"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [({"hidden": 3}, 3), ({"hidden": 0}, 0), ({"hidden": MOST_HIDDEN + 1}, None), ({"hidden": True}, None),
     ({"hidden": "3"}, None), ({"hidden": [3]}, None), ({}, None), (None, None)],
)  # fmt: skip
def test_what_the_browser_says_of_the_hidden_layer_is_a_number_of_neurons_or_nothing(monkeypatch, sent, expected):
    monkeypatch.setattr(fitting.st, "session_state", {NETWORK: sent})
    assert fitting.units(NETWORK) == expected


def test_how_many_points_and_how_much_noise_are_no_matter_of_ones_own_points(open_fitting):
    page = open_fitting()
    sliders = [page.select_slider(key=key) for key in (keys.Learn.FITTING_COUNT, keys.Learn.FITTING_NOISE)]
    assert not any(slider.disabled for slider in sliders)
    page.segmented_control(key=keys.Learn.FITTING_CURVE).set_value("own").run()
    assert all(page.select_slider(key=slider.key).disabled for slider in sliders)


@pytest.mark.parametrize("hidden", [*FITTING_TEXT.choices, ",".join(FITTING_TEXT.choices)])
def test_what_a_link_hides_does_not_appear_and_is_as_the_link_has_it(open_fitting, hidden):
    names = hidden.split(",")
    hide = ",".join(f"fitting.{name}" for name in names)
    page = open_fitting(fitting="curve:bump;hidden:3;act:tanh;lr:0.5;batch:5", hide=hide)
    for _ in range(2):
        sent = told(page)
        assert {name: sent[name] for name in ("hidden", "activation", "rate", "batch")} == {
            "hidden": 3, "activation": "tanh", "rate": 0.5, "batch": 5,
        }  # fmt: skip
        shown = {widget.key for widget in (*page.segmented_control, *page.select_slider)}
        for name in FITTING_TEXT.choices[:-1]:
            assert (CHOSEN.widgets[name] in shown) == (name not in names)
        assert (keys.Learn.FITTING_NOISE in shown) == ("rare" not in names)
        page.run()


def test_neurons_that_the_browser_has_chosen_come_back_too(monkeypatch):
    """They are told just before the run in which the widgets may be drawn empty."""
    state = {keys.Learn.FITTING_SETUP: FittingSetup(curve="bump"), NETWORK: {"hidden": 3}}
    monkeypatch.setattr(setups.st, "session_state", state)
    monkeypatch.setattr(setups.address, "asked", lambda name: None)
    lesson._resize()
    CHOSEN.follow_address()
    assert FittingSetup(**CHOSEN.values()) == replace(FittingSetup(), curve="bump", hidden=3)
