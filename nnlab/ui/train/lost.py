"""A run that the address names and the server does not have in memory: it may be kept, and even go on from there."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import going_on, kept, keys, shell
from nnlab.ui.text import t


def show() -> None:
    """Say so, offer to go on with what was cut off, and say where to find the run."""
    run = kept.find(st.session_state.get(keys.RUN_ID, ""))
    if run is None:
        st.info(t("train.lost_run"))
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="train.kept_run"):
        if run.status != "interrupted":
            st.markdown(f":material/bookmarks: {t('train.kept_run')}")
        elif going_on.show(run, "train.go_on", "content"):
            st.rerun()
        shell.link("runs", t("train.to_kept_run"), run=run.id)
