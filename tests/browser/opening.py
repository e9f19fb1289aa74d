"""Pages opened by their addresses."""

from playwright.sync_api import expect

from nnlab.ui.text import strings


def expect_opened(page, name, language):
    """The app's page of this name, without an error."""
    expect(page.get_by_role("heading", level=1)).to_have_text(strings(language)[f"{name}.title"])
    expect(page.get_by_test_id("stException")).to_have_count(0)
