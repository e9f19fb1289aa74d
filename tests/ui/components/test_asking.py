"""What is this?: every chart and every setting has its sentence, and no sentence is about something that is gone."""

import re
from pathlib import Path

import pytest

import nnlab.ui
from nnlab.config import ModelConfig, TrainConfig
from nnlab.ui import keys
from nnlab.ui.components import asking
from nnlab.ui.places import PAGES
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to

UI = Path(nnlab.ui.__file__).parent
FILES = sorted([*UI.rglob("*.py"), *(UI.parents[1] / "pages").glob("*.py")])
SOURCES = "\n".join(file.read_text("utf-8") for file in FILES)
CHARTS = sorted(set(re.findall(r'show_chart\(\s*\w+,\s*(?:key=)?"([\w.]+)"', SOURCES)))


def as_class(key: str) -> str:
    """A key as Streamlit writes it into the class of its element."""
    return re.sub(r"[^\w-]", "-", key)


@pytest.mark.parametrize("key", CHARTS)
def test_every_chart_has_a_sentence(key):
    assert len(CHARTS) > 25
    assert as_class(key) in asking._things(key.partition(".")[0], "en")


def test_every_setting_has_its_help():
    things = asking._things("train", "ko")
    assert things["train-learning_rate"] == strings("ko")["train.learning_rate_help"]
    assert {f"train-{name}" for name in (*TrainConfig.__dataclass_fields__, *ModelConfig.__dataclass_fields__)} <= {
        *things, "train-hidden_sizes",
    }  # fmt: skip


@pytest.mark.parametrize("name", [key.removeprefix("what.") for key in strings("en") if key.startswith("what.")])
def test_every_sentence_is_about_something_that_is_there(name):
    page, _, thing = name.partition("-")
    assert page in (*PAGES, "shell")
    named = vars(getattr(keys, page.capitalize(), object)).values()
    made = {  # keys that are put together
        "train-units": "def units", "train-more_network": "more_network", "train-more_training": "more_training",
        "draw-canvas": '{self.name}.canvas',
    }  # fmt: skip
    texts = (f'"{page}.{thing}"', f'f"{page}.{thing}.', f'"{page}", "{thing}"', made.get(name, "no such text"))
    commands = re.findall(r'_button\(\s*"(\w+)"', SOURCES) if page == "train" else []
    assert f"{page}.{thing}" in named or thing in commands or any(text in SOURCES for text in texts)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_sends_its_own_sentences_in_the_visitors_language(open_page, name, language):
    sent = sent_to(open_page(name, language), "nnlab_asking")
    assert sent["words"]["ask"] == strings(language)["asking.ask"]
    assert sent["things"]["shell-share"] == strings(language)["what.shell-share"]
    assert {thing.partition("-")[0] for thing in sent["things"]} <= {name, "shell"}
