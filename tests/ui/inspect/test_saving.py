"""Every chart of the Inspect page can be saved as a picture and taken along as a table."""

import ast
import json
from pathlib import Path

import pytest

import nnlab.ui.inspect
from nnlab.ui.places import PAGES

FOLDER = Path(nnlab.ui.inspect.__file__).parent


def test_no_chart_of_the_page_is_drawn_without_its_table():
    drawn = [
        file.name
        for file in sorted(FOLDER.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("shell.show_chart", "st.plotly_chart")
    ]
    assert drawn == ["saving.py"]


@pytest.mark.parametrize("section", ["units", "gradients", "health", "failures", "damage"])
def test_a_chart_on_the_page_has_its_tool_and_its_button(open_page, section):
    assert section in PAGES["inspect"].sections
    page = open_page("inspect", section=section)
    charts = [element.proto for element in page.get("plotly_chart")]
    tables = {element.proto.id.rpartition("-")[2] for element in page.get("download_button")}
    assert charts
    for chart in charts:
        key = chart.id.rpartition("-")[2]
        assert f"{key}.table" in tables
        assert "toImage" not in json.loads(chart.spec)["layout"].get("modebar", {}).get("remove", [])
        assert json.loads(chart.config)["toImageButtonOptions"]["filename"] == key.replace(".", "-")
