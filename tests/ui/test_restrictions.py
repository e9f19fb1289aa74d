"""What a teacher's link hides, locks and says: on every page, for the visit, and never as a stranger's markup."""

from dataclasses import fields
from urllib.parse import parse_qsl

import pytest

from nnlab.config import PRESETS, DataConfig, ModelConfig, TrainConfig
from nnlab.ui import keys, restrictions
from nnlab.ui.places import section_title
from nnlab.ui.text import strings
from tests.ui.latest import latest

SETTINGS = [
    setting.name
    for config_type in (ModelConfig, TrainConfig, DataConfig)
    for setting in fields(config_type)
    if setting.name != "hidden_sizes"
]


def widgets(page) -> dict:
    """The widgets of the settings, by their keys."""
    kinds = (page.selectbox, page.text_input, page.toggle)
    return {widget.key.removesuffix(".typed"): widget for kind in kinds for widget in kind if widget.key}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_setting_can_be_hidden_and_keeps_the_links_value(open_page, language):
    page = open_page("train", language, hide=",".join(SETTINGS) + ",hidden", opt="adam", epochs="3", hidden="7")
    assert not page.exception
    assert not {keys.Train.setting(name) for name in SETTINGS} & widgets(page).keys()
    assert "train.add_layer" not in [button.key for button in page.button]
    assert page.session_state["train.optimizer"] == "adam"
    assert strings(language)["train.start_many"].format(epochs=3) in [button.label for button in page.button]
    assert page.query_params["epochs"] in ("3", ["3"])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_setting_can_be_locked_and_shows_its_value(open_page, language):
    page = open_page("train", language, lock=",".join([*SETTINGS, "hidden", "preset"]), opt="adam", hidden="7,9")
    assert not page.exception
    shown = widgets(page)
    for name in SETTINGS:
        widget = shown[keys.Train.setting(name)]
        assert widget.disabled, name
        assert widget.help.startswith(strings(language)["links.locked"])
    assert [shown[keys.Train.units(layer)].value for layer in (0, 1)] == ["7", "9"]
    assert shown[keys.Train.units(1)].disabled
    assert latest(page.selectbox, "train.preset").disabled
    assert not [button for button in page.button if button.key and button.key.startswith("train.remove")]
    (locked,) = (caption.value for caption in page.caption if ":material/lock:" in caption.value)
    assert strings(language)["train.epochs"] in locked


def test_without_a_link_nothing_is_disabled(open_page):
    page = open_page("train")
    assert not any(widget.disabled for widget in widgets(page).values())
    assert not any(":material/lock:" in caption.value for caption in page.caption)


def test_a_preset_changes_neither_what_is_locked_nor_what_is_hidden(open_page):
    page = open_page("train", lock="epochs,hidden", hide="optimizer", epochs="7", opt="rmsprop", hidden="5")
    latest(page.selectbox, "train.preset").set_value("quick").run()
    kept = [page.session_state[key] for key in ("train.epochs", "train.optimizer", "train.units.0")]
    assert kept == [7, "rmsprop", 5]
    assert page.session_state["train.layer_count"] == 1
    assert page.session_state["train.schedule"] == PRESETS["quick"].train.schedule


def test_it_lasts_for_the_visit_on_all_pages(open_page):
    page = open_page("learn", lesson="loss", hide="play,inspect.map,optimizer", lock="section,lang", text="Begin.")
    assert [link for link in page.get("page_link") if "play" in link.proto.page] == []
    page.query_params = {}
    page.switch_page("pages/inspect.py").run()
    assert not page.exception
    row = page.segmented_control(key="inspect.section")
    assert strings("en")["inspect.section_map"] not in row.options
    assert row.disabled
    assert latest(page.segmented_control, "shell.language").disabled
    assert page.text[0].value == "Begin."
    page.query_params = {}
    page.switch_page("pages/train.py").run()
    assert "train.optimizer" not in widgets(page)
    assert page.query_params["hide"] in ("play,inspect.map,optimizer", ["play,inspect.map,optimizer"])


def test_the_lessons_that_are_hidden_are_stepped_over(open_page):
    page = open_page("learn", lesson="neuron", hide="learn.layer,learn.network")
    page.button(key="learn.next").click().run()
    assert page.session_state[keys.Learn.LESSON] == "forward"


def test_a_hidden_lesson_that_the_link_opens_gives_way_and_of_all_hidden_all_are_shown(open_page):
    assert open_page("learn", lesson="neuron", hide="learn.neuron").session_state[keys.Learn.LESSON] == "layer"
    page = open_page("play", hide="play.guess,play.fool")
    assert not page.exception
    assert len(page.segmented_control(key="play.section").options) == 2


def query_of(page) -> dict[str, str]:
    """What the address of a page says, each name once."""
    return {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}


@pytest.mark.parametrize(
    "text", ["Train twice.\n<b>Compare</b> & tell: 50% + 1?", "가" * 300, "Begin.\x00\u202e\u2028\n\n\n\nEnd"]
)
def test_the_text_is_in_every_address_of_the_visit_so_that_a_server_started_anew_shows_it(open_page, text):
    page = open_page("home", hide="play", text=text)
    shown = page.text[0].value
    page.query_params = {}
    page.switch_page("pages/glossary.py").run()
    assert query_of(page)["text"] == shown
    (link,) = (link for link in page.sidebar.get("page_link") if link.proto.page == "draw")
    said = dict(parse_qsl(link.proto.query_string, strict_parsing=True))
    assert (said["hide"], said["text"]) == ("play", shown)
    anew = open_page("draw", **query_of(page))  # by a session that knows nothing of the visit
    assert anew.text[0].value == shown
    assert not anew.warning
    assert anew.session_state[keys.HIDDEN] == ("play",)


def said_to(page, name: str) -> dict[str, str]:
    """What the sidebar's link to a page says."""
    (link,) = (link for link in page.sidebar.get("page_link") if link.proto.page == name)
    return dict(parse_qsl(link.proto.query_string, strict_parsing=True))


def test_the_values_that_are_locked_or_hidden_are_in_every_address_of_the_visit(open_page):
    page = open_page("learn", lock="epochs", hide="optimizer", epochs="3", opt="adam", hidden="7,9")
    page.query_params = {}
    page.switch_page("pages/glossary.py").run()
    said = query_of(page)
    assert (said["epochs"], said["opt"], said["hidden"]) == ("3", "adam", "7,9")
    to_train = said_to(page, "train")
    assert to_train.items() >= {"lock": "epochs", "hide": "optimizer", "epochs": "3", "opt": "adam"}.items()
    assert "epochs" not in said_to(page, "compare")  # whose set-up is another
    for anew in (open_page("train", **to_train), open_page("draw", **said)):  # by sessions that know nothing of it
        anew.query_params = {}
        anew.switch_page("pages/train.py").run()
        assert not anew.exception
        kept = [anew.session_state[key] for key in ("train.epochs", "train.optimizer", "train.units.1")]
        assert kept == [3, "adam", 9]


def test_what_is_chosen_since_then_goes_along_with_what_is_locked(open_page):
    page = open_page("train", lock="epochs", epochs="3")
    latest(page.selectbox, "train.optimizer").set_value("rmsprop").run()
    page.query_params = {}
    page.switch_page("pages/draw.py").run()
    page.query_params = said_to(page, "train")
    page.switch_page("pages/train.py").run()
    assert [page.session_state[key] for key in ("train.epochs", "train.optimizer")] == [3, "rmsprop"]


def test_a_link_that_fixes_no_setting_brings_its_set_up_to_train_alone(open_page):
    page = open_page("learn", hide="play", epochs="3")
    page.query_params = {}
    page.switch_page("pages/draw.py").run()
    assert "epochs" not in {**query_of(page), **said_to(page, "train")}
    page.switch_page("pages/train.py").run()
    assert page.session_state["train.epochs"] == 3


def menu(page) -> list[str]:
    """The pages in the sidebar."""
    return [link.proto.page for link in page.sidebar.get("page_link")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_that_a_link_opens_is_not_hidden_by_it_and_the_link_is_corrected_with_a_word(open_page, language):
    page = open_page("home", language)
    page.query_params = {"hide": "play,train,play.fool", "text": "Begin."}
    page.switch_page("pages/play.py").run()
    for _ in range(2):  # also when the page is drawn again
        assert not page.exception
        assert page.session_state[keys.HIDDEN] == ("train", "play.fool")
        assert page.query_params["hide"] in ("train,play.fool", ["train,play.fool"])
        assert page.warning[0].value.count(strings(language)["play.title"]) == 1
        told = strings(language)["links.hidden_page"].split("{page}")[1].split("}")[-1]
        assert told in page.warning[0].value
        page.run()
    page.switch_page("pages/glossary.py").run()
    assert [name for name in menu(page) if "play" in name or "train" in name] == ["play"]
    assert not page.warning


def test_whoever_gets_to_a_page_that_the_visit_hides_sees_in_the_menu_where_they_are(open_page):
    page = open_page("home", hide="play,train")
    assert not {"play", "train"} & set(menu(page))
    page.query_params = {}
    page.switch_page("pages/play.py").run()
    assert page.session_state[keys.HIDDEN] == ("play", "train")
    assert {"play", "train"} & set(menu(page)) == {"play"}
    page.switch_page("app.py").run()
    assert "play" not in menu(page)


def test_the_glossary_leads_to_nothing_that_is_hidden(open_page):
    def places(page) -> set[str]:
        return {
            place.split("?")[0] + place.partition("section=")[2].split("&")[0]
            for element in page.markdown
            if "](" in element.value
            for place in [element.value.rpartition("](")[2].removesuffix(")")]
        }

    assert {"train", "inspectmap", "inspectsurgery"} <= places(open_page("glossary"))
    assert not {"train", "inspectmap"} & places(open_page("glossary", hide="train,inspect.map"))
    assert "inspectsurgery" in places(open_page("glossary", hide="train,inspect.map"))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("name", "asked", "hidden", "opened"),
    [
        ("learn", "lesson", "neuron", "layer"),
        ("inspect", "section", "map", "units"),
        ("play", "section", "guess", "fool"),
    ],
)
def test_who_opens_what_the_link_hides_is_told_until_something_else_is_chosen(
    open_page, language, name, asked, hidden, opened
):
    page = open_page(name, language, hide=f"{name}.{hidden}", **{asked: hidden})
    key = keys.Learn.LESSON if name == "learn" else keys.section_of(name)
    title = strings(language)[section_title(name, hidden)]
    told = strings(language)["links.hidden_section"].split("{section}")[1].split("}")[-1]
    for _ in range(2):  # also when the page is drawn again, as it is when the browser has said whose visit it is
        assert not page.exception
        assert page.session_state[key] == opened
        assert page.query_params[asked] in (opened, [opened])
        assert title in page.warning[0].value
        assert told in page.warning[0].value
        page.run()
    if name == "learn":
        page.button(key="learn.next").click().run()
    elif name == "inspect":
        page.segmented_control(key=key).set_value("surgery").run()
    if name != "play":  # which has no other section left
        assert not page.warning


def test_a_section_that_a_link_hides_later_closes_with_a_word(open_page):
    """A reload first shows the section: the browser says only then whose visit it is, and what that visit hides."""
    page = open_page("inspect", section="map")
    assert not page.warning
    page.session_state[keys.HIDDEN] = ("inspect.map",)
    page.run()
    assert page.session_state[keys.section_of("inspect")] == "units"
    assert strings("en")["inspect.section_map"] in page.warning[0].value


def test_a_section_that_there_is_not_is_another_matter(open_page):
    page = open_page("inspect", section="cubes", hide="inspect.map")
    assert "cubes" in page.warning[0].value
    assert "hidden" not in page.warning[0].value


def test_a_locked_lesson_is_the_links(open_page):
    page = open_page("learn", lesson="loss", lock="lesson")
    assert page.segmented_control(key=keys.Learn.LESSON).disabled
    assert page.button(key="learn.next").disabled
    assert page.session_state[keys.Learn.LESSON] == "loss"


TRICKS = "**Log in** [here](http://example.org) <b>now</b> :red[x] $x$ :material/lock:"


@pytest.mark.parametrize("name", ["home", "learn", "train"])
def test_the_text_is_shown_as_it_was_typed_and_nowhere_as_markup(open_page, name):
    page = open_page(name, text=TRICKS)
    assert page.text[0].value == TRICKS
    marked_up = [element.value for kind in (page.markdown, page.caption, page.warning, page.info) for element in kind]
    assert not any("example.org" in words for words in marked_up)
    assert not any("example.org" in element.proto.body for element in page.get("html"))


def test_the_text_is_unfolded_on_the_page_that_the_link_opens(open_page):
    page = open_page("home", text="Begin.")
    assert page.expander[0].proto.expanded
    page.switch_page("pages/learn.py").run()
    assert not page.expander[0].proto.expanded


def test_a_text_that_is_too_long_is_told_and_not_shown(open_page):
    page = open_page("home", text="x" * 301)
    assert not page.text
    assert "300" in page.warning[0].value


def test_a_link_that_says_one_of_it_says_all_of_it(monkeypatch, open_page):
    page = open_page("home", hide="play", text="Begin.")
    page.query_params = {"lock": "epochs"}
    page.switch_page("pages/train.py").run()
    assert (page.session_state[keys.HIDDEN], page.session_state[keys.LOCKED]) == ("", ("epochs",))
    assert not page.text


def test_everything_can_be_shown_again(open_page):
    page = open_page("home", hide="play", lock="lang", text="Begin.")
    page.button(key="shell.share").click().run()
    latest(page.segmented_control, "sharing.view").set_value("class").run()
    page.button(key="sharing.clear").click().run()
    assert not page.exception
    assert not page.text
    assert not page.session_state[keys.HIDDEN]
    assert "hide" not in page.query_params
    assert not latest(page.segmented_control, "shell.language").disabled


def test_what_is_kept_fixed_is_what_is_hidden_or_locked(monkeypatch):
    monkeypatch.setattr(restrictions.st, "session_state", {keys.HIDDEN: ("lr",), keys.LOCKED: ("epochs",)})
    assert [restrictions.is_fixed(name) for name in ("lr", "epochs", "seed")] == [True, True, False]
