"""Activations: every function and its slope, what slopes do through many layers, dead and saturated units."""

import streamlit as st

from nnlab.ui import shell
from nnlab.ui.text import t

shell.page("activations")
section = shell.choose_section("activations", ("curves", "depth", "health"))
with st.spinner(t("activations.starting")):
    from nnlab.ui.activations import sections  # torch: seconds, on a server that has just started

{"curves": sections.show_curves, "depth": sections.show_depth, "health": sections.show_health}[section]()
