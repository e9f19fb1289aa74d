"""Play: draw what is asked and have the network guess it, or fool the network with a few pixels."""

import streamlit as st

from nnlab.ui import play_fool, play_guess, shell
from nnlab.ui.text import t

SECTIONS = {"guess": play_guess.show, "fool": play_fool.show}
SECTION = "play.section"

shell.page("play")
if SECTION not in st.session_state:  # the address may name a section, so that a teacher can link to it
    asked = st.query_params.get("section")
    st.session_state[SECTION] = asked if asked in SECTIONS else "guess"
titles = {name: t(f"play.section_{name}") for name in SECTIONS}
section = st.segmented_control(
    t("play.section"),
    list(SECTIONS),
    required=True,
    key=SECTION,
    format_func=titles.get,
    label_visibility="collapsed",
    persist_state="session",
)
st.query_params["section"] = section
SECTIONS[section]()
