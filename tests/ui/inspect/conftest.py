"""The Inspect page with a section open, a network of the test's own, and the figures that are drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.model import MLP
from nnlab.ui import digits, readers, saving
from nnlab.ui.readers import NamedReader


@pytest.fixture
def opened(open_page, monkeypatch) -> Callable[..., AppTest]:
    """A function that opens a section by its name, with built-in digits, and returns its AppTest, run once."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)

    def opened(section: str, language: str = "en") -> AppTest:
        page = open_page("inspect", language, section=section)
        assert not page.exception
        assert page.query_params["section"] == section
        return page

    return opened


@pytest.fixture
def use(monkeypatch) -> Callable[[MLP, str], None]:
    """A function that lets every choice of a network be this one, whose weights have this name."""

    def use(model: MLP, name: str) -> None:
        monkeypatch.setattr(readers, "load", lambda choice: NamedReader(model.eval(), "the test's network", name))

    return use


@pytest.fixture
def drawn(monkeypatch) -> dict[str, tuple[dict, dict]]:
    """The figure and the table of each chart that was drawn last, by its key."""
    found, show_chart = {}, saving.show_chart

    def spy(figure, key, alt, table, **options):
        found[key] = figure, table
        return show_chart(figure, key, alt, table, **options)

    monkeypatch.setattr(saving, "show_chart", spy)
    return found


@pytest.fixture
def tested_digits(opened) -> Callable[[], tuple[torch.Tensor, torch.Tensor]]:
    """A function that gives the test set of the page that is open: (N, 28, 28) uint8, (N,) int64."""

    def tested_digits() -> tuple[torch.Tensor, torch.Tensor]:
        images, labels = digits.load_test_set("builtin")
        return torch.from_numpy(images), torch.from_numpy(labels).long()

    return tested_digits
