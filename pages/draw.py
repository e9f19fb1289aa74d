"""Draw: a digit on a canvas, or one of MNIST's test digits, and what a network reads in it."""

import streamlit as st

from nnlab.ui import layout, readers, shell
from nnlab.ui.draw import gallery, parts, why
from nnlab.ui.draw.why_case import Case
from nnlab.ui.images import to_grey

shell.page("draw")


@st.fragment  # a stroke draws anew what it changes, not the frame around it: measured, 40 ms sooner
def reading_desk() -> None:
    with st.container(horizontal=True, gap="medium"):
        paper = st.container(width=parts.canvas_pixels())
        answer = st.container(key="draw.answer")
        side = st.container(width=layout.SIDE_PIXELS)

    with paper:
        source = parts.choose_source()
    with side:
        seen = st.container()
        choice = readers.choose()
        pen_width = parts.choose_pen() if source == "canvas" else None
    with paper:
        subject = parts.drawing(pen_width) if source == "canvas" else parts.test_digit()
    with seen:
        parts.show_seen(subject.image if subject else None)
    with answer:
        reading = parts.read(subject, choice, source)
    if reading and subject.stages:
        meant = gallery.ask(to_grey(subject.image), reading.probabilities)
        why.show(Case(subject, reading, meant))
    else:
        if reading:
            why.show(Case(subject, reading, subject.truth))
        gallery.show_score()
    gallery.show()


reading_desk()
