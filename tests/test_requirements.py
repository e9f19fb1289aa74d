"""What is imported is declared, since what comes only with another package may stop coming; and bounds were tried."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"nnlab", "pages", "tests", "tools"}
PACKAGES = {
    "PIL": "pillow",
    "imageio_ffmpeg": "imageio-ffmpeg",
    "sklearn": "scikit-learn",
    "streamlit_drawable_canvas": "streamlit-drawable-canvas",
    "xdist": "pytest-xdist",
}


# Peers in the bench; and what MP4 films take, without which the page says what to install.
OPTIONAL = {"scikit-learn", "threadpoolctl", "imageio-ffmpeg"}


def imported(files: Iterable[Path]) -> set[str]:
    """The packages, by the names that pip knows, that files import anywhere in them; Python's own and ours left out."""
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module)
    tops = {name.partition(".")[0] for name in names} - OURS - {"tomllib"} - set(sys.stdlib_module_names)
    return {PACKAGES.get(top, top) for top in tops}


def declared(name: str) -> set[str]:
    return set(re.findall(r"^[\w-]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("folders", "lists", "in_tests_only"),
    [
        (["nnlab", "pages"], ["requirements.txt"], OPTIONAL),
        (["nnlab", "pages", "tests"], ["requirements.txt", "requirements-dev.txt"], set()),
    ],
    ids=["app", "tests"],
)
def test_what_is_imported_is_declared(folders, lists, in_tests_only):
    files = [ROOT / "app.py", *(file for folder in folders for file in (ROOT / folder).rglob("*.py"))]
    found = imported(files) - in_tests_only
    assert {"torch", "numpy", "streamlit", "pillow", "pandas"} <= found
    assert found - set().union(*map(declared, lists)) == set()


def releases(path: str, operator: str) -> dict[str, str]:
    return dict(
        re.findall(rf"^([\w-]+)(?:\[[\w,]+\])?{operator}([\d.]+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    )


def test_every_lower_bound_is_the_release_that_was_tried():
    """``.ci/oldest.txt`` names them."""
    bounds, tried = releases("requirements.txt", ">="), releases(".ci/oldest.txt", "==")
    del bounds["tomli"]  # only for an older Python than the one of the trial
    assert {"streamlit", "torch", "torchvision", "numpy", "plotly"} <= bounds.keys()
    assert bounds == {name: tried.get(name) for name in bounds}
