"""What is set up in a lesson, between its widgets and the address: a link chooses, and a choice can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
        kept_key: the key of the last set-up that was drawn.
    """

    text: SetupText
    widgets: Mapping[str, str]
    count_key: str
    kept_key: str

    def follow_address(self) -> None:
        """Choose what the address asks for; at first what is usual. To be called before the widgets are drawn."""
        asked = address.asked(self.text.name)
        if asked is not None:
            self.choose(asked)
        elif None in self._values().values():
            self._set(st.session_state.get(self.kept_key, self.text.usual))

    def choose(self, setup: Any) -> None:
        """Choose all that a set-up says, before the widgets are drawn."""
        self._set(setup)
        st.session_state[self.count_key] = self.times_asked + 1

    def take(self, field: str, value: Any) -> None:
        """Choose what the browser says of a field that it has chosen itself, and keep it."""
        st.session_state[self.widgets[field]] = value
        kept = st.session_state.get(self.kept_key, self.text.usual)
        st.session_state[self.kept_key] = replace(kept, **{field: value})

    def _set(self, setup: Any) -> None:
        for field, key in self.widgets.items():
            st.session_state[key] = getattr(setup, field)

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
        """What is chosen, by field. To be called after the widgets are drawn.

        Now and then, where one run of the page cuts another off, Streamlit draws widgets without what was chosen in
        them. Then the page is drawn once more with the set-up that was kept.
        """
        values = self._values()
        if None in values.values():
            st.rerun()
        return values

    def _values(self) -> dict[str, Any]:
        return {field: st.session_state.get(key) for field, key in self.widgets.items()}

    def keep(self, setup: Any) -> None:
        """Keep this set-up, and have the address ask for it."""
        st.session_state[self.kept_key] = setup
        address.write(**{self.text.name: self.text.write(setup) or None})
