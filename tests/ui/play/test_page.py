"""The Play page: its address names the game."""


def test_the_address_names_the_section(open_page):
    assert open_page("play").query_params["section"] == "guess"
    page = open_page("play", section="fool")
    assert page.session_state["play.section"] == "fool"
    page = open_page("play", section="nonsense")
    assert page.query_params["section"] == "guess"
