"""Share this page: its address to copy and as a QR code for the projector, and a form that sets up a class's link.

It is computed only while it is open: for a page, that costs one button.
"""

from __future__ import annotations

import base64
from html import escape

import streamlit as st

from nnlab.ui import keys, layout, state
from nnlab.ui.components import link
from nnlab.ui.sharing import form, hosts, links, qr_code
from nnlab.ui.text import t

VIEWS = ("page", "class")


def show(page: str) -> None:
    """Open it over a page, or keep it open."""
    st.dialog(t("sharing.title"), width="large", icon=":material/qr_code_2:", on_dismiss=close)(_show)(page)


def close() -> None:
    """Close it with the next run of the page."""
    st.session_state.pop(keys.Share.IS_OPEN, None)


def _show(page: str) -> None:
    titles = {name: t(f"sharing.view_{name}") for name in VIEWS}
    view = layout.choose_view(t("sharing.title"), titles, keys.Share.VIEW)
    choices, result = st.columns(2, gap="medium")
    with choices:
        address = _of_page(page) if view == "page" else form.choose(page)
        address = _choose_host(address)
    with result:
        _show_code(address)  # above the address: a projector has the whole code on it, however long that one is
        link.show("sharing.link", address)


def _of_page(page: str) -> str:
    st.markdown(t("sharing.page_note"))
    job = state.current_job()
    with_run = job is not None and st.toggle(
        t("sharing.with_run"), key="sharing.with_run", help=t("sharing.with_run_help")
    )
    return links.to(page, links.of_page(with_run), page)


def _choose_host(address: str) -> str:
    """The address as other devices have to write it, where this browser's leads them to themselves."""
    if not hosts.is_only_here(address):
        return address
    listens_to = st.get_option("server.address")
    found = [] if listens_to and hosts.is_only_here(f"http://{listens_to}") else hosts.in_network()
    if not found:
        st.warning(t("sharing.only_here"))
        return address
    st.warning(t("sharing.localhost"))
    names = {host: hosts.at(host, address).split("?")[0] for host in found}
    if len(found) == 1:
        return hosts.at(found[0], address)
    chosen = st.radio(t("sharing.host"), found, format_func=names.get, key="sharing.host")
    return hosts.at(chosen, address)


def _show_code(address: str) -> None:
    code = qr_code.of(address)
    if code is None:
        st.info(t("sharing.too_long"))
        return
    picture = base64.b64encode(code.svg.encode()).decode()
    words = escape(t("sharing.qr_alt", address=address))
    st.html(f'<img class="nnlab-qr" alt="{words}" src="data:image/svg+xml;base64,{picture}">')
    if code.is_fine:
        st.caption(t("sharing.fine"))
