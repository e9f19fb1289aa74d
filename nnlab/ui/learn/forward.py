"""Forward propagation: one digit on its way through a network, layer by layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.inspection.layers import LayerOutput, layer_outputs
from nnlab.ui import charts, saving, shell
from nnlab.ui.answers import digit_of
from nnlab.ui.images import show_image
from nnlab.ui.layout import columns
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn.specimen import Specimen, choose, show_specimen
from nnlab.ui.numbers import probability_percent
from nnlab.ui.text import t

PICTURE_WIDTH, BARS_HEIGHT = 144, 240  # screen pixels


@st.fragment
def show() -> None:
    left, right = columns(0.3)
    with left:
        specimen = choose("untrained")
    layers = layer_outputs(specimen.model, specimen.image[None])
    logits = layers[-1].output[0]  # (C,)
    probabilities = specimen.reader.read(specimen.image).probabilities
    with left:
        answer = digit_of(probabilities)
        words = "learn.says_right" if answer == specimen.label else "learn.says_wrong"
        st.markdown(
            t(words, answer=answer, probability=probability_percent(probabilities[answer]), digit=specimen.label)
        )
    with right:
        _show_layers(specimen, layers[:-1])
        for_logits, for_probabilities = st.columns(2)
        digits = [str(digit) for digit in range(len(logits))]
        height = round(shell.scaled(BARS_HEIGHT))
        with for_logits:
            figure = learn_charts.signed_bars(logits.tolist(), digits, t("learn.logit_axis"), t("learn.digit"), height)
            shell.show_chart(figure, "learn.forward_logits", t("learn.logits_alt"))
        with for_probabilities:
            figure = charts.probability_bars(
                probabilities, t("learn.softmax_axis"), t("learn.digit"), specimen.label, height=height
            )
            shell.show_chart(figure, "learn.forward_probabilities", t("learn.probabilities_alt", answer=answer))


def _show_layers(specimen: Specimen, hidden: list[LayerOutput]) -> None:
    """The image and a picture of every hidden layer's outputs, from left to right."""
    places = st.container(key="learn.pictures").columns(1 + len(hidden), wrap=False)  # on a phone: side by side too
    pictures, captions = [], []
    with places[0]:
        show_specimen(specimen, PICTURE_WIDTH)
    for number, (place, layer) in enumerate(zip(places[1:], hidden, strict=True), start=1):
        outputs = layer.output[0].numpy()  # (D,)
        silent = int((outputs == 0).sum())
        words = t(
            "learn.hidden_outputs",
            index=number, units=f"{len(outputs):,}", silent=f"{silent:,}", largest=f"{np.abs(outputs).max():.2f}",
        )  # fmt: skip
        pictures.append(learn_charts.unit_picture(outputs))
        captions.append(t("inspect.layer_name", layer=number))
        with place:
            show_image(pictures[-1], words, PICTURE_WIDTH, words)
    table = {
        "layer": [number for number, layer in enumerate(hidden, start=1) for _ in layer.output[0]],
        "neuron": [unit + 1 for layer in hidden for unit in range(len(layer.output[0]))],
        "output": [output for layer in hidden for output in layer.output[0].tolist()],
    }
    saving.offer_pictures(pictures, table, "learn.hidden", captions)
