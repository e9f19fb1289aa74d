"""A chart's tools: in the visitor's language, and none that sends the chart to somebody."""

from pathlib import Path

import plotly
import pytest

from nnlab.ui import chart_config as module
from nnlab.ui.chart_config import WORDS, chart_config
from nnlab.ui.text import LANGUAGES, strings


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_plotly_says_is_said_in_the_visitors_language(monkeypatch, language):
    monkeypatch.setattr(module.state, "language", lambda: language)
    monkeypatch.setattr(module, "t", strings(language).__getitem__)
    config = chart_config("a-name")
    assert config["locale"] == language
    dictionary = config["locales"][language]["dictionary"]
    assert dictionary["Zoom in"] == strings(language)["common.chart_zoom_in"]
    assert list(dictionary) == list(WORDS)
    assert "PNG" in dictionary["Download plot as a PNG"]  # by which static/values.js finds the tool
    assert config["toImageButtonOptions"]["filename"] == "a-name"
    assert config["showSendToCloud"] is False


def test_plotly_still_says_it_in_these_words():
    source = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text("utf-8")
    assert [words for words in WORDS if f'"{words}"' not in source] == []
    assert "showSendToCloud:{" in source
