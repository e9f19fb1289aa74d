"""t-SNE against scikit-learn and autograd: the neighbours, the gradient, and how good a map it ends with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnlab.inspection import tsne
from nnlab.inspection.map import principal_plane, same_class_neighbours
from nnlab.inspection.tsne import Embedding, neighbour_probabilities, squared_distances, start


@pytest.fixture
def points() -> np.ndarray:
    """(120, 10) float32: four groups of 30."""
    generator = np.random.default_rng(3)
    middles = np.repeat(generator.normal(size=(4, 10)), 30, 0)
    return (2 * middles + generator.normal(size=(120, 10))).astype(np.float32)


@pytest.fixture
def moved(points) -> Embedding:
    """The map somewhere on its way."""
    embedding = Embedding(points)
    embedding.places = np.random.default_rng(4).normal(size=(120, 2)).astype(np.float32)
    return embedding


def test_distances_are_those_of_torch(points):
    expected = torch.cdist(torch.from_numpy(points[:7]).double(), torch.from_numpy(points).double()).square()
    assert squared_distances(points[:7], points) == pytest.approx(expected.numpy(), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("perplexity", [5.0, 30.0])
def test_neighbours_are_those_of_scikit_learn(points, perplexity):
    sklearn = pytest.importorskip("sklearn.manifold._t_sne")
    squareform = pytest.importorskip("scipy.spatial.distance").squareform

    distances = squared_distances(points, points).astype(np.float32)
    expected = squareform(sklearn._joint_probabilities(distances, perplexity, 0))
    found = neighbour_probabilities(points, perplexity)
    assert found == pytest.approx(expected, abs=1e-4 * expected.max())
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert (found == found.T).all()


def test_each_point_has_as_many_neighbours_as_asked_for(points):
    distances = squared_distances(points, points).astype(np.float32)
    np.fill_diagonal(distances, np.inf)
    likely = tsne._with_perplexity(distances, 12.0).astype(np.float64)
    entropy = -(likely * np.log(np.maximum(likely, 1e-300))).sum(1)
    assert np.exp(entropy) == pytest.approx(np.full(120, 12.0), rel=1e-3)


@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
def test_the_gradient_is_that_of_autograd(moved, exaggeration):
    """dKL / dy, where P may be exaggerated: what is constant in y falls away."""
    places = torch.from_numpy(moved.places).double().requires_grad_()
    near = 1 / (1 + torch.cdist(places, places).square())
    near = near * (1 - torch.eye(120, dtype=torch.float64))
    likely = torch.from_numpy(moved.probabilities).double()
    pairs = ~torch.eye(120, dtype=torch.bool)
    loss = -(exaggeration * likely[pairs] * near[pairs].log()).sum() + near.sum().log()
    (expected,) = torch.autograd.grad(loss, places)
    assert moved.gradient(exaggeration) == pytest.approx(expected.numpy(), rel=1e-3, abs=1e-6)
    likely_, near_ = likely[pairs], near[pairs] / near.sum()
    assert moved.divergence() == pytest.approx((likely_ * (likely_ / near_).log()).sum().item(), rel=1e-5)


def test_the_map_is_as_good_as_that_of_scikit_learn(points):
    manifold = pytest.importorskip("sklearn.manifold")
    embedding = Embedding(points)
    while not embedding.is_finished:
        embedding.step()
    oracle = manifold.TSNE(
        method="exact", perplexity=30, init=start(points), max_iter=tsne.STEPS, min_grad_norm=0,
        n_iter_without_progress=tsne.STEPS,
    ).fit(points)  # fmt: skip
    ours = embedding.divergence()
    embedding.places = oracle.embedding_
    assert embedding.divergence() == pytest.approx(oracle.kl_divergence_, rel=1e-3)  # measured alike
    assert ours == pytest.approx(oracle.kl_divergence_, rel=0.1)


def test_groups_come_apart_and_the_same_points_give_the_same_map(points):
    labels = torch.arange(4).repeat_interleave(30)
    made = []
    for _ in range(2):
        embedding = Embedding(points)
        while not embedding.is_finished:
            embedding.step()
        made.append(embedding.places)
    assert (made[0] == made[1]).all()
    in_map = same_class_neighbours(torch.from_numpy(made[0]), labels)
    tensor = torch.from_numpy(points)
    assert in_map > same_class_neighbours(principal_plane(tensor).place(tensor), labels)
    assert in_map > 0.9


def test_the_start_is_the_map_of_principal_components_made_small(points):
    tensor = torch.from_numpy(points)
    expected = principal_plane(tensor).place(tensor).numpy()
    found = start(points)
    assert found[:, 0].std() == pytest.approx(1e-4, rel=1e-4)
    assert found / found[:, 0].std() == pytest.approx(expected / expected[:, 0].std(), abs=1e-2)


@pytest.mark.parametrize("columns", [1, 3])
def test_equal_points_and_few_coordinates_are_no_fault(columns):
    embedding = Embedding(np.ones((40, columns), np.float32))
    for _ in range(3):
        embedding.step()
    assert np.isfinite(embedding.places).all()
    twins = np.repeat(np.random.default_rng(1).normal(size=(20, columns)), 2, 0)
    embedding = Embedding(twins)
    for _ in range(300):
        embedding.step()
    assert np.isfinite(embedding.places).all()


@pytest.mark.parametrize("points", [np.zeros((4, 3)), np.zeros(9), np.full((9, 2), np.nan)])
def test_what_cannot_be_placed_is_refused(points):
    with pytest.raises(ValueError, match="expected"):
        Embedding(points)
