"""Networks that the visitor has brought as files: kept for the visit, each as a file of ``checkpoint``.

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
from nnlab.ui import keys, state
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.config import ModelConfig

PREFIX = "file-"  # of their names among networks
MOST, MOST_BYTES = 3, 16_000_000  # of one visitor, the newest
LONGEST_TITLE = 40  # characters


@dataclass(frozen=True)
class BroughtNetwork:
    """One network.

    Attributes:
        id: its name among networks, made of its content.
        title: the name of the file, without what a page would take for markup.
        config: its shape.
        content: a file of ``checkpoint``.
    """

    id: str
    title: str
    config: ModelConfig
    content: bytes


def all_of_them() -> dict[str, BroughtNetwork]:
    """By their ids, the oldest first."""
    return {each.id: each for each in st.session_state.get(keys.BROUGHT_NETWORKS, ())}


def add(file_name: str, config: ModelConfig, content: bytes) -> BroughtNetwork:
    """Keep a network; the oldest make room for it. One that is kept already, number for number, is the newest then."""
    name = PREFIX + hashlib.sha256(content).hexdigest()[:12]
    new = BroughtNetwork(name, title_of(file_name), config, content)
    kept, room = [new], MOST_BYTES - len(content)
    for each in reversed([each for each in all_of_them().values() if each.id != name]):
        room -= len(each.content)
        if room < 0 or len(kept) == MOST:
            break
        kept.append(each)
    state.keep(keys.BROUGHT_NETWORKS, tuple(reversed(kept)), size=sum(len(each.content) for each in kept))
    return new


def remove(name: str) -> None:
    """Forget a network."""
    kept = tuple(each for each in all_of_them().values() if each.id != name)
    state.keep(keys.BROUGHT_NETWORKS, kept, size=sum(len(each.content) for each in kept))


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
    return source_in(network.content)


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
