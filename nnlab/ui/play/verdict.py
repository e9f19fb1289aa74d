"""What the network says to a game's drawing or digit, in large type: a sign, some words, a hint below them."""

import streamlit as st

_VERDICT = (
    '<div class="nnlab-verdict {kind}" role="status"><b>{sign}</b><span>{words}<small>{hint}</small></span></div>'
)


def show(sign: str, words: str, hint: str, kind: str = "") -> None:
    """Say it; ``kind`` "won" or "lost" colours the sign."""
    st.html(_VERDICT.format(kind=kind, sign=sign, words=words, hint=hint))
