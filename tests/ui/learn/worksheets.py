"""Exercises of every form, for the tests of worksheets and of marking."""

from __future__ import annotations

from hypothesis import strategies as st

from nnlab.ui.learn.exercises import ACTIVATIONS, OUTPUTS, SHAPES, exercise_of, names_of
from nnlab.ui.learn.worksheet import Exercise

FORMS = [(shape, f, g) for shape in SHAPES for f in ACTIVATIONS for g in OUTPUTS[shape]]
SET_BY_HAND = st.integers(-3000, 3000).map(lambda number: number / 1000)  # what a visitor's fields allow


@st.composite
def exercises(draw, numbers=SET_BY_HAND) -> Exercise:
    """Any exercise that a visitor can set."""
    shape, f, g = draw(st.sampled_from(FORMS))
    names = names_of(shape)
    values = {name: draw(numbers) for group in names.values() for name in group}
    if g == "softmax":
        values |= draw(st.sampled_from([{"y1": 1.0, "y2": 0.0}, {"y1": 0.0, "y2": 1.0}]))
    if g == "sigmoid":
        values |= {name: draw(st.integers(0, 1000)) / 1000 for name in names["y"]}
    return exercise_of(shape, f, g, values | {"eta": draw(st.integers(10, 5000)) / 1000})
