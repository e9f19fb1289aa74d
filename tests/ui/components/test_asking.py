"""What is this?: every control, chart and picture has its sentence, and no sentence is about something that is gone."""

import ast
import json
import re
from pathlib import Path

import pytest

import nnlab.ui
from nnlab.config import ModelConfig, TrainConfig
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import keys
from nnlab.ui.components import asking
from nnlab.ui.places import PAGES, section_parameter
from nnlab.ui.text import LANGUAGES, strings
from tests.ui.drawing import sent_to

UI = Path(nnlab.ui.__file__).parent
FILES = sorted([*UI.rglob("*.py"), *(UI.parents[1] / "pages").glob("*.py")])
TREES = [ast.parse(file.read_text("utf-8")) for file in FILES]
# Places that hold other things, each with a sentence of its own.
HOLDERS = {"result-first", "train.set-up", "draw.room", "inspect.room", "draw.answer", "draw.question",
           "learn.parts", "learn.course", "learn.experiment-step", "learn.experiment-ways", "learn.hand-steps",
           "learn.layer-wide", "learn.layer-narrow", "learn.open", "learn.prose", "play.task", "play.reads",
           "play.side", "play.commands", "play.fool", "draw.paper", "train.run", "train.steering",
           "learn.writing_picture", "learn.writing_row_of_path", "learn.writing_row_of_start",
           "inspect.surgery", "inspect.desk", "glossary.terms", "classroom.head"}  # fmt: skip
# What nobody sees, or what only answers a question: the frame's script, the canvas' dress, this button itself.
UNSEEN = {"asking", "frame", "draw.dress", "play.dress", "inspect.dress"}
CONTROLS = {"button", "button_group", "bidi_component", "checkbox", "download_button", "expander", "flex_container",
            "multiselect", "number_input", "plotly_chart", "popover", "radio", "select_slider", "selectbox", "slider",
            "text_area", "text_input", "toggle"}  # fmt: skip

FOLDS = {"expander", "popover", "flex_container"}  # a test page knows no keys of those that tell nobody of being opened


def written_keys() -> set[str]:
    """The keys in the sources that are written in full: those of what is seldom on a page are among them."""
    given = [word.value for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)
             for word in node.keywords if word.arg == "key"]  # fmt: skip
    return {value.value for value in given if isinstance(value, ast.Constant)} - HOLDERS - UNSEEN


def texts() -> set[str]:
    """All strings of the sources; one with gaps, ``f"train.row.{layer}"``, up to its first."""
    found = set()
    for node in (node for tree in TREES for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            found.add(node.values[0].value)
    return found


def keys_on(page) -> dict[str, str]:
    """What is on a page: key -> kind."""
    found = {}

    def look(block) -> None:
        for child in block.children.values():
            key = re.sub(r"^\$\$ID-[0-9a-f]+-", "", str(getattr(child.proto, "id", "")))
            if child.type in CONTROLS and (key or child.type not in FOLDS):
                found[key] = child.type
            if hasattr(child, "children"):
                look(child)

    look(page._tree)
    return found


def undescribed(page) -> list[str]:
    assert not page.exception
    found = keys_on(page)
    assert {"shell.share", "shell.pages"} <= set(found)
    return [key for key in sorted(set(found) - HOLDERS - UNSEEN) if not asking.sentence(key, "en")]


PLACES = [(page, {section_parameter(page): section}) for page in PAGES for section in PAGES[page].sections]
PLACES += [(page, {}) for page in PAGES if not PAGES[page].sections]
PLACES += [("learn", {"experiment": name, "step": "1"}) for name in ("all", *list(EXPERIMENTS)[:2])]


@pytest.mark.parametrize(("name", "place"), PLACES, ids=["-".join([name, *place.values()]) for name, place in PLACES])
def test_everything_on_a_page_has_a_sentence(open_page, name, place):
    assert undescribed(open_page(name, **place)) == []


@pytest.mark.parametrize("key", sorted(written_keys()))
def test_every_written_key_has_a_sentence_of_its_own(key):
    assert re.sub(r"[^\w-]", "-", key) in asking.things("en")


def test_every_fold_has_a_key():
    calls = [node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)]
    folds = [node for node in calls if getattr(node.func, "attr", "") in ("expander", "popover", "fold")]
    assert len(folds) > 10
    unnamed = [ast.unparse(node) for node in folds if "key" not in {word.arg for word in node.keywords}]
    assert unnamed == ["st.expander(t('problems.details'))"]  # of which a page may have several


def test_what_nobody_described_has_no_sentence():
    assert asking.sentence("train.nonsense", "en") is None
    assert asking.sentence("", "en") is None


def test_keys_of_the_same_kind_share_a_sentence():
    said = strings("en")
    assert asking.sentence("train.row.1", "en") == said["what.train-row"]
    assert asking.sentence("train.epochs.field", "en") == said["train.epochs_help"]
    assert asking.sentence("learn.neuron_w2", "en") == said["what.learn-neuron_w"]
    assert asking.sentence("inspect.part.table", "en") == said["what.shell-data"]
    assert asking.sentence("inspect.check.table", "en") == said["what.inspect-check-table"]


def test_every_setting_has_its_help():
    things = asking.things("ko")
    assert things["train-learning_rate"] == strings("ko")["train.learning_rate_help"]
    assert {f"train-{name}" for name in (*TrainConfig.__dataclass_fields__, *ModelConfig.__dataclass_fields__)} <= {
        *things, "train-hidden_sizes",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_stands_for_a_sentence_is_one(language):
    """It has no gap that somebody would have to fill in, and nothing that only Markdown understands."""
    assert [key for key, said in asking.things(language).items() if re.search(r"[{}]|\*\*|\$|`", said)] == []
    assert {len(said) > 8 for said in asking.things(language).values()} == {True}


def test_every_sentence_is_about_something_that_is_there():
    classes = {re.sub(r"[^\w-]", "-", text) for text in texts()}
    classes |= {f"learn-{name}" for name in classes}  # of keys.Learn.value
    owners = [owner for owner in vars(keys).values() if isinstance(owner, type)]
    classes |= {re.sub(r"[^\w-]", "-", str(value)) for owner in owners for value in vars(owner).values()}
    starts = {text for text in classes if text.endswith(("-", "_")) and text.count("-") + text.count("_") > 1}
    parts = {part for text in texts() for part in text.split() if part.isidentifier()}

    def is_there(name: str) -> bool:
        thing = name.partition("-")[2]
        parts_of_it = {thing, thing.removesuffix("_do"), thing.removeprefix("why_")} & parts
        return name in classes or bool(parts_of_it) or any(
            name.startswith(start) or start.startswith(name) for start in starts
        )  # fmt: skip

    assert " ".join(name for name in asking.things("en") if not is_there(name)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_gets_the_sentences_of_the_visitors_language(open_page, language):
    sent = sent_to(open_page("home", language), "nnlab_asking")
    assert sent["words"]["ask"] == strings(language)["asking.ask"]
    assert re.fullmatch(rf"what/{language}/[0-9a-f]{{8}}", sent["things"])
    assert json.loads(asking.get(language).plain) == asking.things(language)
    assert asking.get("fr") is None
