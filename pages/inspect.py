"""Inspect: a network from the inside, one of its units, what changes when a weight is changed, where it fails."""

import streamlit as st

from nnlab.ui import shell
from nnlab.ui.inspect import page

shell.page("inspect")
st.fragment(page.show)()  # a click draws anew what it changes, not the frame around it
