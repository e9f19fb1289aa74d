"""Every chart of the pages Inspect and Activations can be saved as a picture and taken along as a table."""

import ast
import json
from pathlib import Path

import pytest

import nnlab.ui
from nnlab.ui.places import PAGES

FOLDER = Path(nnlab.ui.__file__).parent


@pytest.mark.parametrize("page", ["inspect", "activations"])
def test_no_chart_of_the_page_is_drawn_without_its_table(page):
    drawn = [
        file.name
        for file in sorted((FOLDER / page).glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("shell.show_chart", "st.plotly_chart")
    ]
    assert drawn == []


SECTIONS = [
    *(("inspect", section) for section in ("units", "gradients", "health", "failures", "damage")),
    *(("activations", section) for section in PAGES["activations"].sections),
]


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_a_chart_on_the_page_has_its_tool_and_its_button(open_page, name, section):
    assert section in PAGES[name].sections
    page = open_page(name, section=section)
    assert not page.exception
    charts = [element.proto for element in page.get("plotly_chart")]
    tables = {element.proto.id.rpartition("-")[2] for element in page.get("download_button")}
    assert charts
    for chart in charts:
        key = chart.id.rpartition("-")[2]
        assert f"{key}.table" in tables
        assert "toImage" not in json.loads(chart.spec)["layout"].get("modebar", {}).get("remove", [])
        assert json.loads(chart.config)["toImageButtonOptions"]["filename"] == key.replace(".", "-")
