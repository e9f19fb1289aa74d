"""AppTest fixtures: the app without its warm-up and with few built-in digits, on any page, in any language."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.builtin import cache
from nnlab.ui import warm_up

ROOT = Path(__file__).parents[2]


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
