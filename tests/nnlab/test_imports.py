"""The one-way arrow: the core is usable without the app, and the controls without torch."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import nnlab

ROOT = Path(nnlab.__file__).parents[1]
# __main__ runs the command line when it is imported; what it imports is in ``commands``.
CORE = sorted(module.name for module in pkgutil.iter_modules(nnlab.__path__) if module.name not in ("ui", "__main__"))


def loaded_after_importing(*names: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after importing these modules of nnlab."""
    program = (
        "import importlib, json, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(f'nnlab.{name}')\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    command = [sys.executable, "-c", program, *names]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout))


def test_the_core_loads_neither_streamlit_nor_plotly():
    assert {"config", "activations", "model", "training", "drawing", "evaluation"} <= set(CORE)
    loaded = loaded_after_importing(*CORE)
    assert "torch" in loaded
    assert not loaded & {"streamlit", "plotly"}


@pytest.mark.parametrize("name", ["config", "paths"])
def test_what_the_first_page_needs_at_once_loads_no_torch(name):
    assert not loaded_after_importing(name) & {"torch", "numpy", "streamlit"}
