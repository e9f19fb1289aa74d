"""The set-up of the network in the plane as a text: what is written is read, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.teaching.plane import (
    ACTIVATIONS,
    BATCHES,
    COUNTS,
    DECAYS,
    INPUTS,
    MOST_LAYERS,
    MOST_NEURONS,
    NOISES,
    PLANE_TEXT,
    RATES,
    PlaneSetup,
)
from nnlab.teaching.points import ARRANGEMENTS, OWN

SETUPS = st.builds(
    PlaneSetup,
    points=st.sampled_from([*ARRANGEMENTS, OWN]),
    inputs=st.sets(st.sampled_from(INPUTS), min_size=1).map(lambda names: tuple(sorted(names, key=INPUTS.index))),
    hidden=st.lists(st.integers(1, MOST_NEURONS), max_size=MOST_LAYERS).map(tuple),
    activation=st.sampled_from(ACTIVATIONS),
    rate=st.sampled_from(RATES),
    count=st.sampled_from(COUNTS),
    noise=st.sampled_from(NOISES),
    batch=st.sampled_from(BATCHES),
    decay=st.sampled_from(DECAYS),
    sparsity=st.sampled_from(DECAYS),
    view=st.integers(0, MOST_LAYERS),
)


@given(setup=SETUPS)
def test_what_is_written_is_read(setup):
    assert PLANE_TEXT.parse(PLANE_TEXT.write(setup)) == setup


def test_what_is_usual_is_left_out():
    assert PLANE_TEXT.write(PlaneSetup()) == ""
    assert PLANE_TEXT.parse("") == PlaneSetup()
    assert PLANE_TEXT.write(PlaneSetup(points="spiral", hidden=(), rate=0.5)) == "points:spiral;hidden:;lr:0.5"


@pytest.mark.parametrize(
    "text",
    [
        "points", "points:", "points:cubes", "points:xor;points:xor", "hidden:9", "hidden:0", "hidden:1,1,1,1,1",
        "hidden:1,", "inputs:", "inputs:x3", "act:gelu", "lr:0.3", "lr:nan", "lr:1e9", "count:11", "count:10.0",
        "noise:0.51", "batch:0", "l2:1", "l1:2", "view:5", "view:-1", "view:1.0", "seed:1", "points:xor;", ";",
        "lr:0.1" + ";lr:0.1" * 50, "lr:" + "1" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_set_up_is_refused(text):
    with pytest.raises(ValueError, match="points, a network and a rate"):
        PLANE_TEXT.parse(text)


@given(text=st.text(max_size=60) | st.from_regex(r"(points|hidden|lr|inputs):[\w,.;:-]*", fullmatch=True))
def test_no_text_does_anything_worse_than_being_refused(text):
    try:
        setup = PLANE_TEXT.parse(text)
    except ValueError:
        return
    assert PLANE_TEXT.parse(PLANE_TEXT.write(setup)) == setup
