"""A data set that is chosen and not here yet, or not as it is published: how large it is, a button that fetches it."""

from __future__ import annotations

import streamlit as st

from nnlab.sources import published
from nnlab.sources.errors import DOWNLOAD_REASONS
from nnlab.sources.mnist import mnist_dir
from nnlab.sources.published import DATA_SETS
from nnlab.ui import problem
from nnlab.ui.fetching import FETCHES, Fetch
from nnlab.ui.text import duration, t


def show(source: str) -> None:
    """What the chosen data set is; where it is missing, or another, the offer to fetch it. Nothing for MNIST."""
    if source not in DATA_SETS:
        return
    st.caption(t(f"classes.about_{source}"))
    fetch = FETCHES[source]
    if not published.is_here(source) or published.others_than_published(source):
        st.fragment(_offer, run_every=0.5 if fetch.is_running else None)(fetch, fetch.is_running)


def _offer(fetch: Fetch, was_running: bool) -> None:
    if fetch.is_running != was_running:
        st.rerun()  # the whole page, which begins or stops the ticking
    data_set = DATA_SETS[fetch.source]
    if fetch.is_running:
        _show_progress(fetch)
        return
    if fetch.error is not None and fetch.error.reason in DOWNLOAD_REASONS:
        words = t(f"classes.failed_{fetch.error.reason}", name=data_set.name)
        problem.show(words, fetch.error, icon=":material/cloud_off:")
    elif fetch.was_cancelled:
        st.caption(t("classes.cancelled"))
    facts = {"name": data_set.name, "megabytes": data_set.megabytes}
    folder = mnist_dir() / data_set.folder
    if others := published.others_than_published(fetch.source):
        st.warning(t("classes.others", **facts, files=", ".join(others), folder=folder), icon=":material/help:")
    else:
        st.warning(t("classes.missing", **facts, folder=folder))
    if st.button(t("classes.fetch", **facts), key="train.fetch", icon=":material/download:", on_click=fetch.start):
        st.rerun()


def _show_progress(fetch: Fetch) -> None:
    """Megabytes so far of all files together, the time that is left, a button to cancel."""
    name, total = DATA_SETS[fetch.source].name, DATA_SETS[fetch.source].megabytes
    done = fetch.done_bytes / 1e6
    words = t("classes.fetching", name=name, done=f"{done:.1f}", total=total)
    if done > 0:
        left = fetch.running_seconds * max(0.0, total - done) / done
        words += ", " + t("classes.left", time=duration(left))
    st.progress(min(1.0, done / total), words)
    st.button(t("classes.cancel"), key="train.cancel_fetch", icon=":material/close:", on_click=fetch.cancel)
