"""Surgery: the list of changes that the visitor has made in a network, changes to all of it, and what comes of them.

Read next: ``nnlab.inspection.surgery``, which makes them; ``training_on``, to train the changed network on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from nnlab.config import Number
from nnlab.inspection.changes import (
    RULES,
    Change,
    FreezeLayer,
    Noise,
    Prune,
    SilenceLayer,
    SurgeryError,
    Temperature,
    ZeroBiases,
)
from nnlab.inspection.surgery import MOST_CHANGES, from_json, operate, to_json
from nnlab.inspection.units import layer_now
from nnlab.ui import (
    brought_networks,
    changes,
    classes,
    digits,
    keys,
    layout,
    pressing,
    problem,
    readers,
    restrictions,
    saving,
    shell,
    terms,
)
from nnlab.ui.components.number_field import number_field
from nnlab.ui.inspect import charts, effect, place, training_on
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.unit_table import input_name
from nnlab.ui.layout import beside
from nnlab.ui.numbers import MINUS, fixed, in_full, percent
from nnlab.ui.text import t

BARS_HEIGHT = 330
LONGEST_FIELD = 60_000  # characters of changes to be repeated: as many as one may have
FROZEN_DIGITS = 5  # of each output at which a layer is held: a wide layer's stand in the list of changes
PASTED, REPEAT, KEEP = "inspect.pasted", "inspect.repeat", "inspect.keep"  # widgets' keys


def show(subject: Subject) -> None:
    """What can be done to the network as a whole, what has been done, and what comes of it."""
    terms.tell("inspect.surgery_look")
    with st.container(key="inspect.surgery"):  # inspect/style.css puts the accuracy first on a phone
        left, right = beside(0.5, "top")
    with left:
        _offer(subject)
        _list(subject)
    with right:
        _show_effect(subject)
        _keep(subject)


# What can be done


def _offer(subject: Subject) -> None:
    network = subject.network
    with st.container(border=True):
        _row("prune", keys.Inspect.PRUNED, Number(0, 100), 50.0, 5, network, lambda value: Prune(value / 100))
        others = sum(isinstance(change, Noise) for change in changes.of(network))  # the seed of the next noise
        _row("noise", keys.Inspect.NOISE, Number(0, 1000), 50.0, 10, network, lambda value: Noise(value / 100, others))
        _row("temperature", keys.Inspect.TEMPERATURE, RULES["temperature"], 2.0, 0.5, network, Temperature)
        with st.container(horizontal=True, gap="small"):
            if subject.reader.model.config.hidden_sizes:
                _offer_layers(subject)
            _button("zero_biases", t("inspect.zero_biases"), network, ZeroBiases())
        terms.note("inspect.where_units_are_changed")


def _offer_layers(subject: Subject) -> None:
    """Which hidden layer, and what can be done to all of it."""
    key, layers = keys.Inspect.OPERATED_LAYER, range(len(subject.reader.model.config.hidden_sizes))
    if st.session_state.get(key) not in layers:  # at first, and where another network had more of them
        st.session_state[key] = layers[0]
    layer = st.segmented_control(
        t("layers.layer"), layers, format_func=lambda layer: t("inspect.layer_name", layer=layer + 1), key=key,
        required=True, label_visibility="collapsed", persist_state="session", wrap=True,
    )  # fmt: skip
    silence, freeze = (t(f"inspect.{name}_layer", layer=layer + 1) for name in ("silence", "freeze"))
    _button("silence_layer", silence, subject.network, SilenceLayer(layer))
    _button("freeze_layer", freeze, subject.network, _freeze(subject, layer), t("inspect.freeze_layer_help"))


def _row(
    name: str, key: str, rule: Number, usual: float, step: float, network: str, make: Callable[[float], Change]
) -> None:
    """A number field, and the button that makes the change of it."""
    field, button = st.columns([3, 2], gap="small", vertical_alignment="bottom")
    with field:
        value = number_field(t(f"inspect.{name}"), rule, key, usual, step=step, help=t(f"inspect.{name}_help"))
    with button:
        _button(name, t(f"inspect.{name}_do"), network, make(value))


def _button(name: str, label: str, network: str, change: Change, help: str | None = None) -> None:
    st.button(label, key=f"inspect.{name}_do", help=help, on_click=changes.add, args=[network, change])


def _freeze(subject: Subject, layer: int) -> FreezeLayer:
    """The change that holds a layer at what it puts out for the image."""
    held = RULES["value"]
    outputs = layer_now(subject.reader.model, subject.image, layer).output.clamp(held.low, held.high)
    return FreezeLayer(layer, tuple(float(f"{output:.{FROZEN_DIGITS}g}") for output in outputs.tolist()))


# What has been done


def _list(subject: Subject) -> None:
    made = changes.of(subject.network)
    st.markdown(f"**{t('inspect.changes', count=len(made))}**")
    if not made:
        terms.note("inspect.changes_none")
    for number, change in enumerate(made):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=False):
            st.markdown(f"{number + 1}. {describe(subject, change)}")
            st.button(
                t("inspect.remove", number=number + 1),
                key=f"inspect.remove_{number}_of_{len(made)}",
                icon=":material/close:",
                type="tertiary",
                on_click=changes.remove,
                args=[subject.network, number, made],
            )
    if made:
        st.button(
            t("inspect.undo_all"), key="inspect.undo_all", icon=":material/restart_alt:", on_click=changes.clear,
            args=[subject.network],
        )  # fmt: skip
    _send(subject)


def describe(subject: Subject, change: Change) -> str:
    """A change in words."""
    config = subject.reader.model.config
    values = {
        name: in_full(round(value, 6)).replace("-", MINUS) if isinstance(value, float) else value
        for name, value in vars(change).items()
    }
    if "layer" in values:
        layer = change.layer
        if "input" in values:
            values["input"] = input_name(config, layer, change.input, subject.source)
        if "unit" in values:
            values["unit"] = place.name_of(config, layer, change.unit, subject.source)
        values["layer"] = layer + 1
    if change.kind in ("prune", "noise"):
        values["percent"] = percent(change.fraction if change.kind == "prune" else change.deviation)
    return t(f"inspect.did_{change.kind}", **values)


def _send(subject: Subject) -> None:
    """The changes as text, to be sent, and a field for those that somebody else has sent."""
    fold = layout.fold(t("inspect.send"), icon=":material/share:", key="inspect.send")
    if not fold.open:
        return
    with fold:
        made = changes.of(subject.network)
        if made:
            terms.note("inspect.send_text")
            st.code(to_json(made), language="json", wrap_lines=True)
        st.text_area(t("inspect.paste"), key=PASTED, max_chars=LONGEST_FIELD)
        if pressing.button(t("inspect.repeat"), REPEAT, icon=":material/content_paste:"):
            pressing.answered(REPEAT)
            _repeat(subject)


def _repeat(subject: Subject) -> None:
    """Make the pasted changes in place of the present ones, or say why not."""
    try:
        pasted = from_json(st.session_state.get(PASTED) or "")
        operate(subject.before.model, pasted)
    except SurgeryError as error:
        problem.show(t("inspect.not_repeated"), error)
        return
    changes.set_of(subject.network, pasted)
    st.rerun()


# What comes of it


def _show_effect(subject: Subject) -> None:
    accuracies = effect.before_and_after(subject)
    if accuracies:
        before, after = accuracies
        words = {"samples": t("inspect.of_test_images", source=digits.name_of(subject.source))}
        said = t("inspect.accuracy_before", before=percent(before, 2), points=fixed(100 * (after - before), 2))
        with st.container(key="inspect.surgery-accuracy"):
            st.metric(
                t("inspect.accuracy", **words),
                percent(after, 2),
                said if changes.of(subject.network) else None,
                delta_color="off",
                delta_arrow="off",
            )
    digit = t(classes.key("common.digit", subject.source))
    probabilities = [reader.read(subject.image).probabilities for reader in (subject.before, subject.reader)]
    figure = charts.before_and_after(
        *probabilities,
        (t("inspect.state_before"), t("inspect.state_after")),
        t("common.probability"),
        digit,
        round(shell.scaled(BARS_HEIGHT)),
    )
    names = classes.names(subject.source)
    for bars in figure["data"]:
        bars["y"] = names
    table = {digit: names} | {
        f"{t('common.probability')} ({t(f'inspect.state_{state}')})": answer
        for state, answer in zip(("before", "after"), probabilities, strict=True)
    }
    saving.show_chart(figure, "inspect.before_after", t("inspect.before_after_alt"), table)


def _keep(subject: Subject) -> None:
    """The changed network as one of its own, as a file, on Draw, and as the start of a run."""
    if not changes.of(subject.network):
        return
    kept = brought_networks.kept_of(subject.reader.id)
    with st.container(horizontal=True, gap="small"):
        if kept is None:
            _offer_to_keep(subject)
        st.download_button(
            t("inspect.download"),
            partial(_file_of, subject),
            file_name="changed.safetensors",
            mime="application/octet-stream",
            key="inspect.download",
            icon=":material/download:",
            help=t("inspect.download_help"),
            on_click="ignore",
        )
        if restrictions.leads_to("train"):
            training_on.offer(subject)
    if kept is not None:
        st.success(t("inspect.kept", network=readers.describe_file(kept)), icon=":material/check:")
        shell.link("runs", t("inspect.kept_link"), section="bring")
    terms.note("inspect.read_on_draw")
    shell.link("draw")


def _offer_to_keep(subject: Subject) -> None:
    """A button that makes the network, as it is changed now, one more in the menus."""
    made, config = changes.of(subject.network), subject.reader.model.config
    of_bundled = _changes_of_bundled(subject.network)
    if len(of_bundled) > MOST_CHANGES or not (of_bundled or brought_networks.can_be_kept(config)):
        return
    words = t("inspect.keep_help", most=brought_networks.MOST)
    if pressing.button(t("inspect.keep"), KEEP, icon=":material/bookmark_add:", help=words):
        pressing.answered(KEEP)
        content = b"" if of_bundled else _file_of(subject)
        brought_networks.add_changed(config, subject.reader.id, len(made), content, of_bundled)
        st.rerun()  # the menu of networks is drawn already


def _changes_of_bundled(network: str) -> tuple[Change, ...]:
    """All changes that make a network of the ready-trained one, those of a kept one among them; of another, none."""
    known = brought_networks.all_of_them().get(network)
    if network != readers.BUNDLED and not (known and known.made):
        return ()
    return (*(known.made if known else ()), *changes.of(network))


def _file_of(subject: Subject) -> bytes:
    """The changed network as a file, the changes written in it."""
    from nnlab.checkpoint import to_bytes

    made = to_json(changes.of(subject.network))
    return to_bytes(subject.reader.model, data=subject.reader.source, changes=made)
