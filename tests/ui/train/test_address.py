"""The Train page's address: whatever it says, there is a set-up, and what could not be used is said in our words."""

import re
from urllib.parse import quote

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from nnlab.config import PRESETS, Setup, from_query
from nnlab.ui import keys
from nnlab.ui.parameters import SETTINGS
from nnlab.ui.train import address, controls
from tests.hostile import within_bounds

OURS = [*SETTINGS, *SETTINGS.values()]
NAMES = st.sampled_from([*OURS, "hiden", "LR", "fbclid", "lang"]) | st.text(max_size=30)
VALUES = st.text() | st.text("0123456789.,-e`*_[](){}<>#\n\u2028 ", max_size=100)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=12).map(
    lambda pairs: "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setattr(streamlit, "session_state", {"language": "en"})


@given(QUERIES)
def test_whatever_an_address_says_there_is_a_set_up_and_a_short_note(session, query):
    with within_bounds():
        address.fill_controls(query, otherwise=PRESETS["notes"].setup)
    ignored, setup = streamlit.session_state[keys.Train.IGNORED]
    assert setup == controls.current()
    assert setup in (from_query(query)[0], PRESETS["notes"].setup)
    note = address.explain(ignored)
    assert len(note) < 4000
    outside = re.sub(r"`[^`\n]*`", "", note)  # what is quoted is shown as it is; all else is the page's own
    assert not re.search(r"[<>\[\]]|\n\n", outside), note


def test_a_link_cannot_write_on_the_page(session):
    """A blank line in a value ended the quotation, and a link to anywhere could follow."""
    address.fill_controls("lr=" + quote("1\n\n[Log in again](http://example.org)"), otherwise=Setup())
    ignored, _ = streamlit.session_state[keys.Train.IGNORED]
    assert "`lr=1 [Log in again](http://example.org)`" in address.explain(ignored)
