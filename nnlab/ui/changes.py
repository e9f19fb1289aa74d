"""What the visitor has changed in networks: a list of changes for each, kept for the visit. Nothing here needs torch.

A network is named as in the menu of ``readers``. What they do is said in
``inspection.changes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import keys, state
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnlab.inspection.changes import Change

BYTES, NUMBER_BYTES = 300, 32  # of memory for each change, and for each number of a layer that is held
MOST_NETWORKS = 20  # the last ones that were changed


def of(network: str) -> tuple[Change, ...]:
    """The changes of a network, in the order in which they were made."""
    return _all().get(network, ())


def networks() -> list[str]:
    """The networks that are changed."""
    return list(_all())


def set_of(network: str, changes: Sequence[Change]) -> None:
    """Let these be the changes of a network; none leaves it as it was."""
    known = _all()
    known.pop(network, None)
    if changes:
        known[network] = tuple(changes)
    kept = dict(list(known.items())[-MOST_NETWORKS:])
    state.keep(keys.CHANGES, kept, size=sum(map(size_of, kept.values())))


def size_of(made: Sequence[Change]) -> int:
    """How many bytes of memory changes take, roughly."""
    return sum(BYTES + NUMBER_BYTES * len(getattr(each, "values", ())) for each in made)


def add(network: str, change: Change) -> None:
    """Change a network once more. Beyond as many changes as one may have, nothing happens."""
    from nnlab.inspection.surgery import MOST_CHANGES

    if len(of(network)) < MOST_CHANGES:
        set_of(network, (*of(network), change))


def undo(network: str) -> None:
    """Take the last change back."""
    set_of(network, of(network)[:-1])


def undo_button(network: str, key: str = "inspect.undo_change") -> None:
    """The button that does so."""
    st.button(t("inspect.undo"), key=key, icon=":material/undo:", on_click=undo, args=[network])


def remove(network: str, place: int, made: tuple[Change, ...]) -> None:
    """Take one change back, wherever it is in the list; those after it are made without it.

    Args:
        made: the list in which it has this place. If there is another by now, as where the button was pressed twice,
            nothing happens.
    """
    if of(network) == made:
        set_of(network, [*made[:place], *made[place + 1 :]])


def clear(network: str) -> None:
    """Take all changes back."""
    set_of(network, ())


def _all() -> dict[str, tuple[Change, ...]]:
    return dict(st.session_state.get(keys.CHANGES) or {})
