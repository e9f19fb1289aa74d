"""What a browser would know of a page, read from the messages that Streamlit's server sends over its WebSocket."""

from __future__ import annotations

from dataclasses import dataclass, field

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Screen:
    """What a browser would know of the page that it shows.

    Attributes:
        page_hash: the server's name for the page; "" before it was opened.
        query: the address after the question mark.
        buttons: id of each button's widget, and of the fragment it stands in ("" outside).
        timer: seconds between two looks at a fragment, and its id; None on a page that keeps still.
        exceptions: the exceptions shown so far.
        messages: what the server need not send again, by hash.
    """

    page_hash: str = ""
    query: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    timer: tuple[float, str] | None = None
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
        elif kind == "auto_rerun":
            self._drawn.timer = message.auto_rerun.interval, message.auto_rerun.fragment_id
        elif kind == "delta":
            element = message.delta.new_element
            if element.HasField("exception"):
                self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
            if element.HasField("button"):
                self._drawn.buttons[element.button.id] = message.delta.fragment_id
        # A run that makes room for the next one has not finished: the next one's end is the answer.
        if kind != "script_finished" or message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            self.buttons |= self._drawn.buttons  # the rest of the page stands, its timer too
        else:
            self.buttons, self.timer = self._drawn.buttons, self._drawn.timer
        return True
