"""What a visitor without a browser makes of the server's messages."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load.screen import Element, Screen


def begun() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "app.py"
    return message


def button(name: str, fragment: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.button.id = name
    message.delta.fragment_id = fragment
    return message


def element(name: str, fragment: str, data: str = "{}") -> ForwardMsg:
    message = ForwardMsg()
    message.delta.fragment_id = fragment
    component = message.delta.new_element.bidi_component
    component.id, component.component_name, component.json = f"id-{name}", name, data
    return message


def finished(status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def show(screen: Screen, *messages: ForwardMsg) -> list[bool]:
    return [screen.take(message) for message in messages]


def test_a_page_is_finished_with_its_last_message():
    screen = Screen()
    assert show(screen, begun(), button("start", "panel"), element("curve", "panel", '{"run": "a"}'), finished()) == [
        False
    ] * 3 + [True]
    assert screen.buttons == {"start": "panel"}
    assert screen.elements == {"curve": Element("id-curve", "panel", {"run": "a"})}


def test_a_run_that_makes_room_for_the_next_is_no_answer():
    screen = Screen()
    early = finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    assert show(screen, begun(), button("old"), early, begun(), button("new"), finished()) == [False] * 5 + [True]
    assert screen.buttons == {"new": ""}


def test_a_fragment_leaves_the_rest_of_the_page_and_a_page_nothing_of_the_one_before():
    screen = Screen()
    show(screen, begun(), button("outside"), element("curve", "panel", '{"run": "a"}'), finished())
    fragment = finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    assert show(screen, begun(), button("inside", "panel"), fragment)[-1]
    assert screen.buttons == {"outside": "", "inside": "panel"}
    assert screen.elements == {"curve": Element("id-curve", "panel", {"run": "a"})}
    show(screen, begun(), element("curve", "panel", '{"run": "b"}'), fragment)
    assert screen.elements["curve"].data == {"run": "b"}
    show(screen, begun(), finished())
    assert (screen.buttons, screen.elements) == ({}, {})


def test_a_message_that_the_server_does_not_send_again_is_shown_again():
    screen = Screen()
    message = button("start")
    message.hash, message.metadata.cacheable = "abc", True
    show(screen, begun(), message, finished(), begun(), ForwardMsg(ref_hash="abc"), finished())
    assert screen.buttons == {"start": ""}


def test_a_component_of_a_package_has_the_packages_name():
    screen = Screen()
    show(screen, begun(), element("package.canvas", ""), finished())
    assert list(screen.elements) == ["package"]


def test_an_exception_on_the_page_is_counted_with_its_words():
    screen = Screen()
    message = ForwardMsg()
    message.delta.new_element.exception.type = "KeyError"
    message.delta.new_element.exception.message = "'images'"
    show(screen, begun(), message, finished())
    assert screen.exceptions == ["KeyError: 'images'"]
