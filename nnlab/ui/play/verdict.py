"""What the network says to a game's drawing or digit, in large type: a sign, some words, a hint below them."""

import streamlit as st

_VERDICT = """<style>
.nnlab-verdict {{ display: flex; gap: 1.1rem; min-height: 7.5rem; word-break: keep-all; }}
.nnlab-verdict b {{ font-size: 5rem; line-height: 5.4rem; font-weight: 650; min-width: 3.2rem; }}
.nnlab-verdict.won b {{ color: #009E73; }}
.nnlab-verdict.lost b {{ color: #D55E00; }}
.nnlab-verdict span {{ font-size: 1.5rem; line-height: 1.9rem; padding-top: 0.5rem;
  font-variant-numeric: tabular-nums; }}
.nnlab-verdict small {{ font-size: 1.05rem; line-height: 1.45rem; opacity: 0.8; display: block; padding-top: 0.2rem; }}
</style><div class="nnlab-verdict {kind}" role="status"><b>{sign}</b><span>{words}<small>{hint}</small></span></div>"""


def show(sign: str, words: str, hint: str, kind: str = "") -> None:
    """Say it; ``kind`` "won" or "lost" colours the sign."""
    st.html(_VERDICT.format(kind=kind, sign=sign, words=words, hint=hint))
