"""What a module brings along when it is imported: a page shows its controls before torch is there.

Only names are listed that are free of a heavy package; whoever adds a module sees here where it belongs.
"""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import nnlab

ROOT = Path(nnlab.__file__).parents[1]
HEAVY = ("torch", "streamlit", "plotly")
FREE_OF_ALL = [
    "archive", "bench_report", "builtin", "builtin.cache", "cli", "config", "download", "games",
    "handwriting_styles", "history", "idx", "jobs", "machine", "mnist_files", "office", "own_digits", "paths",
    "pipes", "processes", "worker", "ui", "ui.fetch", "ui.visits", "ui.warm_up",
]  # fmt: skip
FREE_OF_TORCH_AND_STREAMLIT = ["ui.charts", "ui.diagram", "ui.learn_charts", "ui.train_charts", "ui.why_charts"]
FREE_OF_TORCH = [
    "ui.canvas", "ui.clock", "ui.controls", "ui.digits", "ui.draw_parts", "ui.examination", "ui.frame",
    "ui.gallery", "ui.home", "ui.lessons", "ui.lessons.descent", "ui.lessons.formula", "ui.lessons.frame",
    "ui.lessons.network", "ui.live", "ui.live_reading", "ui.numbers", "ui.own_digits", "ui.own_panel",
    "ui.pixel_grid", "ui.play_fool", "ui.play_guess", "ui.problem", "ui.readers", "ui.run_panel", "ui.scripts",
    "ui.shell", "ui.state", "ui.text", "ui.verdict", "ui.why", "ui.why_case", "ui.why_changes",
]  # fmt: skip
# __main__ runs the command line when it is imported; what it imports is in the list.
ALL = [module.name for module in pkgutil.walk_packages(nnlab.__path__, "nnlab.") if "__main__" not in module.name]
CORE = [name.removeprefix("nnlab.") for name in ALL if not name.startswith("nnlab.ui")]


def brought_along(modules: list[str]) -> dict[str, list[str]]:
    """The heavy packages that a fresh interpreter has loaded after each of these modules, one after another."""
    program = (
        "import importlib, json, sys\n"
        "heavy, *modules = json.loads(sys.argv[1])\n"
        "found = {}\n"
        "for name in modules:\n"
        "    importlib.import_module(f'nnlab.{name}')\n"
        "    found[name] = [package for package in heavy if package in sys.modules]\n"
        "print(json.dumps(found))"
    )
    command = [sys.executable, "-c", program, json.dumps([HEAVY, *modules])]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_core_loads_neither_streamlit_nor_plotly():
    assert {"activations", "model", "training", "drawing", "evaluation"} <= set(CORE)
    assert brought_along(CORE)[CORE[-1]] == ["torch"]


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (FREE_OF_ALL, {"torch", "streamlit", "plotly"}),
        (FREE_OF_TORCH_AND_STREAMLIT, {"torch", "streamlit"}),
        (FREE_OF_TORCH, {"torch"}),
    ],
    ids=["all", "torch-streamlit", "torch"],
)
def test_light_modules_stay_light(modules, absent):
    assert {name: packages for name, packages in brought_along(modules).items() if absent & set(packages)} == {}
