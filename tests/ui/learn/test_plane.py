"""The lesson on points in a plane: what the browser is told, and which layers it may say."""

import numpy as np
import pytest

from nnlab.teaching.plane import ACTIVATIONS, PLANE_TEXT, PlaneSetup
from nnlab.teaching.points import ARRANGEMENTS, arrange
from nnlab.ui import keys
from nnlab.ui.components import plane
from nnlab.ui.learn.plane import CHOSEN, LEARNED_SEED, NETWORK, TESTED_SEED, TESTS
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to

LEARNING = ("inputs", "hidden", "activation", "rate", "batch", "decay", "sparsity", "view")


@pytest.fixture
def open_plane(open_page):
    return lambda language="en": open_page("learn", language, lesson="plane")


def told(page) -> dict:
    assert not page.exception
    return sent_to(page, "nnlab_plane")


def test_the_browser_is_told_the_points_and_how_to_learn_from_them(open_plane):
    sent = told(open_plane())
    points = arrange("circles", 100, 0.0, LEARNED_SEED)
    assert pytest.approx(points.places, abs=5e-4) == np.array(sent["points"][:2]).T
    assert sent["points"][2] == points.classes.tolist()
    assert sent["tests"][2] == arrange("circles", TESTS, 0.0, TESTED_SEED).classes.tolist()
    assert {name: sent[name] for name in (*LEARNING, "own")} == {
        "inputs": ["x1", "x2"], "hidden": [4, 2], "activation": "tanh", "rate": 0.1, "batch": 10, "decay": 0.0,
        "sparsity": 0.0, "view": 0, "own": False,
    }  # fmt: skip


@pytest.mark.parametrize("name", [*ARRANGEMENTS, "own"])
def test_other_points_other_noise(open_plane, name):
    page = open_plane()
    page.select_slider(key=keys.Learn.PLANE_COUNT).set_value(40).run()
    page.select_slider(key=keys.Learn.PLANE_NOISE).set_value(0.3).run()
    page.segmented_control(key=keys.Learn.PLANE_POINTS).set_value(name).run()
    sent, expected = told(page), arrange(name, 40, 0.3, LEARNED_SEED)
    assert pytest.approx(expected.places, abs=5e-4) == np.array(sent["points"][:2]).T
    assert len(sent["tests"][2]) == (0 if name == "own" else TESTS)
    assert sent["own"] == (name == "own")


def test_a_network_is_given_something_in_any_case(open_plane):
    page = open_plane()
    page.pills(key=keys.Learn.PLANE_INPUTS).set_value(["square_1", "product"]).run()
    assert told(page)["inputs"] == ["square_1", "product"]
    page.pills(key=keys.Learn.PLANE_INPUTS).set_value([]).run()
    assert told(page)["inputs"] == ["x1", "x2"]


def test_the_network_has_the_activation_that_was_chosen(open_plane):
    page = open_plane()
    for activation in ACTIVATIONS:
        page.segmented_control(key=keys.Learn.PLANE_ACTIVATION).set_value(activation).run()
        assert told(page)["activation"] == activation


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_browser_has_words_and_formulas_for_every_activation_and_every_input(open_plane, language):
    sent = told(open_plane(language))
    assert sent["outputs"].keys() == set(ACTIVATIONS)
    assert list(sent["names"].values()) == ["x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin x₁", "sin x₂"]
    assert sent["words"]["gives_output"] == strings(language)["plane.gives_output"]
    assert set(sent["inputs"]) <= sent["names"].keys()


def test_the_layers_that_the_browser_says_are_there_when_the_lesson_is_opened_again(open_plane):
    page = open_plane()
    page.session_state[keys.Learn.PLANE_HIDDEN] = (8, 8, 1)
    page.button(key="learn.next").click().run()
    page.button(key="learn.previous").click().run()
    assert told(page)["hidden"] == [8, 8, 1]


SETUP = PlaneSetup("spiral", ("x1", "sine_2"), (8, 1), "relu", 0.5, 40, 0.25, 50, 0.03, 0.003, 2)


def test_a_link_brings_a_set_up(open_page):
    page = open_page("learn", lesson="plane", plane=PLANE_TEXT.write(SETUP))
    sent = told(page)
    assert {name: sent[name] for name in (*LEARNING, "asked")} == {
        "inputs": ["x1", "sine_2"], "hidden": [8, 1], "activation": "relu", "rate": 0.5, "batch": 50, "decay": 0.03,
        "sparsity": 0.003, "view": 2, "asked": 1,
    }  # fmt: skip
    assert pytest.approx(arrange("spiral", 40, 0.25, LEARNED_SEED).places, abs=5e-4) == np.array(sent["points"][:2]).T
    assert page.query_params["plane"] == PLANE_TEXT.write(SETUP)


def test_what_is_chosen_stands_in_the_address_and_what_is_usual_does_not(open_plane):
    page = open_plane()
    assert "plane" not in page.query_params
    page.segmented_control(key=keys.Learn.PLANE_POINTS).set_value("moons").run()
    assert page.query_params["plane"] == "points:moons"
    page.button(key="learn.next").click().run()
    assert "plane" not in page.query_params
    page.button(key="learn.previous").click().run()
    assert page.query_params["plane"] == "points:moons"
    page.segmented_control(key=keys.Learn.PLANE_POINTS).set_value("circles").run()
    assert "plane" not in page.query_params


@pytest.mark.parametrize("hidden", [*PLANE_TEXT.choices, ",".join(PLANE_TEXT.choices)])
def test_what_a_link_hides_does_not_appear_and_is_as_the_link_has_it(open_page, hidden):
    names = hidden.split(",")
    hide = ",".join(f"plane.{name}" for name in names)
    page = open_page("learn", lesson="plane", plane=PLANE_TEXT.write(SETUP), hide=hide)
    for _ in range(2):
        sent = told(page)
        assert {name: sent[name] for name in LEARNING} == {
            "inputs": ["x1", "sine_2"], "hidden": [8, 1], "activation": "relu", "rate": 0.5, "batch": 50, "decay": 0.03,
            "sparsity": 0.003, "view": 2,
        }  # fmt: skip
        shown = {widget.key for widget in (*page.segmented_control, *page.pills, *page.select_slider)}
        for name in PLANE_TEXT.choices[:-1]:
            assert (CHOSEN.widgets[name] in shown) == (name not in names)
        assert (keys.Learn.PLANE_NOISE in shown) == ("rare" not in names)
        page.run()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_link_that_cannot_be_used_is_said_and_the_usual_is_shown(open_page, language):
    page = open_page("learn", language, lesson="plane", plane="points:cubes;hidden:99")
    assert told(page)["hidden"] == [4, 2]
    assert strings(language)["plane.allowed"] in "\n".join(
        element.value for kind in ("warning", "info", "caption") for element in page.get(kind)
    )


@pytest.mark.parametrize(
    ("sent", "sizes"),
    [
        ([], ()), ([1, 8, 3, 4], (1, 8, 3, 4)), ([1, 2, 3, 4, 5], None), ([0], None), ([9], None), ([2.0], None),
        ([True], None), ("44", None), (None, None),
    ],
)  # fmt: skip
def test_only_sizes_that_there_are_are_taken_from_a_browser(monkeypatch, sent, sizes):
    monkeypatch.setattr(plane.st, "session_state", {NETWORK: {"hidden": sent}})
    assert plane.sizes(NETWORK) == sizes


@pytest.mark.parametrize(
    ("sent", "view"), [(0, 0), (4, 4), (5, None), (-1, None), (1.0, None), (True, None), ("1", None)]
)
def test_only_views_that_there_are_are_taken_from_a_browser(monkeypatch, sent, view):
    monkeypatch.setattr(plane.st, "session_state", {NETWORK: {"view": sent}})
    assert plane.view(NETWORK) == view


def test_how_many_points_and_how_much_noise_are_no_matter_of_ones_own_points(open_plane):
    page = open_plane()
    sliders = [page.select_slider(key=key) for key in (keys.Learn.PLANE_COUNT, keys.Learn.PLANE_NOISE)]
    assert not any(slider.disabled for slider in sliders)
    page.segmented_control(key=keys.Learn.PLANE_POINTS).set_value("own").run()
    assert all(page.select_slider(key=slider.key).disabled for slider in sliders)


def test_a_set_up_that_streamlit_has_lost_comes_back(open_plane):
    """Widgets were drawn without what was chosen in them where one run of the page had cut another off."""
    page = open_plane()
    page.segmented_control(key=keys.Learn.PLANE_POINTS).set_value("moons").run()
    page.select_slider(key=keys.Learn.PLANE_RATE).set_value(0.5).run()
    page.session_state[keys.Learn.PLANE_POINTS] = page.session_state[keys.Learn.PLANE_ACTIVATION] = None
    page.session_state[keys.Learn.PLANE_RATE] = 0.001
    page.run()
    sent = told(page)
    assert (sent["rate"], sent["activation"]) == (0.5, "tanh")
    assert page.segmented_control(key=keys.Learn.PLANE_POINTS).value == "moons"
    assert page.query_params["plane"] == "points:moons;lr:0.5"
