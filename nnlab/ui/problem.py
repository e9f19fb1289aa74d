"""Something went wrong: a sentence in the visitor's language, the core's English words and paths in a fold below it.

Every code of ``idx.REASONS`` has a sentence ``problems.data_CODE``, every one of ``jobs.FAILURES`` a sentence
``train.failed_CODE``; a test names those that are missing.
"""

from __future__ import annotations

import streamlit as st

from nnlab.sources.errors import DataError
from nnlab.ui.text import t, writable


def data_words(error: DataError) -> str:
    """What is wrong with the data, and with which file."""
    return t(f"problems.data_{error.reason}", file=f"`{error.file or 'MNIST'}`")


def show_data(error: DataError, key: str) -> None:
    """What is wrong with the data, within the sentence of ``key``, which has a place for it: ``{reason}``."""
    show(t(key, reason=data_words(error)), error)


def show(words: str, details: object, icon: str = ":material/error:") -> None:
    """The sentence in red, and in a fold below it the details, which only whoever runs the server needs."""
    st.error(words, icon=icon)
    show_details(details)


def show_details(details: object) -> None:
    """The fold alone; nothing where there are no details."""
    if str(details):
        with st.expander(t("problems.details")):
            st.code(writable(str(details)), language=None, wrap_lines=True)
