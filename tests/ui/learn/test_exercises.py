"""The numbers that are drawn by lot are worth calculating with, and the published ones are those of the literature."""

import pytest

from nnlab.ui.learn.exercises import ACTIVATIONS, OUTPUTS, PUBLISHED, SHAPES, exercise_of, friendly, names_of


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(12))
def test_drawn_numbers_are_short_and_lead_somewhere(shape, seed):
    numbers = friendly(shape, seed)
    assert numbers.keys() == {name for group in names_of(shape).values() for name in group} | {"eta"}
    assert all(round(value, 1) == value and abs(value) <= 2 for value in numbers.values())
    assert all(numbers[name] for group in "wbvc" for name in names_of(shape)[group])
    for output in OUTPUTS[shape]:
        values = exercise_of(shape, "relu", output, numbers).values
        assert values["a2"] >= 0.1
        assert abs(values["d_z2"]) >= 0.05
        assert values["L+"] < values["L"]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_set_is_one_to_begin_with(shape):
    """Neither neuron is silent, the network is wrong, and for 3-2-1 a learning rate of 1 is too large."""
    exercise = exercise_of(shape, "relu", OUTPUTS[shape][0], friendly(shape, 0))
    assert exercise.values["z1"] > 0
    assert exercise.values["L"] > 0.7
    if shape == "3-2-1":
        too_long = exercise_of(shape, "relu", "identity", friendly(shape, 0) | {"eta": 1.0})
        assert too_long.values["L+"] > 10 * too_long.values["L"]


def test_a_seed_is_a_set_of_numbers():
    assert friendly("2-2-2", 3) == friendly("2-2-2", 3)
    assert len({tuple(friendly("2-2-2", seed).values()) for seed in range(20)}) == 20


def test_the_published_examples_give_the_published_results():
    """The loss before the step, and one weight after it, as their authors print them."""
    mazur = exercise_of("2-2-2", "sigmoid", "sigmoid", PUBLISHED["2-2-2"].numbers).values
    assert mazur["L"] == pytest.approx(0.298371109, abs=1e-9)
    assert mazur["v11+"] == pytest.approx(0.35891648, abs=1e-8)
    assert mazur["L+"] < 0.291027  # a little less than his, since the biases take the step as well
    assert mazur["w22+"] == pytest.approx(0.29950229, abs=1e-8)
    han = exercise_of("3-2-1", "sigmoid", "sigmoid", PUBLISHED["3-2-1"].numbers).values
    assert han["o1"] == pytest.approx(0.474, abs=5e-4)
    assert han["w13+"] == pytest.approx(-0.508, abs=5e-4)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rows_of_weights_are_those_of_their_neurons(shape, activation):
    numbers = friendly(shape, 0)
    exercise = exercise_of(shape, activation, OUTPUTS[shape][0], numbers)
    assert exercise.given == numbers
    assert exercise.sizes == SHAPES[shape]
    assert exercise.hidden.weights[1][0] == numbers["w21"]
