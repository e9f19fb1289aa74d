"""The canvas, and how many strokes are on it, and nothing else: what ``measure`` compares the drawing page with."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

st_canvas(width=336, height=336, stroke_width=20, background_color="#ffffff", return_image_data=True, key="canvas")
drawing = (st.session_state["canvas"] or {}).get("drawing") or {}
with st.container(key="answer"):
    st.text(f"strokes: {len((drawing.get('raw') or {}).get('objects', []))}")
