"""The address under which a visitor finds these runs again, on another device too: to copy, and as a QR code."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import urlencode

import streamlit as st

from nnlab.ui import kept, state
from nnlab.ui.components import link
from nnlab.ui.sharing import hosts, links, qr_code
from nnlab.ui.text import t


def show() -> None:
    """The fold with it; nothing where no run has been kept."""
    place = kept.shelf()
    if not place or kept.keeping().obstacle:
        return
    with st.expander(t("runs.address"), icon=":material/key:", key="runs.address"):
        words, code = st.columns([3, 1], gap="medium", vertical_alignment="center")
        address = links.to("runs", urlencode({"shelf": place, "lang": state.language()}), "runs")
        reached = hosts.in_network()[:1] if hosts.is_only_here(address) else []
        address = hosts.at(reached[0], address) if reached else address
        with words:
            st.markdown(t("runs.address_about"))
            link.show("runs.link", address)
        found = qr_code.of(address)
        if found is not None:
            picture = base64.b64encode(found.svg.encode()).decode()
            alt = escape(t("sharing.qr_alt", address=t("runs.address")))
            code.html(f'<img class="nnlab-qr" alt="{alt}" src="data:image/svg+xml;base64,{picture}">')
