"""The glossary's terms: each in both languages and once, each of its places there, and linked at its first use only."""

import re
from itertools import chain

import pytest

from nnlab.ui import state, terms
from nnlab.ui.learn.course import LESSONS
from nnlab.ui.shell import PAGES
from nnlab.ui.terms import TERMS, forms_of, linked
from nnlab.ui.text import LANGUAGES, LOCALE, strings


@pytest.fixture
def speak(monkeypatch):
    """A function that sets the visitor's language."""
    return lambda language: monkeypatch.setattr(state, "language", lambda: language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_explained_and_nothing_else_is(language):
    texts = {key.removeprefix("terms.") for key in strings(language) if key.startswith("terms.")}
    assert texts == set(chain.from_iterable((term, f"{term}_also", f"{term}_text") for term in TERMS))
    short = [term for term in TERMS if len(strings(language)[f"terms.{term}_text"]) < 15]
    assert short == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_stands_for_two_terms(language):
    forms = [form.lower() for term in TERMS for form in forms_of(term, language)]
    assert sorted(form for form in set(forms) if forms.count(form) > 1) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_fits_into_the_title_of_a_link(language):
    """There it is plain text: no formula, no marks of bold, no brackets of a link."""
    marked = [term for term in TERMS if re.search(r"[$*`\[\]\n]", strings(language)[f"terms.{term}_text"])]
    assert marked == []


@pytest.mark.parametrize("term", TERMS)
def test_the_place_of_a_term_is_there(term):
    page, part = TERMS[term]
    assert page in PAGES
    if page == "learn":
        assert part in LESSONS
    elif part:
        assert f"{page}.section_{part}" in strings("en")


def test_the_first_use_of_a_term_is_linked_and_says_what_it_means(speak):
    speak("en")
    text = strings("en")["terms.weight_text"]
    assert linked("Two weights, one weight.") == f'Two [weights](glossary?lang=en#weight "{text}"), one weight.'


def test_the_longest_term_is_linked(speak):
    speak("en")
    assert "[learning rate schedule](glossary?lang=en#schedule" in linked("a learning rate schedule")
    assert "[hidden layers](glossary?lang=en#hidden_layer" in linked("in hidden layers")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Backpropagation** walks", "[**Backpropagation**](glossary?lang=en#backpropagation"),
        ("*batch* by", "[*batch*](glossary?lang=en#batch"),
        ("Losses fall", "[Losses](glossary?lang=en#loss"),
        ("all biases", "[biases](glossary?lang=en#bias"),
    ],
)
def test_marked_words_and_plurals(speak, text, shown):
    speak("en")
    assert shown in linked(text)


@pytest.mark.parametrize(
    "text",
    ["$weight$", "`weight`", "[weight](https://example.org)", ":material/weight:", "https://weight.org/weight",
     "**One weight more.**", "weightless", "overweight", "batch-wise", "a class of thirty"],
)  # fmt: skip
def test_what_is_left_alone(speak, text):
    speak("en")
    assert linked(text) == text


def test_korean_particles_stay_outside_the_link(speak):
    speak("ko")
    text = strings("ko")["terms.hidden_layer_text"]
    expected = f'[**은닉층**](glossary?lang=ko#hidden_layer "{text}")(hidden layer)이'
    assert linked("**은닉층**(hidden layer)이") == expected
    assert linked("학습률을").startswith("[학습률](glossary?lang=ko#learning_rate")
    assert linked("재학습") == "재학습"


def test_what_stands_above_has_had_the_first_use(speak):
    speak("en")
    assert linked("A neuron.", above="Neurons everywhere.") == "A neuron."
    assert "#weight" in linked("A neuron has weights.", above="Neurons everywhere.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prose_keeps_its_words(speak, language):
    """Only links are added; without them every text is as its author wrote it."""
    speak(language)
    for file in sorted((LOCALE / language).rglob("*.md")):
        text = file.read_text("utf-8")
        found = linked(text)
        assert re.sub(r'\[([^\]]*)\]\(glossary\?lang=\w+#\w+ "[^"]*"\)', r"\1", found) == text, file
        targets = re.findall(r"\(glossary\?lang=\w+#(\w+) ", found)
        assert len(targets) == len(set(targets)), file
        assert set(targets) <= set(TERMS)


LINK = re.compile(r"glossary\?lang=\w+#(\w+) ")
PLACES = [("train", {}), ("draw", {}), *(("inspect", {"section": name}) for name in PAGES["inspect"].sections)]


def links_on(page) -> list[str]:
    assert not page.exception
    return LINK.findall("\n".join(element.value for element in (*page.markdown, *page.caption)))


@pytest.mark.parametrize(("name", "place"), PLACES, ids=["-".join([name, *place.values()]) for name, place in PLACES])
def test_a_page_links_each_term_once(open_page, name, place):
    found = links_on(open_page(name, **place))
    assert sorted(found) == sorted(set(found))
    if name == "train" or place.get("section") in ("layers", "gradients", "health"):
        assert len(found) > 1


def test_another_section_has_links_of_its_own_and_the_same_again(open_page):
    page = open_page("inspect", section="gradients")
    first = links_on(page)
    assert "gradient" in first
    page.segmented_control(key="inspect.section").set_value("surgery").run()
    assert links_on(page) != first
    page.segmented_control(key="inspect.section").set_value("gradients").run()
    assert links_on(page) == first


def test_lessons_are_drawn_with_their_links(open_page):
    page = open_page("learn", lesson="training")
    assert any("glossary?lang=en#epoch" in element.value for element in page.markdown)
    assert terms.address("epoch") == "glossary?lang=en#epoch"


@pytest.mark.parametrize(
    ("section", "view", "expected"),
    [
        ("map", {}, {"principal_component_analysis", "nearest_neighbours"}),
        ("failures", {}, {"reliability_diagram", "calibration"}),
        ("attribution", {}, {"saliency", "integrated_gradients", "occlusion", "logit"}),
        ("attribution", {"inspect.attribution_view": "change"}, {"gradient_ascent", "euclidean_distance"}),
        ("gradients", {"inspect.gradients_view": "sizes"}, {"root_mean_square", "norm", "log_scale"}),
        ("gradients", {"inspect.gradients_view": "check"}, {"central_difference"}),
        ("layers", {"inspect.layers_view": "test_set"}, {"histogram"}),
        ("layers", {"inspect.layers_view": "weights"}, {"standard_deviation"}),
    ],
)
def test_words_of_the_field_on_inspect_lead_to_the_glossary(open_page, section, view, expected):
    page = open_page("inspect", section=section)
    for key, name in view.items():
        page.segmented_control(key=key).set_value(name).run()
    assert expected <= set(links_on(page))


def test_the_curve_of_train_leads_to_what_its_loss_is_measured_in(open_page):
    assert {"cross_entropy", "nat", "running_mean"} <= set(links_on(open_page("train")))
