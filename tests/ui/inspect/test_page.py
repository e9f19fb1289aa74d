"""The Inspect page's frame: which network is looked at, and for which image."""

import pytest

from nnlab.ui.text import strings
from tests.ui.drawing import SEVEN, sent, words


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_opens_with_a_test_image_and_what_the_bundled_network_reads(open_page, language):
    page = open_page("inspect", language)
    assert not page.exception
    assert page.query_params["section"] == "units"
    assert page.selectbox(key="inspect.network").value == "bundled"
    begin = strings(language)["inspect.reads"].split("**")[0]
    assert begin in words(page)


def test_what_was_drawn_on_the_draw_page_is_looked_at_here(open_page):
    page = open_page("inspect")
    page.session_state["draw.drawing"] = {**sent(SEVEN)["drawing"], "canvas": "draw"}
    page.segmented_control(key="inspect.image").set_value("drawing").run()
    assert not page.exception
    assert strings("en")["inspect.from_draw"] in words(page)
    assert "reads **7**" in words(page)
