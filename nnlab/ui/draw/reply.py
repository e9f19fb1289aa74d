"""What the chosen network says to a drawing or a test digit, and the network at work on the image it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, readers, terms
from nnlab.ui.answers import digit_of, is_answer
from nnlab.ui.components import live_reading, living_network
from nnlab.ui.draw.subject import CANVAS, Subject
from nnlab.ui.images import to_grey
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.ui.components.live_reading import BrowserNetwork

SMALL_PIXELS = 168  # the picture of what the network sees


class Reply(NamedTuple):
    """An answer: who read, the probabilities of the ten digits, whether to doubt it, and the true class if known."""

    reader: readers.NamedReader
    probabilities: list[float]
    is_doubtful: bool = False
    truth: int | None = None

    @property
    def digit(self) -> int:
        """The most probable one."""
        return digit_of(self.probabilities)

    @property
    def result(self) -> live_reading.Result:
        return live_reading.Result(self.probabilities, self.is_doubtful, self.truth)


def read(subject: Subject | None, choice: str, source: str) -> Reply | None:
    """What the chosen network reads; an invitation while there is nothing to read, and None while nothing is read."""
    is_drawing = source == "canvas"
    if subject is None and not is_drawing:
        return None
    reader = readers.load(choice) if subject or choice != readers.BUNDLED else None
    if reader is None and choice != readers.BUNDLED:
        st.info(t("common.no_weights"), icon=":material/hourglass_empty:")
        _offer_again()
        return None
    reply = subject and _answer(reader, subject)
    network = readers.for_browser(choice, reader)
    live_reading.show_answer(
        "draw",
        reply and reply.result,
        network,
        canvas_class=CANVAS.css_class if network and is_drawing else "",
        is_inviting=subject is None,
        has_bars=network is None,
        source=readers.source_of(choice),
    )
    _show_inside(network, subject, reply, readers.source_of(choice))
    if subject and not reply:
        st.error(t("common.not_a_number"), icon=":material/error:")
    if is_drawing and reader and readers.is_too_large(reader.model.config):
        st.caption(t("draw.too_large", count=f"{reader.model.parameter_count:,}"))
    return reply


def _answer(reader: readers.NamedReader, subject: Subject) -> Reply | None:
    probabilities, is_doubtful = reader.read(subject.image)
    if not is_answer(probabilities):
        return None
    return Reply(reader, probabilities, is_doubtful, subject.truth)


def comment(reply: Reply) -> None:
    """Beside the answer: whether it is right, whether to doubt it, and who gave it."""
    if reply.truth is not None:
        st.markdown(classes.verdict(reply.reader.source, reply.digit, reply.truth))
    if reply.is_doubtful:
        st.warning(t("draw.doubtful"), icon=":material/help:")
    if not is_of_digits(reply.reader.source):
        st.caption(classes.legend(reply.reader.source))
    st.caption(reply.reader.words)
    if reply.reader.is_training:
        _offer_again()


def _offer_again() -> None:
    st.button(t("common.read_again"), key="draw.again", icon=":material/refresh:")


def _show_inside(network: BrowserNetwork | None, subject: Subject | None, reply: Reply | None, source: str) -> None:
    """The network at work; of one that no browser computes, what it is given: 28 x 28 grey values, black for paper."""
    image = subject and subject.image
    if network:
        living_network.show("draw", network, None if image is None else image.numpy(), reply and reply.result, source)
        return
    terms.note("draw.seen")
    live_reading.show_sight("draw", None if image is None else to_grey(image), SMALL_PIXELS, t("draw.seen_alt"))
