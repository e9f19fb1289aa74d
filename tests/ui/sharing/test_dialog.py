"""The dialog that hands a page's address on, and the form for a class: the links they make open what they say."""

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from nnlab.ui import keys, restrictions
from nnlab.ui.components import link
from nnlab.ui.places import PAGES
from nnlab.ui.sharing import dialog, form, hosts, links
from nnlab.ui.text import strings
from tests.ui.latest import latest

HERE = "http://localhost:8501"


@pytest.fixture(autouse=True)
def shown(monkeypatch) -> list[str]:
    """The addresses that are shown, the last one being what the visitor sees; the browser is at ``HERE``."""
    addresses = []
    monkeypatch.setattr(link, "show", lambda key, address: key == "sharing.link" and addresses.append(address))
    monkeypatch.setattr(hosts, "in_network", lambda: ["192.168.0.7", "10.0.0.2"])
    monkeypatch.setattr(links, "_here", lambda: f"{HERE}/{links.address.page().replace('home', '')}")
    return addresses


def opened(open_page, name: str, language: str = "en", **query: str):
    page = open_page(name, language, **query)
    page.button(key="shell.share").click().run()
    assert not page.exception
    return page


def for_class(open_page, name: str, language: str = "en", **query: str):
    page = opened(open_page, name, language, **query)
    latest(page.segmented_control, keys.Share.VIEW).set_value("class").run()
    assert not page.exception
    return page


def picture(page) -> str:
    (found,) = (element.proto.body for element in page.get("html") if 'class="nnlab-qr"' in element.proto.body)
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_hands_on_what_it_shows(open_page, shown, name, language):
    page = opened(open_page, name, language, size="large")
    address = urlsplit(shown[-1])
    assert address.path == ("/" if name == "home" else f"/{name}")
    assert {"lang": language, "size": "large"}.items() <= dict(parse_qsl(address.query)).items()
    assert page.warning[0].value == strings(language)["sharing.localhost"]
    assert f'alt="{strings(language)["sharing.qr_alt"].split("{")[0]}' in picture(page)


def test_the_link_has_the_host_that_is_chosen_and_the_code_says_so(open_page, shown):
    page = opened(open_page, "learn", lesson="loss")
    assert shown[-1] == "http://192.168.0.7:8501/learn?lesson=loss&lang=en"
    page.radio(key="sharing.host").set_value("10.0.0.2").run()
    assert shown[-1] == "http://10.0.0.2:8501/learn?lesson=loss&lang=en"
    assert "http://10.0.0.2:8501/learn?lesson=loss&amp;lang=en" in picture(page)


def test_a_host_that_others_can_open_is_left_alone(open_page, shown, monkeypatch):
    monkeypatch.setattr(links, "_here", lambda: "https://nnlab.example.org/class/learn")
    page = opened(open_page, "learn", lesson="loss")
    assert shown[-1] == "https://nnlab.example.org/class/learn?lesson=loss&lang=en"
    assert not page.warning


def test_who_cannot_be_reached_is_told(open_page, shown, monkeypatch):
    monkeypatch.setattr(hosts, "in_network", lambda: [])
    page = opened(open_page, "learn")
    assert page.warning[0].value == strings("en")["sharing.only_here"]


def test_neither_the_key_to_steer_nor_a_strangers_names_are_handed_on(open_page, shown):
    opened(open_page, "train", run="made-up", steer="secret", fbclid="x", teacher="1", text="Begin.", epochs="3")
    said = dict(parse_qsl(urlsplit(shown[-1]).query))
    assert not {"run", "steer", "fbclid", "teacher"} & said.keys()
    assert (said["epochs"], said["seed"], said["text"]) == ("3", "0", "Begin.")


def test_it_stays_open_until_it_is_closed_and_does_not_open_on_another_page(open_page):
    page = opened(open_page, "learn")
    page.run()  # as when a run on the Train page has the page drawn anew
    assert picture(page)
    page.switch_page("pages/draw.py").run()
    assert not [element for element in page.get("html") if 'class="nnlab-qr"' in element.proto.body]
    page = opened(open_page, "learn")
    page.session_state[keys.Share.IS_OPEN] = None
    page.run()
    assert not [element for element in page.get("html") if 'class="nnlab-qr"' in element.proto.body]


def test_a_page_whose_dialog_is_closed_computes_nothing_of_it(open_page, monkeypatch):
    monkeypatch.setattr(dialog, "_show", lambda page: pytest.fail("computed"))
    assert not open_page("learn").exception


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_forms_link_opens_what_was_chosen(open_page, shown, language):
    page = for_class(open_page, "train", language, act="tanh", epochs="3")
    page.selectbox(key=keys.Share.LANGUAGE).set_value("ko").run()
    page.selectbox(key=keys.Share.SIZE).set_value("large").run()
    page.multiselect(key=keys.Share.HIDDEN).set_value(["optimizer", "play", "inspect.map"]).run()
    page.multiselect(key=keys.Share.LOCKED).set_value(["epochs", "hidden_sizes", "optimizer"]).run()
    page.text_area(key=keys.Share.TEXT).set_value("두 번 학습시키세요.\n**결과**를 비교하세요.").run()
    page.toggle(key=keys.Share.TEACHER).set_value(True).run()
    assert not page.exception
    said = parse_qsl(urlsplit(shown[-1]).query)
    assert len(said) == len(dict(said))
    other = open_page("train", language, **dict(said))
    assert other.session_state["language"] == "ko"
    assert other.session_state["large_text"] is True
    assert other.session_state[keys.TEACHER] is True
    assert other.session_state[keys.HIDDEN] == ("optimizer", "play", "inspect.map")
    assert other.session_state[keys.LOCKED] == ("epochs", "hidden_sizes")  # what is hidden needs no lock
    assert other.text[0].value == "두 번 학습시키세요.\n**결과**를 비교하세요."
    assert (other.session_state["train.activation"], other.session_state["train.epochs"]) == ("tanh", 3)


def test_the_form_leads_to_another_page_and_a_section_of_it(open_page, shown):
    page = for_class(open_page, "home")
    page.selectbox(key=keys.Share.PAGE).set_value("learn").run()
    page.selectbox(key=keys.Share.section("learn")).set_value("descent").run()
    assert shown[-1] == "http://192.168.0.7:8501/learn?lesson=descent&lang=en"
    page.selectbox(key=keys.Share.PAGE).set_value("inspect").run()
    page.selectbox(key=keys.Share.section("inspect")).set_value("damage").run()
    assert shown[-1] == "http://192.168.0.7:8501/inspect?section=damage&lang=en"


def test_the_form_leads_to_an_experiment(open_page, shown):
    page = for_class(open_page, "learn")
    latest(page.selectbox, keys.Share.section("learn")).set_value("zeros").run()
    assert dict(parse_qsl(urlsplit(shown[-1]).query)) == {"experiment": "zeros", "lang": "en"}


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("learn", {"lesson": "plane", "plane": "points:spiral;hidden:8,8;act:relu"}),
        ("inspect", {"section": "units", "layer": "2", "neuron": "7"}),
        ("compare", {"section": "curves", "vary": "act:relu~tanh", "repeats": "2"}),
        ("draw", {"view": "test", "image": "4"}),
    ],
)
def test_what_is_chosen_on_the_page_goes_along_for_a_class(open_page, shown, name, chosen):
    page = for_class(open_page, name, **chosen)
    assert chosen.items() <= dict(parse_qsl(urlsplit(shown[-1]).query)).items()
    assert strings("en")["sharing.with_choices"] in [caption.value for caption in page.caption]
    if PAGES[name].sections:
        page.selectbox(key=keys.Share.section(name)).set_value(PAGES[name].sections[-1]).run()
        assert not dict(parse_qsl(urlsplit(shown[-1]).query)).keys() - {"section", "lesson", "lang"}
    page.selectbox(key=keys.Share.PAGE).set_value("glossary").run()
    assert urlsplit(shown[-1]).query == "lang=en"


def test_a_class_begins_an_experiment_at_the_start_and_is_handed_nobodys_key(open_page, shown):
    for_class(open_page, "learn", experiment="zeros", step="2")
    assert dict(parse_qsl(urlsplit(shown[-1]).query)) == {"experiment": "zeros", "lang": "en"}
    for_class(open_page, "runs", shelf="secret", section="list")
    assert "secret" not in shown[-1]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_link_that_hides_what_it_opens_is_told_to_who_makes_it(open_page, language):
    page, words = for_class(open_page, "play", language), strings(language)["sharing.opens_hidden"]
    page.multiselect(key=keys.Share.HIDDEN).set_value(["play.fool"]).run()
    assert words not in [warning.value for warning in page.warning]
    page.multiselect(key=keys.Share.HIDDEN).set_value(["play.guess"]).run()
    assert words in [warning.value for warning in page.warning]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_link_does_not_hide_the_page_that_it_opens_and_who_makes_it_is_told(open_page, shown, language):
    page, words = for_class(open_page, "play", language), strings(language)["sharing.opens_hidden_page"]
    page.multiselect(key=keys.Share.HIDDEN).set_value(["train", "play", "optimizer"]).run()
    assert words in [warning.value for warning in page.warning]
    assert dict(parse_qsl(urlsplit(shown[-1]).query))["hide"] == "train,optimizer"
    page.selectbox(key=keys.Share.PAGE).set_value("learn").run()
    assert words not in [warning.value for warning in page.warning]
    assert dict(parse_qsl(urlsplit(shown[-1]).query))["hide"] == "train,play,optimizer"


def test_an_open_experiment_is_handed_on(open_page, shown):
    opened(open_page, "learn", experiment="zeros")
    handed_on = dict(parse_qsl(urlsplit(shown[-1]).query))
    assert (handed_on["experiment"], handed_on["step"]) == ("zeros", "1")


def test_the_set_up_goes_along_where_it_matters(open_page, shown):
    page = for_class(open_page, "train", epochs="3")
    page.selectbox(key=keys.Share.PAGE).set_value("draw").run()
    assert "epochs" not in shown[-1]
    for setting in ("epochs", "hidden_sizes"):
        page.multiselect(key=keys.Share.LOCKED).set_value([setting]).run()
        assert "epochs=3&seed=0" in shown[-1]
    page.multiselect(key=keys.Share.LOCKED).set_value(["lang"]).run()
    assert "epochs=3" not in shown[-1]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_everything_that_can_be_hidden_or_locked_has_a_name_of_its_own(monkeypatch, language):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: language)
    titles = [form.title_of(name) for name in form.HIDEABLE]
    assert len(set(titles)) == len(titles)


def test_the_run_that_is_shown_is_handed_on_when_that_is_wanted(monkeypatch):
    asked = SimpleNamespace(get_all={"run": ["abc"], "steer": ["key"], "seed": ["0"]}.get)
    monkeypatch.setattr(links.st, "query_params", asked)
    monkeypatch.setattr(links.address, "names", lambda: ["run", "steer", "seed"])
    monkeypatch.setattr(restrictions, "teachers_text", lambda: "")
    assert links.of_page() == "seed=0"
    assert links.of_page(with_run=True) == "run=abc&seed=0"
