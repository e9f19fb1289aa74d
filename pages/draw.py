"""Draw: a digit on a canvas, or one of MNIST's test digits, and what a network reads in it."""

import streamlit as st

from nnlab.sources.published import is_of_digits
from nnlab.ui import readers, shell, terms
from nnlab.ui.bringing import desk
from nnlab.ui.draw import gallery, reply, subject, why
from nnlab.ui.draw.why_inquiry import Inquiry
from nnlab.ui.images import to_grey

shell.page("draw", canvas_side=f"{subject.canvas_pixels()}px")


@st.fragment  # a stroke draws anew what it changes, not the frame around it: measured, 40 ms sooner
def reading_desk() -> None:
    terms.begin("draw")
    with st.container(horizontal=True, gap="medium"):
        with st.container(
            width=subject.canvas_pixels(), key="draw.paper"
        ):  # whole before there is anything else: a phone has it on top
            source = subject.choose_source()
            to_read = subject.drawing() if source == "canvas" else subject.test_digit()
        with st.container(key="draw.answer"):
            answer = st.container()
            choices = st.columns(2, gap="medium")
            comment = st.container()

    with choices[0]:
        choice = readers.choose()
    if source == "canvas":
        with choices[1]:
            subject.choose_pen()
    with answer:
        said = reply.read(to_read, choice, source)
    if said:
        with comment:
            reply.comment(said)
    if not said:
        terms.tell("draw.ask")
    if said and not is_of_digits(said.reader.source):
        why.show(Inquiry(to_read, said, to_read.truth))
        return  # what follows is about digits
    if said and to_read.stages:
        meant = gallery.ask(to_grey(to_read.image), said.probabilities)
        why.show(Inquiry(to_read, said, meant))
    else:
        if said:
            why.show(Inquiry(to_read, said, to_read.truth))
        gallery.show_score()
    gallery.show()
    desk.show()


reading_desk()
