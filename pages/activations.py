"""Activations: every function and its slope, what slopes do through many layers, dead and saturated units."""

import streamlit as st

from nnlab.ui import shell
from nnlab.ui.text import t

SECTIONS = ("curves", "depth", "health")
SECTION = "activations.section"

shell.page("activations")
if SECTION not in st.session_state:  # the address may name a section, so that a teacher can link to it
    asked = st.query_params.get("section")
    st.session_state[SECTION] = asked if asked in SECTIONS else SECTIONS[0]
titles = {name: t(f"activations.section_{name}") for name in SECTIONS}
section = st.segmented_control(
    t("activations.section"),
    SECTIONS,
    required=True,
    key=SECTION,
    format_func=titles.get,
    label_visibility="collapsed",
    persist_state="session",
)
st.query_params["section"] = section
with st.spinner(t("activations.starting")):
    from nnlab.ui import activation_sections as sections  # torch: seconds, on a server that has just started

{"curves": sections.show_curves, "depth": sections.show_depth, "health": sections.show_health}[section]()
