"""Bring back: a network from a file, nnlab's own or plain weights that others made, to read and to be trained with.

Of a whole run that was taken away in an archive, that is its weights. What was changed on Inspect and kept there is
listed here as well.

Read next: ``nnlab.foreign``, which checks the weights of others.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import ACTIVATION_NAMES, INPUT_NORMALIZATION, ModelConfig
from nnlab.sources.published import DATA_SETS
from nnlab.ui import brought_networks, keys, numbers, pressing, problem, readers, restrictions, shell, state, uploads
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.checkpoint import CheckpointError
    from nnlab.foreign import Foreign
    from nnlab.model import MLP

UPLOAD, TAKE, TRAIN = "runs.bring", "runs.bring_take", "runs.bring_train"  # widgets' keys
NAMES = ("name", "names", "before", "after", "kind", "allowed")  # what a sentence quotes from the file


def show() -> None:
    """The field for a file, what is in it, and the networks that were brought."""
    st.markdown(t("bring.look"))
    file = uploads.ask_for_one(t("bring.file"), UPLOAD, t("bring.file_help"))
    if file:
        readers.wait_for_torch()
        _examine(file.name, file.getvalue())
    _list()


def _examine(name: str, content: bytes) -> None:
    """Say what a file holds, ask what it does not say, and offer to take it."""
    from nnlab import checkpoint, foreign
    from nnlab.export.folder import weights_in

    try:
        content = weights_in(content, brought_networks.MOST_BYTES)
        if foreign.is_ours(content):
            model, facts = checkpoint.from_bytes(content), {"data": brought_networks.source_in(content)}
            st.success(t("bring.ours", network=readers.architecture(model.config)), icon=":material/check:")
        else:
            model, facts = _ask(foreign.read(content)), {}
        if not pressing.button(t("bring.take"), TAKE, icon=":material/add:", type="primary"):
            return
        pressing.answered(TAKE)
        brought_networks.add(name, model.config, _packed(model, facts))
    except checkpoint.CheckpointError as error:
        problem.show(_refusal(error), error)
        return
    st.rerun()


def _packed(model: MLP, facts: dict[str, str]) -> bytes:
    """The network as it is kept: with 16 bits for each number where 32 would be more than is kept of one visitor.

    So many weights came in so small a file with 16 bits each, and lose nothing by it; those of another format, BF16,
    may be too large for it, which is refused like any number that is not finite.
    """
    import torch

    from nnlab import checkpoint

    content = checkpoint.to_bytes(model, **facts)
    is_too_large = len(content) > brought_networks.MOST_BYTES
    return checkpoint.to_bytes(model, dtype=torch.float16, **facts) if is_too_large else content


def _refusal(error: CheckpointError) -> str:
    """Why a file is not taken, in the visitor's language."""
    from nnlab.foreign import ForeignError

    if isinstance(error, ForeignError):
        values = {key: f"`{value.replace('`', ' ')}`" if key in NAMES else value for key, value in error.values.items()}
        return t(f"bring.refused_{error.reason}", **values)
    return t(f"bring.broken_{error.reason}")


def _ask(found: Foreign) -> MLP:
    """The network of plain weights, with what the visitor says of it."""
    sizes = ModelConfig(found.hidden_sizes).layer_sizes
    st.success(t("bring.foreign", sizes=numbers.sizes(sizes)), icon=":material/check:")
    for note in found.notes:
        st.info(t(f"bring.note_{note}"), icon=":material/info:")
    left, right = st.columns(2)
    with left:
        activations = {name: t(f"train.activation_{name}") for name in ACTIVATION_NAMES}
        words = t("bring.activation_help")
        activation = shell.menu(
            t("train.activation"), activations, keys.Runs.BROUGHT_ACTIVATION, help=words, persist_state="session"
        )
    with right:
        scales = {name: t(f"train.input_normalization_{name}") for name in INPUT_NORMALIZATION}
        words = t("bring.normalization_help")
        scale = shell.menu(
            t("train.input_normalization"), scales, keys.Runs.BROUGHT_NORMALIZATION, help=words,
            persist_state="session",
        )  # fmt: skip
    return found.model(activation, scale)


def _list() -> None:
    """The networks that were brought, and what can be done with them."""
    networks = brought_networks.all_of_them()
    if not networks:
        return
    st.subheader(t("bring.yours"))
    for network in reversed(networks.values()):
        with st.container(border=True):
            st.markdown(f"**{readers.describe_file(network)}**")
            with st.container(horizontal=True, vertical_alignment="center"):
                shell.link("draw", t("bring.draw"), network=network.id)
                shell.link("inspect", t("bring.inspect"), network=network.id)
                if restrictions.leads_to("train"):
                    _offer_training(network)
                if network.number:
                    _offer_file(network)
                st.button(
                    t("bring.remove"), key=f"runs.bring_remove_{network.id}", icon=":material/close:",
                    type="tertiary", on_click=brought_networks.remove, args=[network.id],
                )  # fmt: skip
    st.caption(t("bring.kept", most=brought_networks.MOST))


def _offer_file(network: brought_networks.BroughtNetwork) -> None:
    """The file of a network that came from none: it outlasts the visit."""
    st.download_button(
        t("inspect.download"),
        partial(readers.file_of, network),
        file_name=f"changed-{network.number}.safetensors",
        mime="application/octet-stream",
        key=f"runs.bring_file_{network.id}",
        icon=":material/download:",
        help=t("inspect.download_help"),
        on_click="ignore",
    )


def _offer_training(network: brought_networks.BroughtNetwork) -> None:
    """A button that trains it further, in the way in which a network that can read already is trained."""
    key = f"{TRAIN}_{network.id}"
    if pressing.button(t("bring.train"), key, icon=":material/model_training:", help=t("bring.train_help")):
        from nnlab.runs import jobs
        from nnlab.sources.own import fine_tuning

        source = brought_networks.source_of(network)  # clothes go on with clothes
        setup = fine_tuning(network.config, source if source in DATA_SETS else "auto")
        job = jobs.start(setup, owner=state.owner(), start_from=readers.file_of(network))
        state.set_current_job(job)
        pressing.answered(key)
        st.switch_page(shell.PAGES["train"].path)
