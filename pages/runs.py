"""My runs: those that this visitor has trained, kept across reloads and restarts of the server."""

from importlib import import_module

from nnlab.ui import shell
from nnlab.ui.places import PAGES

SECTIONS = PAGES["runs"].sections  # each a module of nnlab.ui.runs with a function show()

shell.page("runs")
import_module(f"nnlab.ui.runs.{shell.choose_section('runs', SECTIONS)}").show()
