"""What a browser would know of a page, read from the messages that Streamlit's server sends over its WebSocket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Element(NamedTuple):
    """A component on screen: the id of its widget, the fragment it stands in ("" outside), and what it was sent."""

    id: str
    fragment: str
    data: dict[str, Any]


@dataclass
class Screen:
    """What a browser would know of the page that it shows.

    Attributes:
        page_hash: the server's name for the page; "" before it was opened.
        query: the address after the question mark.
        buttons: id of each button's widget, and of the fragment it stands in ("" outside).
        elements: the components by their names.
        exceptions: the exceptions shown so far.
        messages: what the server need not send again, by hash.
    """

    page_hash: str = ""
    query: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    exceptions: list[str] = field(default_factory=list)
    messages: dict[str, ForwardMsg] = field(default_factory=dict)
    _drawn: Screen | None = None  # what the run under way has drawn so far

    def take(self, message: ForwardMsg) -> bool:
        """Show one message of the server's; true if with it the script has finished."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            return self.take(self.messages[message.ref_hash])
        if message.metadata.cacheable:
            self.messages[message.hash] = message
        if kind == "new_session":
            self._drawn = Screen()
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            element = message.delta.new_element
            if element.HasField("exception"):
                self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
            if element.HasField("button"):
                self._drawn.buttons[element.button.id] = message.delta.fragment_id
            if element.HasField("bidi_component"):
                component = element.bidi_component
                name = component.component_name.partition(".")[0]  # its package's, where it comes in one
                shown = Element(component.id, message.delta.fragment_id, json.loads(component.json or "{}"))
                self._drawn.elements[name] = shown
        # A run that makes room for the next one has not finished: the next one's end is the answer.
        if kind != "script_finished" or message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            self.buttons |= self._drawn.buttons  # the rest of the page stands
            self.elements |= self._drawn.elements
        else:
            self.buttons, self.elements = self._drawn.buttons, self._drawn.elements
        return True
