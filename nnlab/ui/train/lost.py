"""A run that the address names and the server does not have in memory: it may be kept, and then a link leads to it."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import kept, keys, shell
from nnlab.ui.text import t


def show() -> None:
    """Say so, and where to find it."""
    run = kept.find(st.session_state.get(keys.RUN_ID, ""))
    if run is None:
        st.info(t("train.lost_run"))
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="train.kept_run"):
        is_cut_off = run.kept is not None and run.kept.resumes_at is not None
        st.markdown(f":material/bookmarks: {t('train.kept_run_cut_off' if is_cut_off else 'train.kept_run')}")
        shell.link("runs", t("train.to_kept_run"), run=run.id)
