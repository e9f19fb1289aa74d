"""A press that takes a while to answer is answered, whatever comes between."""

from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from nnlab.ui import pressing

    if pressing.button("Go", "demo.go"):
        if not st.session_state.get("interrupted"):
            st.session_state["interrupted"] = True
            st.rerun()  # as anything else that the page hears in the middle of the work
        st.session_state["done"] = st.session_state.get("done", 0) + 1
        pressing.answered("demo.go")


def test_an_interrupted_press_is_answered_once():
    page = AppTest.from_function(script).run()
    assert "done" not in page.session_state
    page.button(key="demo.go").click().run()
    assert page.session_state["done"] == 1
    page.run()
    assert page.session_state["done"] == 1
    page.button(key="demo.go").click().run()
    assert page.session_state["done"] == 2
    assert not page.exception


def test_a_game_that_is_interrupted_while_it_begins_begins(open_page, monkeypatch):
    import streamlit as st

    from nnlab.ui import readers

    page = open_page("play")
    waits = iter([st.rerun])  # the first time only
    monkeypatch.setattr(readers, "wait_for_torch", lambda: next(waits, lambda: None)())
    page.button(key="play.start").click().run()
    assert not page.exception
    assert "play.game" in page.session_state
