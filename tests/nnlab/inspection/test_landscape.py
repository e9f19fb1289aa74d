"""A slice through the landscape of the loss: where a way lies in it, and the heights."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from nnlab.config import ModelConfig
from nnlab.inspection.landscape import CORNERS, heights, loss_at, slice_along, weights_of
from nnlab.model import MLP

STEP, RISE = torch.zeros(50).index_fill(0, torch.tensor([3]), 1.0), torch.full((50,), 0.1)
RISE[3] = 0  # at right angles to the step
LEVEL, SLOPE = torch.randn(2, 5000, generator=torch.Generator().manual_seed(1))


def test_a_way_in_a_plane_is_seen_as_it_is():
    end = torch.linspace(-1, 1, 50)
    places = [(-4.0, 0.0), (-3.0, 0.5), (-1.0, 0.25), (0.0, 0.0)]
    found = slice_along([end + x * STEP + y * RISE / RISE.norm() for x, y in places])
    assert found.share == pytest.approx(1)
    assert found.origin.equal(end)
    torch.testing.assert_close(found.directions @ found.directions.T, torch.eye(2), atol=1e-5, rtol=0)
    true = torch.tensor(places)
    torch.testing.assert_close(torch.cdist(found.way, found.way), torch.cdist(true, true), atol=1e-4, rtol=0)
    assert found.way[0, 0] < -3.9  # the start is to the left
    assert found.way[-1].tolist() == [0, 0]


def test_what_is_not_in_the_plane_is_said():
    """Four units along one axis, two along another, one along a third: 16 + 4 of 21 squared units are seen."""
    axes = torch.eye(50)
    found = slice_along([4 * axes[0], 2 * axes[1], axes[2], torch.zeros(50)])
    assert found.share == pytest.approx(20 / 21)
    torch.testing.assert_close(found.way[:2].abs(), torch.tensor([[4.0, 0.0], [0.0, 2.0]]), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([STEP, 2 * STEP], "needs 3"),
        ([STEP, 2 * STEP, 3 * STEP], "on a line"),
        ([STEP, STEP, STEP], "on a line"),
        ([LEVEL + share * SLOPE for share in (0, 0.1, 0.2, 0.3, 0.5, 0.8, 1)], "on a line"),  # but for rounding
    ],
)
def test_no_plane_without_three_places(states, words):
    with pytest.raises(ValueError, match=words):
        slice_along(states)


def test_the_picture_reaches_around_the_way():
    axes = torch.eye(50)
    found = slice_along([8 * axes[0], 8 * axes[0] + 0.1 * axes[1], torch.zeros(50)])
    for axis, places in enumerate(found.axes()):
        assert len(places) == CORNERS
        assert places[0] < found.way[:, axis].min()
        assert places[-1] > found.way[:, axis].max()
    across, up = found.axes()
    assert (up[-1] - up[0]) / (across[-1] - across[0]) == pytest.approx(0.2, rel=0.01)


def test_each_height_is_the_loss_of_a_network_with_these_weights():
    config = ModelConfig((6,))
    states = [weights_of(MLP(config, seed=seed)) for seed in range(4)]
    found, model = slice_along(states), MLP(config, seed=9)
    images = torch.randint(0, 256, (20, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    labels = torch.arange(20) % 10
    told = []
    measured = heights(model, found, images, labels, told.append)
    assert measured.shape == (CORNERS, CORNERS)
    assert told == pytest.approx([(row + 1) / CORNERS for row in range(CORNERS)])
    across, up = found.axes()
    for row, column in ((0, 0), (3, 20), (24, 11)):
        place = states[-1] + across[column] * found.directions[0] + up[row] * found.directions[1]
        other, at = MLP(config, seed=7), 0
        for parameter in other.parameters():
            parameter.data = place[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()
        loss = cross_entropy(other.eval()(images), labels).item()
        assert measured[row, column].item() == pytest.approx(loss, rel=1e-4)
    assert loss_at(model, states[0], images, labels) == pytest.approx(
        cross_entropy(MLP(config, seed=0).eval()(images), labels).item(), rel=1e-5
    )
