"""Activations: what every layer computes for this image, what it computes over the test set, and how weights moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP
from nnlab.ui import beside, digits, keys, readers, terms
from nnlab.ui.components import live_reading, living_network
from nnlab.ui.inspect import layer_charts
from nnlab.ui.inspect.layer_charts import Histogram, Values, count_values
from nnlab.ui.inspect.network import choose_layer, choose_view, fingerprint, first_unit, layer_name, layer_names
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import made_beside
from nnlab.ui.numbers import percent, significant
from nnlab.ui.saving import offer_table, show_chart
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

VIEWS = ("image", "network", "test_set", "weights")
SAMPLE = 1000  # images of the test set that are counted: the first, which are in no order


def show(subject: Subject) -> None:
    """One of four views."""
    view = choose_view("layers", VIEWS, keys.Inspect.LAYERS_VIEW)
    {"image": _show_image, "network": _show_network, "test_set": _show_test_set, "weights": _show_weights}[view](
        subject
    )


def _show_image(subject: Subject) -> None:
    """Every unit of every layer, for the current image."""
    terms.tell("layers.look_image")
    panels = _outputs(subject)
    show_units(panels, choose_form(), "inspect.outputs", _alt([panel.numbers for panel in panels]))
    terms.note("layers.output_note")


def _outputs(subject: Subject) -> list[Values]:
    """What each layer puts out for the image."""
    model = subject.reader.model
    names = layer_names(model.config)
    return [
        Values(names[layer], values.output[0].numpy(), first_unit(model.config, layer))
        for layer, values in enumerate(layer_outputs(model, subject.image[None]))
    ]


def _alt(outputs: list[np.ndarray]) -> str:
    silent = [f"{int((values == 0).sum()):,} / {len(values):,}" for values in outputs[:-1]]
    return t("layers.image_alt", count=len(outputs), silent=", ".join(silent) or t("common.unknown"))


def _show_network(subject: Subject) -> None:
    """The living network: all layers at once, with what passes from one to the next."""
    terms.tell("layers.look_network")
    reader = subject.reader
    is_as_it_comes = reader.id == readers.BUNDLED
    network = readers.for_browser(readers.BUNDLED if is_as_it_comes else readers.CHANGED, reader)
    if network is None:
        st.info(t("layers.too_large", count=f"{reader.model.parameter_count:,}"), icon=":material/info:")
        return
    result = live_reading.Result(reader.read(subject.image).probabilities, truth=subject.label)
    living_network.show("inspect", network, subject.image.numpy(), result, subject.source, "inspect-network")
    offer_table(_table(_outputs(subject)), "inspect-network", "inspect.living.table")


def choose_form() -> str:
    """Whether units are drawn as "bars" or as "squares"."""
    return choose_view("layers", ("bars", "squares"), keys.Inspect.LAYERS_FORM)


def show_units(layers: list[Values], form: str, key: str, alt: str) -> None:
    """A value for each unit, as bars or as squares."""
    if form == "bars":
        figure = layer_charts.unit_bars(layers, t("layers.hover_bar"))
    else:
        figure = layer_charts.unit_squares(layers, t("layers.hover_square"), t("layers.scale"))
    show_chart(figure, key, alt, _table(layers))


def _table(layers: list[Values]) -> dict[str, list]:
    """One row for each unit."""
    return {
        "layer": [values.title for values in layers for _ in values.numbers],
        "neuron": [unit for values in layers for unit in values.units],
        "value": [float(value) for values in layers for value in values.numbers],
    }


def _show_test_set(subject: Subject) -> None:
    """How z and f(z) of one layer are distributed over a sample of the test set."""
    terms.tell("layers.look_test_set")
    model = subject.reader.model
    layer = choose_layer(model.config)
    found = test_tensors(subject.source)
    if found is None:
        return
    images = found[0][:SAMPLE]
    name = fingerprint(model, images)

    def count(hear: beside.Hear) -> tuple[Histogram, Histogram]:
        hear(0, "inspect.reading_now")
        return _histograms(name, layer, _model=model, _images=images)

    if beside.takes_long(model.config.parameter_count, len(images)):
        histograms = made_beside(f"layers {name} {layer}", count)
        if histograms is None:
            return
    else:
        histograms = _histograms(name, layer, _model=model, _images=images)
    before, after = histograms
    is_output = layer == len(model.config.hidden_sizes)
    panels = [before] if is_output else [before, after]
    titles = [t("layers.axis_z"), t("layers.axis_output")]
    figure = layer_charts.histogram_bars(
        [panel._replace(name=title) for panel, title in zip(panels, titles, strict=False)], t("layers.axis_pairs")
    )
    pairs = int(before.counts.sum())
    words = {"layer": layer_name(model.config, layer), "pairs": f"{pairs:,}", "count": f"{len(images):,}"}
    table = {}
    for panel, title in zip(panels, titles, strict=False):
        table |= {title: panel.centres.tolist(), f"{title}: {t('layers.axis_pairs')}": panel.counts.tolist()}
    show_chart(figure, "inspect.histograms", t("layers.histogram_alt", **words), table)
    terms.note("layers.histogram_note", source=digits.name_of(subject.source), **words)


@st.cache_data(show_spinner=False, max_entries=64)
def _histograms(name: str, layer: int, _model: MLP, _images: Tensor) -> tuple[Histogram, Histogram]:
    found = layer_outputs(_model, _images.float() / 255)[layer]
    return count_values("z", found.pre_activation.numpy()), count_values("f(z)", found.output.numpy())


def _show_weights(subject: Subject) -> None:
    """The weights of one layer as they are, against those that training began with."""
    terms.tell("layers.look_weights")
    model = subject.reader.model
    layer = choose_layer(model.config)
    start = starting_weights(subject, layer)
    weights = model.linears[layer].weight.detach().numpy()
    parts = [weights] if start is None else [weights, start]
    span = min(part.min() for part in parts), max(part.max() for part in parts)
    now = count_values(t("layers.weights_now"), weights, span)
    before = None if start is None else count_values(t("layers.weights_start"), start, span)
    figure = layer_charts.histogram_lines(now, before, t("layers.axis_weight"), t("layers.axis_count"))
    name, count = layer_name(model.config, layer), f"{weights.size:,}"
    table = {"weight": now.centres.tolist()}
    for counted in filter(None, (now, before)):
        table[f"{t('layers.axis_number')} ({counted.name})"] = counted.counts.tolist()
    show_chart(figure, "inspect.weights", t("layers.weights_alt", layer=name, count=count), table)
    deviation = significant(float(weights.std()))
    if start is None:
        terms.tell("layers.weights_alone", count=count, deviation=deviation)
        return
    moved = significant(float(np.sqrt(np.square(weights - start).mean())))
    away = percent(float((np.abs(weights - start) > start.std()).mean())) if start.std() else t("common.unknown")
    terms.tell(
        "layers.weights_moved",
        count=count,
        deviation=deviation,
        start=significant(float(start.std())),
        moved=moved,
        away=away,
    )


def starting_weights(subject: Subject, layer: int) -> np.ndarray | None:
    """(D, D_in) the weights that a layer began with, made anew from the run's seed; None where they are not known.

    A run that went on from other weights than random ones did not begin with these.
    """
    if subject.network == readers.BUNDLED:
        from nnlab.reader import bundled_start_seed

        seed = bundled_start_seed()
    else:
        job = readers.job_of(subject.network)
        if job is None or job.is_fine_tuning:
            return None
        seed = job.setup.train.seed
    return MLP(subject.reader.model.config, seed).linears[layer].weight.detach().numpy()
