"""Networks that the visitor has brought as files, or changed and kept: for the visit, each as a file of ``checkpoint``.

They read on Draw and Play, are looked into on Inspect and trained further from there, like any other; ``readers`` has
them in its menus. Nothing here needs torch.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.published import DATA_SETS
from nnlab.ui import changes as changes_made
from nnlab.ui import keys, state
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnlab.config import ModelConfig
    from nnlab.inspection.changes import Change

PREFIX = "file-"  # of their names among networks
MOST, MOST_BYTES = 3, 16_000_000  # of one visitor, the newest
MOST_HEADER_BYTES = 200_000  # of a file: what it says of a network, a list of changes among it
LONGEST_TITLE = 40  # characters


@dataclass(frozen=True)
class BroughtNetwork:
    """One network.

    Attributes:
        id: its name among networks, made of its content.
        title: the name of the file, without what a page would take for markup; "" of one that was changed here.
        config: its shape.
        content: a file of ``checkpoint``; none of the ready-trained network that was changed, since everybody has that.
        number: of a network that was changed and kept here: 1 for the first; 0 of one from a file.
        changes: by how many changes it was made of another.
        made: these changes, if they were made in the ready-trained network.
        origin: names its weights as they were when it was kept; "" of one from a file.
    """

    id: str
    title: str
    config: ModelConfig
    content: bytes
    number: int = 0
    changes: int = 0
    made: tuple[Change, ...] = ()
    origin: str = ""

    @property
    def size(self) -> int:
        """Bytes of memory, roughly."""
        return len(self.content) + changes_made.size_of(self.made)


def all_of_them() -> dict[str, BroughtNetwork]:
    """By their ids, the oldest first."""
    return {each.id: each for each in st.session_state.get(keys.BROUGHT_NETWORKS, ())}


def add(file_name: str, config: ModelConfig, content: bytes) -> BroughtNetwork:
    """Keep a network; the oldest make room for it. One that is kept already, number for number, is the newest then."""
    return _keep(BroughtNetwork(_name_of(content), title_of(file_name), config, content))


def add_changed(
    config: ModelConfig, origin: str, changes: int, content: bytes = b"", made: Sequence[Change] = ()
) -> BroughtNetwork:
    """Keep a network that the visitor has changed here, likewise; see the attributes of ``BroughtNetwork``."""
    number = 1 + max((each.number for each in all_of_them().values()), default=0)
    name = _name_of(origin.encode())
    return _keep(BroughtNetwork(name, "", config, content, number, changes, tuple(made), origin))


def kept_of(origin: str) -> BroughtNetwork | None:
    """The one that was kept of changed weights, if it is still here."""
    return next((each for each in all_of_them().values() if each.origin == origin), None)


def can_be_kept(config: ModelConfig) -> bool:
    """Whether a network with 32 bits for each number is not more than is kept of one visitor."""
    return 4 * config.parameter_count + MOST_HEADER_BYTES <= MOST_BYTES


def _name_of(content: bytes) -> str:
    return PREFIX + hashlib.sha256(content).hexdigest()[:12]


def _keep(new: BroughtNetwork) -> BroughtNetwork:
    kept, room = [new], MOST_BYTES - new.size
    for each in reversed([each for each in all_of_them().values() if each.id != new.id]):
        room -= each.size
        if room < 0 or len(kept) == MOST:
            break
        kept.append(each)
    state.keep(keys.BROUGHT_NETWORKS, tuple(reversed(kept)), size=sum(each.size for each in kept))
    return new


def remove(name: str) -> None:
    """Forget a network."""
    kept = tuple(each for each in all_of_them().values() if each.id != name)
    state.keep(keys.BROUGHT_NETWORKS, kept, size=sum(each.size for each in kept))


def wait_for(name: str) -> None:
    """Remember that an address asks for a network which is not here.

    After a reload, a page is drawn before the browser has said whose visit it is: what was brought to it comes then.
    """
    st.session_state[keys.ABSENT_NETWORK] = name


def arrived() -> str | None:
    """The network that was waited for, if it is here now."""
    name = st.session_state.get(keys.ABSENT_NETWORK)
    return name if name in all_of_them() else None


def await_no_more() -> None:
    """Another network has been chosen."""
    st.session_state.pop(keys.ABSENT_NETWORK, None)


def tell_absent() -> None:
    """Say what to do, if the network that an address asks for is not here."""
    if keys.ABSENT_NETWORK in st.session_state:
        st.caption(t("bring.absent"))


def source_of(network: BroughtNetwork) -> str:
    """The data set that it has learned, as its file says; "mnist" where it says none that is known here."""
    return source_in(network.content) if network.content else "mnist"


def source_in(content: bytes) -> str:
    """The same of a file of ``checkpoint``."""
    from nnlab import checkpoint

    data = checkpoint.read_header(content)["facts"].get("data")
    source = data.get("source") if isinstance(data, dict) else data
    return source if isinstance(source, str) and source in DATA_SETS else "mnist"


def title_of(file_name: str) -> str:
    """What a file is called here: its letters, digits and hyphens, so that no name is taken for markup.

    Example:
        >>> title_of("my_net [v2](http://x.y).safetensors")
        'my net v2 http x y'
    """
    stem = file_name.rpartition(".")[0] or file_name
    words = re.sub(r"[^\w-]|_", " ", stem.encode("utf-8", "ignore").decode()).split()
    return " ".join(words)[:LONGEST_TITLE].strip() or "?"
