"""The address of a run that the server does not know: after it was started anew, say."""

from nnlab.ui.text import strings
from tests.ui.train.reading import buttons, first, words


def test_a_run_that_is_gone_is_said_to_be_gone_until_another_is_begun(office, open_page):
    """The browser says who it is after the first run of the page, and has it run again."""
    page = open_page("train")
    page.query_params["run"] = "forgotten"
    for _ in range(3):
        page.run()
        assert strings("en")["train.lost_run"] in words(page)
        assert page.query_params["run"] == "forgotten"
        assert "start" in buttons(page)
    first(page).click().run()
    assert strings("en")["train.lost_run"] not in words(page)
    assert page.query_params["run"] != "forgotten"
