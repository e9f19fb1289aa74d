"""AppTest fixtures: the app without its warm-up and with few built-in digits, on any page, in any language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as cached
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from nnlab.sources.archive import _idx
from nnlab.sources.builtin import cache
from nnlab.sources.idx import IMAGES_MAGIC, LABELS_MAGIC
from nnlab.sources.mnist import FILES
from nnlab.ui import terms, waiting, warm_up
from nnlab.ui.components import number_field as numbers
from tests.nnlab.small_mnist import call_genuine

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def packages_searched_once():
    """Streamlit searches all installed packages for components in every AppTest, which takes longer than a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cached(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def open_page(monkeypatch):
    """A function that opens a page by name and language and returns its AppTest, run once."""
    monkeypatch.setattr(warm_up, "start", lambda: None)
    monkeypatch.setattr(cache, "TRAIN_COUNT", 200)
    monkeypatch.setattr(cache, "TEST_COUNT", 100)

    def open_page(name: str = "home", language: str = "en", **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.session_state["language"] = language
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        if name != "home":
            app.switch_page(f"pages/{name}.py").run()
        return app

    return open_page


@pytest.fixture(autouse=True)
def what_is_made_is_waited_for(monkeypatch):
    """On a busy machine, too, a page shows what is made beside it; a test of the waiting itself sets it to 0."""
    monkeypatch.setattr(waiting, "SOON", 60)  # seconds


@pytest.fixture(autouse=True)
def texts_without_links(request, monkeypatch):
    """Pages show their short strings as they stand in the language files, except to the tests of their links."""
    if request.module.__name__.rpartition(".")[2] != "test_terms":
        monkeypatch.setattr(terms, "_told", lambda key, markdown: markdown)


@pytest.fixture(autouse=True)
def typed_numbers(monkeypatch):
    """Number fields that AppTest can type into: ``app.text_input(key="train.epochs.typed").set_value("3").run()``.

    A text field stands in for the browser's part, which AppTest does not know: it shows what the browser would show,
    and what is typed reaches ``numbers`` as it would from there. What is told stands below it as a caption.
    """
    messages = count(1)

    def mount(key: str, data: dict, on_typed_change: Callable[[], None]) -> None:
        def send() -> None:
            st.session_state[key] = {"typed": {"text": st.session_state[text], "number": next(messages)}}
            on_typed_change()

        text = key.replace(".field", ".typed")
        st.session_state[text] = data["text"] if data["typed"] is None else data["typed"]
        st.text_input(data["label"], key=text, help=data["help"], disabled=data["disabled"], on_change=send)
        if data["told"]:
            st.caption(data["told"])

    monkeypatch.setattr(numbers, "_labelled", mount)
    monkeypatch.setattr(numbers, "_bare", mount)


@pytest.fixture
def mnist_folder(tmp_path, monkeypatch):
    """A folder that passes for MNIST: 30 training images and 10 test images, image i of class i % 10."""
    generator = np.random.default_rng(4)
    parts = {}
    for name, size in zip(FILES, (30, 30, 10, 10), strict=True):
        labels = np.arange(size) % 10
        images = generator.integers(0, 256, (size, 28, 28), dtype=np.uint8)
        parts[name] = images if "images" in name else labels
        (tmp_path / name).write_bytes(_idx(IMAGES_MAGIC if "images" in name else LABELS_MAGIC, parts[name]))
    call_genuine(monkeypatch, {name: (tmp_path / name).read_bytes() for name in FILES})
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    return parts
