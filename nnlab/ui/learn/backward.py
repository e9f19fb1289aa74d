"""Backpropagation: the gradient of one digit's loss, a step against it, and the proof that it is right."""

from __future__ import annotations

import streamlit as st

from nnlab.config import CLASSES, IMAGE_SIDE, Number
from nnlab.ui import keys, shell
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import paper_and_ink
from nnlab.ui.layout import beside, choose_view, columns, rates
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn.formula import aligned, scientific
from nnlab.ui.learn.specimen import Specimen, choose, show_specimen
from nnlab.ui.learn.student import Student, check_gradient
from nnlab.ui.numbers import fixed, significant
from nnlab.ui.text import t

VIEWS = ("gradient", "step", "check")
LEARNING_RATES = rates(-4, 0)
DEFAULT_RATE = 0.001
EPSILONS = [10.0**power for power in range(-1, -13, -1)]
DEFAULT_EPSILON = 1e-5
SHOWN_DECIMALS = 11  # of a gradient
FEW_DIGITS = 3  # two numbers that agree in fewer are not the same


@st.fragment
def show() -> None:
    left, right = columns(0.3)
    with left:
        specimen = choose("untrained")
        student = _student_of(specimen)
        show_specimen(specimen, 112)
    with right:
        titles = {name: t(f"learn.view_{name}") for name in VIEWS}
        view = choose_view(t("learn.view"), titles, keys.Learn.BACKWARD_VIEW)
        if student.has_diverged and view != "step":
            st.warning(t("learn.diverged"), icon=":material/error:")
        else:
            {"gradient": _show_gradient, "step": _show_step, "check": _show_check}[view](student)


def _student_of(specimen: Specimen) -> Student:
    """This visitor's copy of the network, begun anew when another digit or network is chosen."""
    student = st.session_state.get(keys.Learn.STUDENT)
    if student is None or student.choice != specimen.choice:
        student = Student(specimen.choice, specimen.model, specimen.image, specimen.label)
        st.session_state[keys.Learn.STUDENT] = student
    return student


def _layer_names(student: Student) -> list[str]:
    hidden = len(student.model.linears) - 1
    return [*(t("learn.hidden_layer", index=index + 1) for index in range(hidden)), t("learn.output_layer")]


def _show_gradient(student: Student) -> None:
    by_layer = student.gradients()
    sizes, picture = beside(0.5, "top")
    with sizes:
        st.markdown(t("learn.gradient_sizes", loss=f"{student.losses[-1]:.4f}", steps=len(student.losses) - 1))
        norms = [gradient.weight.norm().item() for gradient in by_layer]
        figure = learn_charts.log_bars(norms, _layer_names(student), t("learn.gradient_axis"), height=300)
        shell.show_chart(figure, "learn.gradient_sizes", t("learn.gradient_sizes_alt"))
    with picture:
        first = by_layer[0].weight  # (D, P)
        strongest = int(first.norm(dim=1).argmax())
        label = t("learn.unit_of_first", units=len(first), strongest=strongest + 1)
        key = keys.Learn.value(f"gradient_unit_{student.choice}")
        unit = number_field(label, _count_to(len(first)), key, strongest + 1) - 1
        values = first[unit].reshape(IMAGE_SIDE, IMAGE_SIDE).numpy()
        figure = learn_charts.signed_image(values, height=270)
        shell.show_chart(figure, "learn.gradient_image", t("learn.gradient_image_alt", unit=unit + 1))
        if values.any():
            seen = paper_and_ink(student.model.config.input_normalization)
            st.caption(t("learn.gradient_image_note", delta=significant(by_layer[0].bias[unit].item()), **seen))
        else:
            st.caption(t("learn.gradient_image_zero"))


def _show_step(student: Student) -> None:
    rate = st.select_slider(
        t("learn.rate"), LEARNING_RATES, DEFAULT_RATE, key=keys.Learn.BACKWARD_RATE, persist_state="session"
    )
    with st.container(horizontal=True):
        for count in (1, 10):
            st.button(
                t(f"learn.take_{count}"),
                key=f"learn.take_{count}",
                type="primary" if count == 1 else "secondary",
                on_click=_take,
                args=(student, rate, count),
                disabled=student.has_diverged,
            )
        st.button(t("learn.start_again"), key="learn.start_again", on_click=_start_again)
    if student.has_diverged:
        st.warning(t("learn.diverged"), icon=":material/error:")
    elif student.promised is None:
        st.markdown(t("learn.before_step", loss=f"{student.losses[0]:.4f}"))
    else:
        before, after = student.losses[-2:]
        values = {"before": before, "after": after, "promised": student.promised, "real": before - after}
        st.markdown(t("learn.after_step", **{name: fixed(value, 4) for name, value in values.items()}))
    figure = learn_charts.loss_history(student.losses, t("learn.steps"), t("learn.loss_of_digit"), height=250)
    shell.show_chart(figure, "learn.loss_history", t("learn.loss_history_alt", steps=len(student.losses) - 1))
    st.caption(t("learn.one_digit_only", digit=student.label))


def _take(student: Student, rate: float, count: int) -> None:
    for _ in range(count):
        if not student.has_diverged:
            student.step(rate)


def _start_again() -> None:
    st.session_state.pop(keys.Learn.STUDENT, None)


def _show_check(student: Student) -> None:
    place = _choose_weight(student)
    epsilon = st.select_slider(
        t("learn.epsilon"),
        EPSILONS,
        DEFAULT_EPSILON,
        format_func=lambda value: f"{value:.0e}".replace("e-0", "e-"),
        key=keys.Learn.EPSILON,
        persist_state="session",
    )
    check = check_gradient(student.model, student.image, student.label, place, epsilon)
    difference, autograd = (scientific(value, SHOWN_DECIMALS) for value in (check.difference, check.autograd))
    quotient = r"\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}"
    st.latex(
        aligned(
            rf"L(w - \varepsilon) &= {check.below:.12f}",
            rf"L(w + \varepsilon) &= {check.above:.12f}",
            rf"{quotient} &= \mathbf{{{difference}}}",
            rf"\text{{autograd:}}\quad \frac{{\partial L}}{{\partial w}} &= \mathbf{{{autograd}}}",
        )
    )
    if check.autograd == 0 and check.difference == 0:
        st.info(t("learn.check_zero"), icon=":material/info:")
    elif check.agreeing_digits < FEW_DIGITS:
        st.warning(t("learn.check_differs", digits=check.agreeing_digits), icon=":material/difference:")
    else:
        st.success(t("learn.check_agrees", digits=check.agreeing_digits), icon=":material/verified:")
    with st.expander(t("learn.check_answer"), key="learn.check_answer"):
        st.markdown(t("learn.check_why"))


def _choose_weight(student: Student) -> tuple[int, int, int]:
    """Layer, neuron and input of the weight to nudge; at first the one with the largest gradient in its layer."""
    names = _layer_names(student)
    for_layer, for_unit, for_source = st.columns([0.5, 0.25, 0.25])
    with for_layer:
        layer = st.segmented_control(
            t("learn.table_layer"),
            range(len(names)),
            default=0,
            required=True,
            format_func=lambda index: names[index],
            key=f"learn.check_layer_{len(names)}",
            wrap=True,
        )
    gradient = student.gradients()[layer].weight  # (D, D of the layer before)
    unit, source = divmod(int(gradient.abs().argmax()), gradient.shape[1])
    unit_key, source_key = (keys.Learn.value(f"check_{end}_{student.choice}_{layer}") for end in ("unit", "source"))
    with for_unit:
        if layer == len(names) - 1:  # the output for each digit, which is called by it
            unit = number_field(t("learn.to_digit"), Number(0, CLASSES - 1, integer=True), unit_key, unit)
        else:
            unit = (
                number_field(t("learn.to_neuron", count=len(gradient)), _count_to(len(gradient)), unit_key, unit + 1)
                - 1
            )
    with for_source:
        inputs = gradient.shape[1]
        source = number_field(t("learn.from_input", count=inputs), _count_to(inputs), source_key, source + 1) - 1
    return layer, unit, source


def _count_to(count: int) -> Number:
    """The rule of a number of one of ``count`` things: people count them from 1, as all pages do."""
    return Number(1, count, integer=True)
