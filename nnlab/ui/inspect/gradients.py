"""Gradients: the way of one image's loss back through the network, its size in each layer, and whether it is right."""

from __future__ import annotations

import sys

import numpy as np
import streamlit as st
from torch import Tensor

from nnlab.inspection.gradients import (
    CHECKED_WEIGHTS,
    GradientSize,
    LayerCheck,
    check_gradients,
    exact_gradients,
    size_of,
)
from nnlab.inspection.layers import LayerGradient
from nnlab.model import MLP
from nnlab.ui import charts, classes, keys, shell, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.inspect import landscape, layer_charts, through_training
from nnlab.ui.inspect.layer_charts import Values
from nnlab.ui.inspect.layers import choose_form, show_units
from nnlab.ui.inspect.network import (
    choose_layer,
    choose_view,
    fingerprint,
    first_unit,
    layer_name,
    layer_names,
    short_name,
    table,
)
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.numbers import significant
from nnlab.ui.saving import offer_table, show_chart
from nnlab.ui.text import t

VIEWS = ("chain", "sizes", "weights", "check", "training", "landscape")
ROWS, COLUMNS = 24, 48  # of a layer's weights that are drawn
MAP_HEIGHT = 360
AGREES = 1e-4  # relative difference up to which the two ways are said to agree, rounding left out


def show(subject: Subject) -> None:
    """Which class's loss, and one of four views of its gradient; or what came of a run's gradients as it learned."""
    target_place, view_place = st.columns([1, 4], vertical_alignment="bottom")
    with view_place:
        view = choose_view("gradients", VIEWS, keys.Inspect.GRADIENTS_VIEW)
    if of_run := {"training": through_training, "landscape": landscape}.get(view):
        of_run.show(subject)
        return
    with target_place:
        target = _choose_target(subject)
    views = {"chain": _show_chain, "sizes": _show_sizes, "weights": _show_weights, "check": _show_check}
    views[view](subject, target)


def _choose_target(subject: Subject) -> int:
    """The class whose loss is followed back: the true one where it is known, or else what the network reads."""
    usual = digit_of(subject.reader.read(subject.image).probabilities) if subject.label is None else subject.label
    names = dict(enumerate(classes.names(subject.source)))
    return shell.menu(t("gradients.target"), names, f"inspect.target_{subject.image_id}", usual)


def _gradients(subject: Subject, target: int) -> list[LayerGradient]:
    return exact_gradients(subject.reader.model, subject.image, target)


def _show_chain(subject: Subject, target: int) -> None:
    """dL/dz of every layer, the output first: the order in which backpropagation finds them."""
    called = classes.name(subject.source, target)
    terms.tell("gradients.look_chain", target=called)
    with st.container(horizontal=True):
        by = choose_view("gradients", ("by_z", "by_output"), keys.Inspect.GRADIENTS_BY)
        form = choose_form()
    found, config = _gradients(subject, target), subject.reader.model.config
    errors = [(gradient.pre_activation if by == "by_z" else gradient.output)[0].numpy() for gradient in found]
    symbol = t(f"gradients.symbol_{by}")
    panels = [
        Values(f"{symbol} · {layer_name(config, layer)}", errors[layer], first_unit(config, layer))
        for layer in reversed(range(len(found)))
    ]
    panels[0] = panels[0]._replace(title=t("gradients.logits", name=layer_name(config, len(found) - 1)))
    sizes = ", ".join(significant(float(np.sqrt(np.square(values).mean()))) for values in reversed(errors))
    show_units(panels, form, "inspect.chain", t("gradients.chain_alt", target=called, sizes=sizes))
    terms.note("gradients.chain_note")


def _show_sizes(subject: Subject, target: int) -> None:
    """How large the gradient is in each layer, per weight and as a norm."""
    terms.tell("gradients.look_sizes")
    config, found = subject.reader.model.config, [size_of(gradient) for gradient in _gradients(subject, target)]
    names = [short_name(config, layer) for layer in range(len(found))]
    labels = (t("gradients.per_weight"), t("gradients.norm"), t("gradients.axis_size"))
    means, norms = [size.weight for size in found], [size.weight_norm for size in found]
    columns = {"layer": names} | {name: [getattr(size, name) for size in found] for name in GradientSize._fields}
    figure = layer_charts.sizes(names, means, norms, labels)
    words = ", ".join(f"{name}: {significant(mean)}" for name, mean in zip(names, means, strict=True))
    titled = {t(f"gradients.column_{name}"): values for name, values in columns.items()}
    show_chart(figure, "inspect.sizes", t("gradients.sizes_alt", sizes=words), titled)
    st.markdown(_sizes_table(titled))
    terms.tell("gradients.sizes_note")


def _sizes_table(columns: dict[str, list]) -> str:
    rows = [[name, *map(significant, sizes)] for name, *sizes in zip(*columns.values(), strict=True)]
    return table([*columns], rows)


def _show_weights(subject: Subject, target: int) -> None:
    """One layer's gradient by its weights, as a picture: of the first layer one unit's, of others the strongest."""
    model = subject.reader.model
    layer = choose_layer(model.config)
    gradient = _gradients(subject, target)[layer]
    by_unit, weights = gradient.pre_activation[0], gradient.weight
    name = layer_name(model.config, layer)
    height = round(shell.scaled(MAP_HEIGHT))
    if layer == 0:
        unit = int(by_unit.abs().argmax())
        terms.tell("gradients.look_pixels", unit=unit + 1, error=significant(float(by_unit[unit])))
        picture = weights[unit].reshape(28, 28).numpy()
        figure = charts.pixel_map(picture, t("gradients.scale"), t("gradients.hover_pixel"), height=height)
        rows, columns = [f"row {row + 1}" for row in range(28)], [f"column {column + 1}" for column in range(28)]
    else:
        units = by_unit.abs().argsort(descending=True)[:ROWS].sort().values
        inputs = weights.abs().amax(dim=0).argsort(descending=True)[:COLUMNS].sort().values
        counts = {"rows": len(units), "units": len(by_unit), "columns": len(inputs), "inputs": weights.shape[1]}
        terms.tell("gradients.look_weights", **counts)
        picture = weights[units][:, inputs].numpy()
        first = first_unit(model.config, layer)
        places = np.stack(np.meshgrid(inputs.numpy() + 1, units.numpy() + first), axis=-1)
        figure = charts.pixel_map(picture, t("gradients.scale"), t("gradients.hover_weight"), places, height)
        figure["layout"]["yaxis"].pop("scaleanchor", None)  # the picture may be as wide as its place
        rows = [f"neuron {unit + first}" for unit in units.tolist()]
        columns = [f"input {source + 1}" for source in inputs.tolist()]
    span = max(float(np.abs(picture).max()), sys.float_info.min)  # however small: what is sure has tiny gradients
    figure["data"][0] |= {"zmin": -span, "zmax": span}
    numbers = {"": rows} | {column: picture[:, index].tolist() for index, column in enumerate(columns)}
    norm = significant(float(weights.norm()))
    show_chart(figure, "inspect.weight_gradient", t("gradients.weights_alt", layer=name, norm=norm), numbers)
    terms.note("gradients.weights_note")


def _show_check(subject: Subject, target: int) -> None:
    """Central differences, at a press."""
    terms.tell("gradients.look_check", count=CHECKED_WEIGHTS)
    model = subject.reader.model
    name = f"{fingerprint(model, subject.image)}-{target}"
    is_pressed = st.button(t("gradients.check"), key="inspect.check", icon=":material/fact_check:", type="primary")
    if not is_pressed and st.session_state.get(keys.Inspect.CHECKED) != name:
        return
    st.session_state[keys.Inspect.CHECKED] = name
    with st.spinner(t("gradients.checking")):
        checks = _checks(name, _model=model, _image=subject.image, _target=target)
    worst = max(check.largest_difference for check in checks)
    agrees = all(check.agrees(AGREES) for check in checks)
    say = st.success if agrees else st.warning
    say(t("gradients.check_agrees" if agrees else "gradients.check_differs", worst=significant(worst)))
    names = layer_names(model.config)
    heads = [t(f"gradients.column_{column}") for column in ("layer", "checked", "not_zero", "worst")]
    rows = [
        [
            short_name(model.config, layer),
            str(len(check.places)),
            str(int((check.backward != 0).sum())),
            significant(check.largest_difference),
        ]
        for layer, check in enumerate(checks)
    ]
    st.markdown(table(heads, rows))
    offer_table(_check_table(names, checks), "gradient-check", "inspect.check.table")


def _check_table(names: dict[int, str], checks: list[LayerCheck]) -> dict[str, list]:
    return {
        "layer": [names[layer] for layer, check in enumerate(checks) for _ in check.places],
        "neuron": [unit + 1 for check in checks for unit, _ in check.places.tolist()],
        "input": [source + 1 for check in checks for _, source in check.places.tolist()],
        "backpropagation": [value for check in checks for value in check.backward.tolist()],
        "central_difference": [value for check in checks for value in check.nudged.tolist()],
    }


@st.cache_data(show_spinner=False, max_entries=32)
def _checks(name: str, _model: MLP, _image: Tensor, _target: int) -> list[LayerCheck]:
    return check_gradients(_model, _image, _target)
