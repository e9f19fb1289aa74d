"""Each view of Inspect says what to look at, and all that it draws can be saved, as a picture and as numbers."""

import ast
import json
import re
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nnlab.ui
from nnlab.config import Setup
from nnlab.model import MLP
from nnlab.records import Pulse
from nnlab.runs import jobs
from nnlab.runs.pulses import to_rows
from nnlab.ui import images, saving
from nnlab.ui.inspect.excitement import SHEET_COLUMNS, contact_sheet
from nnlab.ui.places import PAGES
from nnlab.ui.text import strings
from tests.ui.drawing import all_sent_to, words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in
from tests.ui.train.fake_runs import SETUP, FakeJob

FOLDER = Path(nnlab.ui.__file__).parent / "inspect"
LAYERS, GRADIENTS, ATTRIBUTION = (f"inspect.{section}_view" for section in ("layers", "gradients", "attribution"))
SQUARES = {"inspect.layers_form": "squares"}
# Section, what is chosen there, and the sentence that says what to look at.
VIEWS = [
    ("units", {}, "inspect.units_look"),
    ("units", {"inspect.pixels": "products"}, "inspect.units_look"),
    ("units", {"inspect.layer": 2}, "inspect.units_look"),
    ("surgery", {}, "inspect.surgery_look"),
    ("layers", {LAYERS: "image"}, "layers.look_image"),
    ("layers", {LAYERS: "image"} | SQUARES, "layers.look_image"),
    ("layers", {LAYERS: "network"}, "layers.look_network"),
    ("layers", {LAYERS: "test_set"}, "layers.look_test_set"),
    ("layers", {LAYERS: "weights"}, "layers.look_weights"),
    ("gradients", {GRADIENTS: "chain"}, "gradients.look_chain"),
    ("gradients", {GRADIENTS: "chain", "inspect.gradients_by": "by_output"} | SQUARES, "gradients.look_chain"),
    ("gradients", {GRADIENTS: "sizes"}, "gradients.look_sizes"),
    ("gradients", {GRADIENTS: "weights"}, "gradients.look_pixels"),
    ("gradients", {GRADIENTS: "check"}, "gradients.look_check"),
    ("gradients", {GRADIENTS: "training"}, "pulse.look"),
    ("gradients", {GRADIENTS: "landscape"}, "landscape.of_bundled"),
    ("health", {}, "health.look"),
    ("attribution", {ATTRIBUTION: "why"}, "attribution.look_why"),
    ("attribution", {ATTRIBUTION: "change"}, "attribution.look_change"),
    ("attribution", {ATTRIBUTION: "favourite"}, "attribution.look_favourite"),
    ("failures", {}, "failures.look"),
    ("damage", {}, "failures.damage_look"),
    ("unsure", {}, "failures.unsure_look"),
    ("map", {}, "failures.map_look"),
    ("map", {"inspect.map_way": "tsne"}, "tsne.look"),
]
DRAWN = {
    "nnlab_unit_grid": "inspect-layer_picture",
    "nnlab_point_map": "inspect-map_table",
    "nnlab_pulse": "pulse-table",
    "nnlab_living": "inspect-living-table",
}


class Taken:
    """What the page draws as images, and what its buttons give when they are pressed."""

    def __init__(self, monkeypatch):
        self.shown: list[np.ndarray] = []
        self.given: list[partial] = []
        to_png = images.to_png
        monkeypatch.setattr(images, "to_png", lambda pixels, width: self.shown.append(pixels) or to_png(pixels, width))
        monkeypatch.setattr(saving, "partial", self.give)

    def give(self, make, *args):
        self.given.append(partial(make, *args))
        return self.given[-1]

    def clear(self):
        self.shown.clear()
        self.given.clear()

    @property
    def pictures(self) -> list[list[np.ndarray]]:
        return [made.args[0] for made in self.given if made.func is images.sheet_png]


def opened(open_page, monkeypatch, section, chosen, language="en"):
    stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))
    job = FakeJob(Setup(CONFIGS["relu"], SETUP.train))
    job.pulses.add(to_rows([Pulse(step, (0.1, 0.2, step), (0.01, 0.02, 0.03)) for step in (1, 5)]))
    if chosen.get(GRADIENTS) == "training":
        monkeypatch.setattr(jobs, "get", lambda name: job)
    return open_page("inspect", language, section=section)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("section", "chosen", "sentence"), VIEWS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_view_says_what_to_look_at_and_all_of_it_can_be_taken_along(
    open_page, monkeypatch, mnist_folder, section, chosen, sentence, language
):
    taken = Taken(monkeypatch)
    page = opened(open_page, monkeypatch, section, chosen, language)
    for key, value in chosen.items():
        taken.clear()
        page.segmented_control(key=key).set_value(value).run()
    assert not page.exception
    assert strings(language)[sentence].split("{")[0] in words(page)

    buttons = [element.proto.id.rpartition("-")[2] for element in page.get("download_button")]
    for chart in page.get("plotly_chart"):
        key = chart.proto.id.rpartition("-")[2]
        assert f"{key}.table" in buttons
        assert "toImage" not in json.loads(chart.proto.spec)["layout"].get("modebar", {}).get("remove", [])
    for component, table in DRAWN.items():
        for sent in all_sent_to(page, component):
            assert component == "nnlab_pulse" or {"save", "file"} <= {*sent, *sent["words"]}
            assert [key for key in buttons if table in key.replace(".", "-")]

    offered = {picture.tobytes() for pictures in taken.pictures for picture in pictures}
    offered |= {  # what excites a neuron is shown as one picture
        contact_sheet(np.array(pictures), SHEET_COLUMNS).tobytes()
        for pictures in taken.pictures
        if pictures[0].shape == (28, 28)
    }
    assert taken.shown
    assert [image.shape for image in taken.shown if image.tobytes() not in offered] == []
    for made in taken.given:  # as when it is pressed
        if made.func is images.sheet_png:
            assert Image.open(BytesIO(made())).format == "PNG"
        elif made.func is saving.to_csv:
            head, *rows = made().decode("utf-8-sig").splitlines()
            assert rows
            assert language != "ko" or not re.search("[a-z]{3}|_", head), head


def test_no_section_is_left_out():
    assert {section for section, _, _ in VIEWS} == set(PAGES["inspect"].sections)


def test_whoever_draws_pictures_on_inspect_lets_them_be_saved():
    def called(file: Path) -> set[str]:
        calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        return {ast.unparse(node.func).rpartition(".")[2] for node in calls}

    drawing = [file for file in sorted(FOLDER.glob("*.py")) if called(file) & {"show_image", "image"}]
    assert len(drawing) >= 4
    assert [file.name for file in drawing if "offer_pictures" not in called(file)] == []
