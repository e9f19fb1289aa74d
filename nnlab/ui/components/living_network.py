"""The living network: pixels, neurons, connections and the ten digits, as they are for the image that is read.

It is drawn in the browser, by ``static/living_network.js``, from the forward pass that ``static/network.js`` takes
there: during a stroke, of what is on the canvas; else of the image that Python has read. Of a wide layer it shows the
neurons that send most to the next layer, and says so. Of a run it also marks the neurons that are dead or saturated.

A neuron that is pointed at, or reached by the arrow keys, says its value, its bias and its strongest inputs; one that
is pressed shows its whole arithmetic.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit.components import v2

from nnlab.config import ACTIVATION_NAMES, INPUT_NORMALIZATION
from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, files
from nnlab.ui.charts import PALETTE, RIVAL_COLOR, TEST_COLOR, TRAIN_COLOR
from nnlab.ui.components import live_reading
from nnlab.ui.text import t

if TYPE_CHECKING:
    import numpy as np

    from nnlab.ui.components.live_reading import BrowserNetwork, Result

# What adds is blue and what takes away orange, as on the charts; in the dark, the palette's lighter ones.
COLORS = {
    "light": {"up": TRAIN_COLOR, "down": TEST_COLOR, "pale": RIVAL_COLOR},
    "dark": {"up": PALETTE[5], "down": PALETTE[4], "pale": "rgba(86, 180, 233, 0.4)"},
}
WORDS = (
    "alt", "sight", "hidden", "digits", "shown", "strongest", "heaviest", "above", "below", "adds", "takes", "pictures",
    "title_neuron", "title_digit", "neuron", "pixel", "value", "logit", "probability", "bias", "adds_most",
    "largest_weights", "arithmetic", "no_image", "input", "product", "adds_up", "others", "sum", "softmax", "close",
    "dead", "saturated", "head_dead", "health", "health_layer", "some_lost", "is_dead", "is_saturated", "is_silent",
)  # fmt: skip
TWINS = {"alt", "digits", "title_digit", "no_image", "softmax"}  # which say "digit", or else what it is
# What the browser fills in.
BLANKS = {
    name: f"{{{name}}}"
    for name in (
        "layer", "neuron", "row", "column", "shown", "count", "counts", "probability", "images", "step", "layers",
        "dead", "saturated",
    )
}  # fmt: skip

STYLE = Path(__file__).with_suffix(".css")

_living = v2.component(
    "nnlab_living",
    html='<div class="nnlab-living without"></div>',
    css=files.read(STYLE),
    js=files.loader("living_network.js", "live"),
    isolate_styles=False,
)


def show(
    place: str,
    network: BrowserNetwork,
    image: np.ndarray | None,
    result: Result | None = None,
    source: str = "mnist",
    file: str = "",
) -> None:
    """The network, and what passes through it.

    Args:
        place: the page's name, as for ``live_reading.show_answer``: during a stroke both show the same.
        network: what the browser computes with.
        image: (28, 28) float in [0, 1], 1 = ink, to be shown without a stroke; None for the weights alone.
        result: what Python read in it, whose probabilities are shown.
        source: the data set that it has learned, which names the classes.
        file: where it stands alone, without ``live_reading.show_answer``: the name of its picture when it is saved.
    """
    read = sent(image, result and result.truth, result and result.probabilities, source)
    named = {"id": network.id, "address": network.address}  # one without an address is sent to ``show_answer``
    told = {"place": place, "network": live_reading.to_send(network) if file else named, "isAlone": bool(file)}
    _living(key=f"{place}.living", data={**read, **told, "file": file}, on_missing_change=live_reading.forget)


def sent(
    image: np.ndarray | None, truth: int | None, probabilities: list[float] | None = None, source: str = "mnist"
) -> dict[str, Any]:
    """What the script has to know wherever the network is shown; arguments as for ``show``."""
    return {
        "normalizations": INPUT_NORMALIZATION,
        "image": "" if image is None else base64.b64encode(image.astype("<f4").tobytes()).decode(),
        "probabilities": probabilities,
        "truth": truth,
        "colors": COLORS,
        "words": words(source),
    }


def words(source: str = "mnist") -> dict[str, Any]:
    """Its texts in the visitor's language, by the names that its scripts use."""
    activations = {name: t(f"train.activation_{name}") for name in ACTIVATION_NAMES}
    said = {name: t(f"living.{name}", **BLANKS) for name in WORDS if name not in TWINS}
    said |= {name: t(classes.key(f"living.{name}", source), **BLANKS) for name in TWINS}
    names, signs = classes.names(source), classes.signs(source)
    # A number says nothing of a piece of clothing: then the name stands above its bar.
    is_named = not is_of_digits(source) and any(sign.isdigit() for sign in signs)
    said["save"] = t("failures.map_save")
    return said | {"activations": activations, "signs": signs, "classes": names, "isNamed": is_named}
