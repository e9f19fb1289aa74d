"""By hand: one whole training step of a network with four or three neurons, with blanks to fill in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import streamlit as st

from nnlab.ui import keys, numbers, shell
from nnlab.ui.layout import beside
from nnlab.ui.learn import hand_picture
from nnlab.ui.learn.formula import aligned
from nnlab.ui.learn.hand_exercise import choose_numbers, choose_shape
from nnlab.ui.learn.lines import Line, Step
from nnlab.ui.learn.marking import mark
from nnlab.ui.learn.rounding import LONGEST_TEXT, agrees, plain, read
from nnlab.ui.learn.worksheet import Exercise, Worksheet
from nnlab.ui.text import t

BLANK = r"\boxed{\,?\,}"


@dataclass
class Answers:
    """What a visitor has written into the blanks of an exercise.

    Attributes:
        typed: the text, by the name of the line; also where it is wrong.
        right: the lines that were filled in rightly.
        revealed: those that were shown instead.
    """

    exercise: Exercise
    decimals: int
    typed: dict[str, str] = field(default_factory=dict)
    right: set[str] = field(default_factory=set)
    revealed: set[str] = field(default_factory=set)


@st.fragment
def show() -> None:
    shape = choose_shape()
    with st.container(key="learn.hand"):  # learn/style.css puts one below the other on a narrow window
        picture, calculation = beside(0.46, "top")
    with picture:
        for_picture = st.container()
        exercise = choose_numbers(shape)
    sheet = Worksheet(exercise, st.session_state[keys.Learn.HAND_DECIMALS])
    answers = _answers_to(sheet)
    blanks = {line.name for line in sheet.asked(st.session_state[keys.Learn.HAND_BLANKS])}
    with calculation:
        number = _choose_step(sheet)
        _show_step(sheet, sheet.steps[number], answers, blanks)
        _show_count(sheet, answers, blanks)
    with for_picture:
        _show_picture(sheet, number, answers, blanks)


def _answers_to(sheet: Worksheet) -> Answers:
    """What was written into this exercise's blanks; another exercise begins with empty ones."""
    answers = st.session_state.get(keys.Learn.HAND_ANSWERS)
    if answers is None or answers.exercise != sheet.exercise:
        answers = Answers(sheet.exercise, sheet.decimals)
    elif answers.decimals != sheet.decimals:
        answers = _marked_anew(sheet, answers)
    st.session_state[keys.Learn.HAND_ANSWERS] = answers
    return answers


def _marked_anew(sheet: Worksheet, answers: Answers) -> Answers:
    """The same answers where the page has other decimals now: what was right may have too few of them."""
    lines = [line for step in sheet.steps for line in step.lines if line.name in answers.typed]
    right = {line.name for line in lines if mark(sheet, line, answers.typed[line.name]).is_right}
    return Answers(sheet.exercise, sheet.decimals, answers.typed, right, answers.revealed)


def _choose_step(sheet: Worksheet) -> int:
    """The row that walks through the steps; returns the number of the open one, from 0."""
    titles = {
        number: t("by_hand.step", number=number + 1, count=len(sheet.steps), title=t(f"by_hand.title_{step.name}"))
        for number, step in enumerate(sheet.steps)
    }
    st.session_state.setdefault(keys.Learn.HAND_STEP, 0)
    number = st.session_state[keys.Learn.HAND_STEP]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="learn.hand-steps"):
        for direction, where, icon in ((-1, "back", "arrow_back"), (1, "forward", "arrow_forward")):
            if direction > 0:
                shell.menu(
                    t("by_hand.steps"), titles, keys.Learn.HAND_STEP, label_visibility="collapsed",
                    persist_state="session",
                )  # fmt: skip
            st.button(
                t(f"by_hand.{where}"), key=f"learn.hand_{where}", icon=f":material/{icon}:", on_click=_walk,
                args=(direction, len(titles)), disabled=not 0 <= number + direction < len(titles),
            )  # fmt: skip
    return st.session_state[keys.Learn.HAND_STEP]


def _walk(direction: int, count: int) -> None:
    step = st.session_state.get(keys.Learn.HAND_STEP, 0) + direction
    st.session_state[keys.Learn.HAND_STEP] = min(max(step, 0), count - 1)


def _show_step(sheet: Worksheet, step: Step, answers: Answers, blanks: set[str]) -> None:
    """The lines of a step: those that are given in one block, those with a blank each with its field."""
    st.markdown(t(f"by_hand.about_{step.name}", function=t(f"learn.activation_{sheet.exercise.hidden.activation}")))
    given: list[str] = []
    with st.container(key="learn.hand-lines"):
        for line in step.lines:
            if line.name not in blanks:
                given += sheet.rows(line, _bold(sheet.number(line.name)))
                continue
            if given:
                st.latex(aligned(*given))
                given = []
            _ask(sheet, line, answers)
        if given:
            st.latex(aligned(*given))
    waiting = _waiting(step, answers, blanks)
    if any(line.name in blanks for line in step.lines):
        _show_way_on(sheet, step, answers, waiting)
    if step.name == "again" and not waiting:
        _show_verdict(sheet)


def _show_way_on(sheet: Worksheet, step: Step, answers: Answers, waiting: list[str]) -> None:
    """Below the blanks one button: it shows what is missing, and once nothing is, it goes on to the next step.

    So whoever types goes on by Tab and Enter.
    """
    count = len(sheet.steps)
    is_done = not waiting and step is not sheet.steps[-1]
    st.button(
        t("by_hand.forward" if is_done else "by_hand.show"), key="learn.hand_show",
        icon=":material/arrow_forward:" if is_done else ":material/visibility:",
        type="primary" if is_done else "secondary", disabled=not (waiting or is_done),
        on_click=_walk if is_done else _reveal, args=(1, count) if is_done else (answers, waiting),
    )  # fmt: skip


def _ask(sheet: Worksheet, line: Line, answers: Answers) -> None:
    """A line with its blank, and what is to be said of the answer."""
    name = line.name
    is_open = name not in answers.right | answers.revealed
    st.latex(aligned(*sheet.rows(line, BLANK if is_open else _bold(sheet.number(name)))))
    key = f"learn.hand_answer_{name}"
    st.session_state[key] = answers.typed.get(name, "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            t("by_hand.answer", name=hand_picture.letters(name, sheet.exercise.output.activation)), key=key,
            max_chars=LONGEST_TEXT, placeholder="?", label_visibility="collapsed", on_change=_take, width=160,
            args=(sheet, line, answers, key), disabled=name in answers.revealed, autocomplete="off",
        )  # fmt: skip
        if name in answers.revealed:
            st.markdown(f":gray[:material/visibility: {t('by_hand.shown')}]")
        elif name in answers.right:
            st.markdown(f":green[:material/check_circle: {_praise(sheet, name, answers.typed[name])}]")
    if name in answers.typed and is_open:
        hint = t(f"by_hand.hint_{mark(sheet, line, answers.typed[name]).hint}", decimals=sheet.decimals)
        st.warning(hint, icon=":material/lightbulb:")


def _praise(sheet: Worksheet, name: str, text: str) -> str:
    """That an answer is right; and, where it came of rounded numbers and shows it, with which number one goes on."""
    typed = read(text)
    if typed is not None and not agrees(typed.value, sheet.exact[name], sheet.decimals):
        return t("by_hand.right_rounded", value=sheet.number(name))
    return t("by_hand.right")


def _bold(number: str) -> str:
    return rf"\mathbf{{{number}}}"


def _take(sheet: Worksheet, line: Line, answers: Answers, key: str) -> None:
    """Keep what was typed into a blank, and whether it is right."""
    text = (st.session_state.get(key) or "").strip()
    answers.typed.pop(line.name, None)
    answers.right.discard(line.name)
    if text:
        answers.typed[line.name] = text
    if text and mark(sheet, line, text).is_right:
        answers.right.add(line.name)


def _reveal(answers: Answers, names: list[str]) -> None:
    answers.revealed.update(names)
    for name in names:
        answers.typed.pop(name, None)


def _show_verdict(sheet: Worksheet) -> None:
    """Whether the loss has fallen, and if not, why."""
    before, after = sheet.exact["L"], sheet.exact["L+"]
    words = {"before": plain(sheet.shown["L"], sheet.decimals), "after": plain(sheet.shown["L+"], sheet.decimals)}
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
        st.info(t("by_hand.loss_stays", **words), icon=":material/info:")
    elif after < before:
        st.success(t("by_hand.loss_falls", **words), icon=":material/trending_down:")
    else:
        said = t("by_hand.loss_rises", **words)
        if smaller := sheet.exercise.with_falling_loss():
            lower = plain(Worksheet(smaller, sheet.decimals).shown["L+"], sheet.decimals)
            said += " " + t("by_hand.loss_would_fall", rate=f"{smaller.learning_rate:.2g}", after=lower)
        st.warning(said, icon=":material/trending_up:")


def _show_count(sheet: Worksheet, answers: Answers, blanks: set[str]) -> None:
    """How many blanks were filled in, how many shown, and how an answer is written."""
    if not blanks:
        return
    right, revealed = len(blanks & answers.right), len(blanks & answers.revealed)
    words = t("by_hand.count", right=right, count=len(blanks))
    if revealed:
        words += " " + t("by_hand.count_shown", shown=revealed)
    if right == len(blanks):
        words = f"**{t('by_hand.all_right', count=right)}**"
    st.markdown(words)
    st.caption(t("by_hand.rounding", decimals=sheet.decimals))


def _show_picture(sheet: Worksheet, number: int, answers: Answers, blanks: set[str]) -> None:
    step = sheet.steps[number]
    waiting = set(_waiting(step, answers, blanks))  # what earlier steps left blank stands in this one's formulas
    alt = t(
        "by_hand.alt", sizes=numbers.sizes(sheet.exercise.sizes), title=t(f"by_hand.title_{step.name}"),
        values=hand_picture.values_in_words(sheet, step, waiting),
    )  # fmt: skip
    st.markdown(hand_picture.picture(sheet, number, waiting, alt), unsafe_allow_html=True)  # st.html drops an SVG


def _waiting(step: Step, answers: Answers, blanks: set[str]) -> list[str]:
    """The blanks of a step that are still empty, or wrong."""
    return [line.name for line in step.lines if line.name in blanks - answers.right - answers.revealed]
