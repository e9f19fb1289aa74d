"""t-SNE: a map of points in which neighbours stay neighbours, found step by step by gradient descent.

Each pair of points is given a probability to be neighbours: P where they are, with a Gaussian around each point as
wide as it takes to have about ``PERPLEXITY`` neighbours, and Q in the map, with Student's t distribution, whose long
tails leave room between groups. The map is moved until Q is like P: downhill on the Kullback-Leibler divergence
KL(P || Q) = sum over pairs of P log(P / Q), in nats. What is near in the map was near among the points; how far apart
two groups lie, and how large they are, says nothing.

Every pair is computed, without the approximations that larger data need: 2,000 points are 4 million pairs. Written in
numpy and not in torch, so that the process that does this is small and begins at once.

Sources: van der Maaten & Hinton 2008, Visualizing Data using t-SNE, JMLR 9; Jacobs 1988 for the gains; Belkina et al.
2019, Nature Communications 10, for the learning rate; Kobak & Berens 2019, ibid., for the start.
"""

from __future__ import annotations

import numpy as np

PERPLEXITY = 30.0  # the usual one; of fewer than 91 points a third
FEWEST = 5  # points
STEPS, EXAGGERATED_STEPS = 750, 250
EXAGGERATION = 12.0  # of P in the first steps: groups form early, while there is room to move through each other
MOMENTUM = (0.5, 0.8)  # in the exaggerated steps, and afterwards
GAIN_UP, GAIN_DOWN, LEAST_GAIN = 0.2, 0.8, 0.01
LEAST_RATE = 50.0
START_SPREAD = 1e-4  # of the first places along the wider axis: all begin as good as in one place
WIDTH_ROUNDS = 32  # of the search for a Gaussian's width, which is halved each time
ROWS = 100  # computed at once: so many stay in the processor's cache
SMALLEST = 1e-12  # keeps a logarithm from being infinite


def squared_distances(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """|x - y|^2 for each pair: (M, D) and (N, D) -> (M, N), of the points' own type, never below 0."""
    found = -2 * points @ others.T
    found += np.square(points).sum(1)[:, None]
    found += np.square(others).sum(1)
    return np.maximum(found, 0, out=found)


def neighbour_probabilities(points: np.ndarray, perplexity: float) -> np.ndarray:
    """P: how likely each pair of points are neighbours.

    p(j | i) is proportional to exp(-|x_i - x_j|^2 / 2 s_i^2), with the width s_i for which the perplexity, e to the
    power of the entropy over j, is the one wanted: about so many neighbours has each point. P_ij is the mean of
    p(j | i) and p(i | j), so that a point far from all others still counts.

    Args:
        points: (N, D) float, N > perplexity.

    Returns:
        (N, N) float32, symmetric, 0 on the diagonal; all together 1.
    """
    count = len(points)
    points = points.astype(np.float64)
    found = np.empty((count, count), np.float32)
    for start in range(0, count, ROWS):
        rows = np.arange(start, min(start + ROWS, count))
        distances = squared_distances(points[rows], points)
        distances[rows - start, rows] = np.inf  # nobody is its own neighbour
        distances -= distances.min(1, keepdims=True)  # a factor that falls away, and no row of zeros is left
        found[rows] = _with_perplexity(distances.astype(np.float32), perplexity)
    found += found.T.copy()
    return found / found.sum()


def _with_perplexity(distances: np.ndarray, perplexity: float) -> np.ndarray:
    """(M, N) squared distances -> p(j | i), each row with this perplexity: bisection on b = 1 / 2 s^2."""
    count = len(distances)
    mean = np.where(np.isfinite(distances), distances, 0).mean(1)
    low, high = np.zeros(count), np.full(count, np.inf)
    factor = 1 / np.maximum(mean, SMALLEST)
    finite = np.where(np.isfinite(distances), distances, 0)
    for _ in range(WIDTH_ROUNDS):
        weights = np.exp(-distances * factor[:, None].astype(np.float32))
        total = weights.sum(1)
        entropy = np.log(total) + factor * np.einsum("ij,ij->i", finite, weights) / total
        is_wide = entropy > np.log(perplexity)
        low, high = np.where(is_wide, factor, low), np.where(is_wide, high, factor)
        factor = np.where(np.isinf(high), 2 * factor, (low + high) / 2)
    return weights / weights.sum(1, keepdims=True)


class Embedding:
    """Points on their way to their places in the map.

    Attributes:
        places: (N, 2) float32, changed by each step.
        steps_taken: of ``STEPS``.

    Args:
        points: (N, D) float, finite, N >= 5.

    Raises:
        ValueError: if the points are fewer, or not all finite.
    """

    def __init__(self, points: np.ndarray):
        count = len(points)
        if points.ndim != 2 or count < FEWEST or not np.isfinite(points).all():
            raise ValueError(f"points are {points.shape}; expected (N, D), N >= {FEWEST}, all of them finite")
        self.probabilities = neighbour_probabilities(points, min(PERPLEXITY, (count - 1) / 3))
        self.places = start(points)
        self.learning_rate = max(count / EXAGGERATION / 4, LEAST_RATE)
        self.steps_taken = 0
        self._begin_anew()

    @property
    def is_finished(self) -> bool:
        return self.steps_taken >= STEPS

    def _begin_anew(self) -> None:
        """Forget how the points have moved so far."""
        self._velocity, self._gains = np.zeros_like(self.places), np.ones_like(self.places)

    def step(self) -> None:
        """Move all points once, downhill and with momentum."""
        is_early = self.steps_taken < EXAGGERATED_STEPS
        if self.steps_taken == EXAGGERATED_STEPS:
            self._begin_anew()  # what was downhill with exaggeration may not be without
        gradient = self.gradient(EXAGGERATION if is_early else 1.0)
        turns = gradient * self._velocity > 0  # uphill: the last move went too far
        self._gains = np.maximum(np.where(turns, GAIN_DOWN * self._gains, self._gains + GAIN_UP), LEAST_GAIN)
        momentum = MOMENTUM[0] if is_early else MOMENTUM[1]
        self._velocity = momentum * self._velocity - self.learning_rate * self._gains * gradient
        self.places = self.places + self._velocity
        self.steps_taken += 1

    def gradient(self, exaggeration: float = 1.0) -> np.ndarray:
        """dKL/dy_i = 4 sum over j of (P_ij - Q_ij) w_ij (y_i - y_j), where w_ij = 1 / (1 + |y_i - y_j|^2): (N, 2).

        Q_ij is w_ij over the sum of all w. So P pulls like a spring, and Q pushes; the two are summed apart, since the
        sum of all w is known only in the end.
        """
        places = self.places
        with_ones = np.column_stack([places, np.ones_like(places[:, :1])])  # (N, 3): the sum over j comes along
        pull, push, total = np.empty_like(places), np.empty_like(places), 0.0
        for start in range(0, len(places), ROWS):
            rows = slice(start, start + ROWS)
            near = self._nearness(rows)
            total += float(near.sum())
            for force, weights in ((pull, self.probabilities[rows] * near), (push, np.square(near))):
                sums = weights @ with_ones
                force[rows] = sums[:, 2:] * places[rows] - sums[:, :2]
        return 4 * (exaggeration * pull - push / np.float32(total))

    def divergence(self) -> float:
        """KL(P || Q) in nats, 0 if the map has the neighbours that the points have."""
        total, terms = 0.0, 0.0
        for start in range(0, len(self.places), ROWS):
            rows = slice(start, start + ROWS)
            near, likely = self._nearness(rows), self.probabilities[rows]
            total += float(near.sum())
            terms += float((likely * np.log(np.maximum(likely, SMALLEST) / np.maximum(near, SMALLEST))).sum())
        return terms + float(np.log(total))  # the sum of P is 1

    def _nearness(self, rows: slice) -> np.ndarray:
        """w_ij for some i and all j, 0 for a point and itself."""
        near = squared_distances(self.places[rows], self.places)
        near += 1
        np.divide(1, near, out=near)
        near[np.arange(len(near)), np.arange(len(near)) + rows.start] = 0
        return near


def start(points: np.ndarray) -> np.ndarray:
    """(N, 2) float32: the points' first two principal components, made very small; 0 where they have fewer."""
    centred = points.astype(np.float64) - points.mean(0)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    kept = left[:, :2] * sizes[:2] * np.sign(axes[np.arange(len(axes))[:2], np.abs(axes[:2]).argmax(1)])
    places = np.zeros((len(points), 2))
    places[:, : kept.shape[1]] = kept
    spread = places[:, 0].std()
    return (places * (START_SPREAD / spread if spread > 0 else 0)).astype(np.float32)
