"""Draw: a digit on a canvas, or one of MNIST's test digits, and what a network reads in it."""

import streamlit as st

from nnlab.ui import layout, readers, shell
from nnlab.ui.draw import gallery, reply, subject, why
from nnlab.ui.draw.why_inquiry import Inquiry
from nnlab.ui.images import to_grey

shell.page("draw")


@st.fragment  # a stroke draws anew what it changes, not the frame around it: measured, 40 ms sooner
def reading_desk() -> None:
    with st.container(horizontal=True, gap="medium"):
        paper = st.container(width=subject.canvas_pixels())
        answer = st.container(key="draw.answer")
        side = st.container(width=layout.SIDE_PIXELS)

    with paper:
        source = subject.choose_source()
    with side:
        seen = st.container()
        choice = readers.choose()
        pen_width = subject.choose_pen() if source == "canvas" else None
    with paper:
        to_read = subject.drawing(pen_width) if source == "canvas" else subject.test_digit()
    with seen:
        reply.show_seen(to_read.image if to_read else None)
    with answer:
        said = reply.read(to_read, choice, source)
    if said and to_read.stages:
        meant = gallery.ask(to_grey(to_read.image), said.probabilities)
        why.show(Inquiry(to_read, said, meant))
    else:
        if said:
            why.show(Inquiry(to_read, said, to_read.truth))
        gallery.show_score()
    gallery.show()


reading_desk()
