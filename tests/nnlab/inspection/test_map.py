"""The map against scikit-learn's PCA and its neighbours, and what must hold of any map."""

from __future__ import annotations

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.inspection.map import principal_plane, representations, same_class_neighbours
from nnlab.model import MLP


@pytest.fixture
def points():
    """(300, 20), wide in some directions and narrow in others, far from the origin."""
    generator = torch.Generator().manual_seed(5)
    widths = torch.linspace(3, 0.1, 20)
    turned = torch.linalg.qr(torch.randn(20, 20, generator=generator))[0]
    return (torch.randn(300, 20, generator=generator) * widths) @ turned + 7


def test_the_plane_is_that_of_scikit_learn(points):
    decomposition = pytest.importorskip("sklearn.decomposition")
    oracle = decomposition.PCA(2, svd_solver="full").fit(points.double().numpy())
    plane = principal_plane(points)
    assert plane.axes.flatten().tolist() == pytest.approx(oracle.components_.flatten().tolist(), abs=1e-3)
    assert plane.shares.tolist() == pytest.approx(oracle.explained_variance_ratio_.tolist(), rel=1e-4)
    placed = torch.from_numpy(oracle.transform(points.double().numpy())).float()
    torch.testing.assert_close(plane.place(points), placed, atol=0.02, rtol=0)


def test_points_in_a_plane_keep_all_their_variance_and_their_distances():
    """Four corners of a rectangle of 6 times 2, turned into three dimensions: 9 / 10 of the variance lies along 6."""
    corners = torch.tensor([[3.0, 1.0], [3.0, -1.0], [-3.0, 1.0], [-3.0, -1.0]])
    frame = torch.tensor([[2.0, 2.0, 1.0], [-2.0, 1.0, 2.0]]) / 3  # two directions at right angles
    points = corners @ frame + torch.tensor([5.0, 5.0, 5.0])
    plane = principal_plane(points)
    assert plane.shares.tolist() == pytest.approx([0.9, 0.1], abs=1e-5)
    torch.testing.assert_close(torch.cdist(plane.place(points), plane.place(points)), torch.cdist(points, points))
    torch.testing.assert_close(plane.place(plane.mean[None]), torch.zeros(1, 2))


def test_the_largest_number_of_each_axis_is_positive(points):
    for turned in (points, -points):
        axes = principal_plane(turned).axes
        assert (axes.max(1).values == axes.abs().max(1).values).all()


def test_one_coordinate_gives_a_line_and_equal_points_one_point():
    line = principal_plane(torch.tensor([[1.0], [2.0], [6.0]]))
    assert line.place(torch.tensor([[6.0]])).tolist() == [[3.0, 0.0]]
    assert line.shares.tolist() == [1, 0]
    silent = principal_plane(torch.full((8, 4), 0.5))
    assert silent.shares.tolist() == [0, 0]
    assert silent.place(torch.full((8, 4), 0.5)).abs().max() == 0


def test_neighbours_are_those_of_scikit_learn(points):
    neighbors = pytest.importorskip("sklearn.neighbors")
    labels = (points[:, 0] > 7).long() + 2 * (points[:, 1] > 7).long()
    found = neighbors.NearestNeighbors(n_neighbors=5).fit(points.numpy()).kneighbors(return_distance=False)
    expected = (labels.numpy()[found] == labels.numpy()[:, None]).mean()
    assert 0.3 < expected < 0.95
    assert same_class_neighbours(points, labels) == pytest.approx(expected, abs=1e-6)


def test_classes_that_lie_apart_have_only_neighbours_of_their_own(points):
    labels = torch.arange(300) % 3
    apart = points + 100 * labels[:, None]
    assert same_class_neighbours(apart, labels) == 1
    assert same_class_neighbours(points, labels) == pytest.approx(1 / 3, abs=0.06)


@pytest.mark.parametrize("hidden", [(), (5,), (6, 4)])
def test_a_network_has_the_pixels_each_hidden_layer_and_the_logits(hidden):
    model = MLP(ModelConfig(hidden)).eval()
    images = torch.rand(3, 28, 28, generator=torch.Generator().manual_seed(1))
    found = representations(model, images)
    assert [tensor.shape for tensor in found] == [(3, width) for width in (784, *hidden, 10)]
    assert torch.equal(found[0], images.flatten(1))
    with torch.no_grad():
        torch.testing.assert_close(found[-1], model(images))
        if hidden:
            first = model.activation.function(model.linears[0](model.normalize(images)))
            torch.testing.assert_close(found[1], first)


def test_a_plane_keeps_its_own_points_shares_and_less_of_others(points):
    plane = principal_plane(points)
    torch.testing.assert_close(plane.shares_of(points), plane.shares, atol=1e-5, rtol=0)
    others = points.roll(7, 1)  # as wide, in other directions
    assert plane.shares_of(others).sum() < principal_plane(others).shares.sum() - 0.05
    assert plane.shares_of(points[:1].expand(9, 20)).tolist() == [0, 0]


def test_of_few_points_all_others_are_neighbours():
    """The test images that a class has made may be three."""
    points, labels = torch.tensor([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]]), torch.tensor([7, 7, 1])
    assert same_class_neighbours(points, labels) == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    assert same_class_neighbours(points[:1], labels[:1]) == 0
