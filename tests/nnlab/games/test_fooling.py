"""Fooling a network: which pixels are changed, undo, and the machine that looks for few."""

import pytest
import torch

from nnlab.config import PIXELS, ModelConfig
from nnlab.games.fooling import FoolGame, answer, find_readable, greedy_path, number_of
from nnlab.model import MLP


def linear(*ink: tuple[int, int, float], bias: float = -1.0) -> MLP:
    """A network without hidden layers whose logit of class 1 less that of class 0 is ink times weight, plus the bias.

    Args:
        ink: row, column and weight.
    """
    model = MLP(ModelConfig((), input_normalization="none")).eval()
    layer = model.linears[-1]
    layer.weight.data.zero_()
    layer.bias.data.fill_(-99.0)
    layer.bias.data[:2] = torch.tensor([0.0, bias])
    for row, column, weight in ink:
        layer.weight.data[1, row * 28 + column] = weight
    return model


@pytest.fixture
def game():
    image = torch.zeros(28, 28)
    image[5, 5], image[6, 6], image[7, 7] = 1.0, 0.6, 0.3
    return FoolGame(image, 3)


def test_a_changed_pixel_is_at_the_far_end_and_back_again(game):
    before = game.image.clone()
    assert game.change({5 * 28 + 5, 6 * 28 + 6, 7 * 28 + 7, 0})
    assert [float(game.picture[place, place]) for place in (5, 6, 7, 0)] == [0.0, 0.0, 1.0, 1.0]
    assert game.count == 4
    assert int((game.picture != before).sum()) == 4
    game.change(())
    torch.testing.assert_close(game.picture, before)
    torch.testing.assert_close(game.image, before)


def test_undo_goes_back_one_change_at_a_time(game):
    game.change({1})
    game.change({1, 2, 3})
    assert not game.change({1, 2, 3})  # nothing new, nothing to undo
    game.start_over()
    assert game.count == 0
    for expected in ({1, 2, 3}, {1}, set()):
        assert game.can_undo
        game.undo()
        assert game.flipped == expected
    assert not game.can_undo
    game.undo()
    assert game.count == 0


@pytest.mark.parametrize("pixel", [-1, PIXELS])
def test_a_number_that_is_no_pixels_is_refused(game, pixel):
    with pytest.raises(ValueError, match=str(pixel)):
        game.change({pixel})
    assert game.count == 0


def test_the_machine_by_hand():
    """Class 1 trails by 0.3 + 0.7. Ink taken at (4, 4) gains 0.7, ink put at (2, 3) then 0.4: it leads by 0.1."""
    model = linear((2, 3, 0.4), (4, 4, -0.7), bias=-0.3)
    image = torch.zeros(28, 28)
    image[4, 4] = 1.0
    path = greedy_path(model, image, 0)
    assert path.has_flipped
    assert [(change.row, change.column, change.value) for change in path.changes] == [(4, 4, 0.0), (2, 3, 1.0)]
    assert [number_of(change) for change in path.changes] == [4 * 28 + 4, 2 * 28 + 3]
    assert [answer(model, path.picture(image, steps)) for steps in range(3)] == [0, 0, 1]
    assert path.changed(image, 1) == {4 * 28 + 4}
    assert image[4, 4] == 1.0


def test_the_machine_gives_up_after_its_limit():
    path = greedy_path(linear((2, 3, 0.4), (2, 4, 0.4), (2, 5, 0.4)), torch.zeros(28, 28), 0, most=2)
    assert not path.has_flipped
    assert len(path.changes) == 2


def test_the_machine_gives_up_where_no_pixel_helps():
    """Each pixel speaks against class 1 when it holds ink, and none of them does."""
    model = linear()
    model.linears[-1].weight.data[1] = -0.5
    path = greedy_path(model, torch.zeros(28, 28), 0)
    assert path == ((), False)


def test_the_machine_does_not_walk_in_a_circle():
    """A network that is blind: every pixel is as good as any, so the first is taken, and would be taken back."""
    path = greedy_path(linear(), torch.zeros(28, 28), 0)
    assert not path.has_flipped
    assert len(path.changes) == 1


def test_the_machine_is_not_blind_where_the_probability_rounds_to_one():
    """A lead of 30 is a probability of 1 in float32; the pixels that matter are still the ones that are taken."""
    model = linear((2, 3, 16.0), (9, 9, 15.0), bias=-30.0)
    image = torch.zeros(28, 28)
    assert float(model.predict_proba(image[None])[0, 0]) == 1.0
    path = greedy_path(model, image, 0)
    assert [(change.row, change.column) for change in path.changes] == [(2, 3), (9, 9)]
    assert path.has_flipped


def test_a_digit_that_the_network_reads_is_found():
    model, blank = linear((0, 0, 5.0)), torch.zeros(28, 28, dtype=torch.uint8)
    dotted = blank.clone()
    dotted[0, 0] = 255  # read as 1; a blank image as 0
    images, labels = torch.stack([blank, dotted, blank]), torch.tensor([7, 1, 8])
    assert {find_readable(model, images, labels, seed) for seed in range(5)} == {1}
    assert find_readable(model, images, torch.tensor([7, 7, 7]), 0) is None


@pytest.mark.usefixtures("one_thread")
def test_the_bundled_network_is_fooled_by_a_few_pixels_of_most_digits(mnist):
    from nnlab import checkpoint

    model = checkpoint.load_bundled()
    lengths = []
    for index in range(8):
        image, label = mnist.test_images[index] / 255, int(mnist.test_labels[index])
        assert answer(model, image) == label
        path = greedy_path(model, image, label, most=20)
        lengths += [len(path.changes)] if path.has_flipped else []
    assert len(lengths) >= 4
    assert min(lengths) >= 2  # the bundled network is not turned by a single pixel of these
