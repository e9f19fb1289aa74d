"""Home: what nnlab is, what to try first, and which digits are here to learn from."""

import streamlit as st

from nnlab.ui import shell
from nnlab.ui.home import page as home

shell.page("home", card_width=home.card_width())
home.show_things_to_try()
st.divider()
home.show_data()
