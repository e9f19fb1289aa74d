"""Activations: every function and its slope, what slopes do through many layers, dead and saturated units."""

from importlib import import_module

import streamlit as st

from nnlab.ui import shell
from nnlab.ui.places import PAGES
from nnlab.ui.text import t

SECTIONS = PAGES["activations"].sections  # each a module of nnlab.ui.activations

shell.page("activations")
section = shell.choose_section("activations", SECTIONS)
with st.spinner(t("activations.starting")):
    module = import_module(f"nnlab.ui.activations.{section}")  # torch: seconds, on a server that has just started
module.show()
