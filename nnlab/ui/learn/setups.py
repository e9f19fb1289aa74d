"""What is set up in a lesson, between its widgets and the address: a link chooses, and a choice can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from nnlab.teaching.setups import SetupText
from nnlab.ui import address, restrictions


@dataclass(frozen=True)
class Chosen:
    """The set-up of a lesson.

    Attributes:
        text: how it is written in the address, under the lesson's name.
        widgets: field of the set-up -> the key of what chooses it.
        count_key: the key of how often an address has asked for a set-up.
    """

    text: SetupText
    widgets: Mapping[str, str]
    count_key: str

    def follow_address(self) -> None:
        """Choose what the address asks for; at first what is usual. To be called before the widgets are drawn."""
        asked = address.asked(self.text.name)
        if asked is not None:
            self.choose(asked)
        for field, key in self.widgets.items():
            if key not in st.session_state:
                st.session_state[key] = getattr(self.text.usual, field)

    def choose(self, setup: Any) -> None:
        """Choose all that a set-up says, before the widgets are drawn."""
        for field, key in self.widgets.items():
            st.session_state[key] = getattr(setup, field)
        st.session_state[self.count_key] = self.times_asked + 1

    @property
    def times_asked(self) -> int:
        """How often an address has asked for a set-up."""
        return st.session_state.get(self.count_key, 0)

    def shows(self, choice: str) -> bool:
        """Whether one of the text's choices is there, since no teacher's link hides it."""
        return not restrictions.is_hidden(f"{self.text.name}.{choice}")

    @property
    def has_choices(self) -> bool:
        """Whether any of them is there."""
        return any(map(self.shows, self.text.choices))

    def values(self) -> dict[str, Any]:
        """What is chosen, by field."""
        return {field: st.session_state[key] for field, key in self.widgets.items()}

    def write_address(self, setup: Any) -> None:
        """Have the address ask for this set-up."""
        address.write(**{self.text.name: self.text.write(setup) or None})
