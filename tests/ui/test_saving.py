"""Every chart of the pages Inspect and Activations can be saved as a picture and taken along as a table."""

import ast
import json
from pathlib import Path

import pytest

import nnlab.ui
from nnlab.ui import saving
from nnlab.ui.places import PAGES
from nnlab.ui.text import speaking, strings

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


CODE = [  # (file, name of a column): those that are written as they stand in the program
    (file.name, key.value)
    for file in sorted(FOLDER.rglob("*.py"))
    for node in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(node, (ast.Assign, ast.AugAssign)) and isinstance(node.value, (ast.Dict, ast.BinOp))
    and ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target) == "table"
    for part in ast.walk(node.value)
    if isinstance(part, ast.Dict)
    for key in part.keys
    if isinstance(key, ast.Constant)
]  # fmt: skip
NOT_TAKEN = {"figures.py", "confusion.py", "charts.py"}  # whose table is a figure of plotly's


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_columns_of_a_table_are_called_in_the_visitors_language(language):
    taken = [name for file, name in CODE if file not in NOT_TAKEN]
    assert {"neuron", "number", "weight"} <= set(taken)
    assert [name for name in taken if f"columns.{name}" not in strings(language)] == []


def test_a_table_is_taken_along_in_the_visitors_words():
    table = {
        "": ["row 1", "row 2"],
        "input": [1, "bias"],
        "label": ["bias", "7"],
        "pixel 784": [0.1, 0.2],
        "내 것": [1, 2],
    }
    with speaking("ko"):
        assert saving.in_words(table) == {
            "": ["1행", "2행"],
            "입력": [1, "bias"],
            "레이블": ["편향", "7"],
            "픽셀 784": [0.1, 0.2],
            "내 것": [1, 2],
        }
    with speaking("en"):
        assert [*saving.in_words(table)] == ["", "Input", "Label", "Pixel 784", "내 것"]
        assert saving.in_words({"z": []}) == {"z (weighted sum)": []}
        assert [saving.name_in_words(name) for name in ("row", "row x", "rows 3", "a 1")] == [
            "Row",
            "row x",
            "rows 3",
            "a 1",
        ]


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
