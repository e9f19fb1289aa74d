"""The activations page in both languages: every function described, and its sections follow their controls."""

import pytest

from nnlab.activations import ACTIVATIONS
from nnlab.ui.text import LANGUAGES, LOCALE, strings

SECTIONS = ("curves", "depth", "health")


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def app(open_page, language, monkeypatch, tmp_path):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))  # without MNIST: built-in digits
    return open_page("activations", language)


def show(app, section):
    app.session_state["activations.section"] = section
    return app.run()


def words(app):
    return "\n".join(str(element.value) for element in (*app.markdown, *app.caption))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_a_name_and_a_paragraph(name, language):
    assert strings(language)[f"train.activation_{name}"]
    paragraph = (LOCALE / language / "activations" / f"{name}.md").read_text("utf-8")
    assert len(paragraph) > 150
    assert paragraph.count("\n") == 1, "one paragraph"


def test_there_is_no_paragraph_about_a_function_that_is_not_there(language):
    assert {file.stem for file in (LOCALE / language / "activations").glob("*.md")} == set(ACTIVATIONS)


def test_the_first_view_is_that_of_the_notes_three(app):
    assert not app.exception
    assert "| 0.6225 | 0.2350 |" in words(app), "sigmoid at 0.5"
    assert [latex.value.strip("$\n ") for latex in app.latex[::2]] == [
        ACTIVATIONS[name].formula for name in ("relu", "sigmoid", "tanh")
    ]


def test_moving_x_changes_the_values(app):
    app.slider(key="activations.x").set_value(-2.0).run()
    assert "| 0.1192 | 0.1050 |" in words(app), "sigmoid at -2: 0.1192 (1 - 0.1192)"
    assert "| −0.9640 | 0.0707 |" in words(app), "tanh at -2"


def test_a_narrower_range_takes_x_with_it(app):
    app.slider(key="activations.x").set_value(4.0).run()
    app.slider(key="activations.range").set_value((-1.0, 2.0)).run()
    assert not app.exception
    assert app.slider(key="activations.x").value == 2.0


def test_all_functions_in_every_layout_and_none_at_all(app, language):
    app.button_group(key="activations.chosen").set_value(list(ACTIVATIONS)).run()
    for layout in ("above", "each", "beside"):
        app.button_group(key="activations.layout").set_value(layout).run()
        assert not app.exception
    assert len(app.latex) == 2 * len(ACTIVATIONS)
    app.button_group(key="activations.chosen").set_value([]).run()
    assert [box.value for box in app.info] == [strings(language)["activations.none_chosen"]]


def test_depth_says_what_is_left_of_the_gradient(app, language):
    show(app, "depth")
    app.slider(key="activations.depth").set_value(30).run()
    app.slider(key="activations.product_x").set_value(0.0).run()
    assert not app.exception
    assert "| 0.25 | 8.7\u00a0×\u00a010⁻¹⁹ |" in words(app), "a quarter, 30 times"
    verdict = next(element.value for element in app.markdown if element.value.startswith("**"))
    assert strings(language)["train.activation_sigmoid"] in verdict, "it shrinks most"
    assert strings(language)["common.source_builtin"] in app.caption[-1].value, "the inputs are named"


def test_health_counts_dead_units(app):
    show(app, "health")
    app.slider(key="activations.health_bias").set_value(-10.0).run()
    assert not app.exception
    assert "100.0%" in words(app), "ReLU with a bias of -10 and inputs of about 1: nothing passes"
    app.selectbox(key="activations.one").set_value("identity").run()
    assert " 0.0%" in words(app), "the identity never saturates"


@pytest.mark.mnist
def test_real_digits_are_the_inputs_where_they_are_here(open_page, language, mnist):
    app = show(open_page("activations", language), "depth")
    assert not app.exception
    assert "MNIST" in app.caption[-1].value


@pytest.mark.parametrize("section", SECTIONS)
def test_the_address_may_name_the_section(open_page, section):
    app = open_page("activations", section=section)
    assert app.session_state["activations.section"] == section


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_asks_something(app, language, section):
    assert strings(language)[f"activations.ask_{section}"] in words(show(app, section))
