"""The warm-up thread."""

import subprocess
import sys

CODE = """
import sys
from nnlab.runs import jobs
from nnlab.ui import warm_up
jobs.warm_up = lambda: None
warm_up._wanted.set()
warm_up._warm_up()
print("torch" in sys.modules, "nnlab.ui.components.live_run" in sys.modules, "streamlit" in sys.modules)
"""


def test_it_loads_torch_and_nothing_that_the_pages_load_themselves():
    found = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True", "False", "False"]


def test_no_figure_is_drawn_while_another_thread_imports_pandas():
    """Plotly takes what is in sys.modules for all of pandas; two first visitors at once made it fail."""
    code = "import sys, nnlab.ui.charts; print(hasattr(sys.modules.get('pandas'), 'Series'))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "True"
