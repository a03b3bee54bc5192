"""A mixture of isotropic Gaussians around given points, whose variances are fitted to other points."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from bench_core.features.rows import blocks

LOWEST_VARIANCE = 1e-4
"""Of a Gaussian on standardised features. A copy would shrink its Gaussian to nothing; this is far below what float32 distances resolve."""
NEARER = 0.81
"""Factor on the squared distances of the broad Gaussian, as in the code of the feature likelihood divergence."""
KEPT = 16_000_000
"""Largest matrix of squared distances that is kept between passes (64 MB); larger ones are computed again."""
FINER = 32
"""Blocks are this much smaller than those of a mere product, because several steps follow on each while it is in the cache."""
LEAST_WEIGHT = 1e-20
"""A Gaussian with less weight than this in all is summed in logarithms: float32 ends at 1e-38."""
Block = tuple[slice, np.ndarray]
"""Rows, and their squared distances to all centres, (S, M) float32."""


class Mixture:
    """`p(x) = mean_j N(x; centre_j, v_j I)`.

    Attributes:
        centres: (M, D) float32.
        log_variance: (M,) natural logarithms of v_j, 0 before `fit`.
    """

    def __init__(self, centres: np.ndarray) -> None:
        self.centres = centres
        self.log_variance = np.zeros(len(centres))
        self._norms = np.einsum("md,md->m", centres, centres)

    def fit(self, points: np.ndarray, passes: int) -> None:  # (T, D) float32
        """Variances under which the points are likeliest, by that many passes of expectation maximisation.

        A broad Gaussian around the points' mean, with the weight of the whole mixture and a variance of its own, takes the points that no
        centre explains. It is not part of the mixture afterwards.
        """
        width = points.shape[1]
        gap = points - points.mean(axis=0, dtype=np.float64)
        origin = NEARER * np.einsum("td,td->t", gap, gap)  # (T,) float64
        squared = self._repeated(points)
        self.log_variance, broad = _log_variance(self._nearest(squared()) / width), 0.0
        for _ in range(passes):
            beside = -0.5 * (origin * np.exp(-broad) + width * broad)  # (T,) logarithms of the broad Gaussian's densities
            variance, total = self._expected(squared, beside, width)
            share = np.exp(beside - total)
            broad = float(_log_variance(share @ origin / share.sum() / width)) if share.any() else broad
            self.log_variance = _log_variance(variance)

    def _repeated(self, points: np.ndarray) -> Callable[[], Iterable[Block]]:
        """Blocks of squared distances to the points, as often as asked for."""
        kept = list(self._squared(points)) if len(points) * len(self.centres) <= KEPT else None
        return lambda: kept or self._squared(points)

    def _nearest(self, squared: Iterable[Block]) -> np.ndarray:  # (M,)
        """Squared distance of each centre to the nearest point."""
        nearest: np.ndarray = np.min([raw.min(axis=0) for _, raw in squared], axis=0)
        return nearest

    def _expected(
        self, squared: Callable[[], Iterable[Block]], beside: np.ndarray, width: int
    ) -> tuple[np.ndarray, np.ndarray]:  # (M,) variances, (T,) logarithms of the sum of all densities
        """Variances weighted by responsibilities, the step of expectation maximisation."""
        total = np.empty(len(beside))
        weight, moment = np.zeros(len(self.centres)), np.zeros(len(self.centres))
        for part, raw in squared():
            density = self._log_densities(raw, width)
            top = np.maximum(density.max(axis=1), beside[part])
            density -= top[:, None].astype(np.float32)
            share = np.exp(density, out=density)
            sums = share.sum(axis=1) + np.exp(beside[part] - top)
            total[part] = np.log(sums) + top
            scale = (1 / sums).astype(np.float32)
            weight += scale @ share
            share *= raw
            moment += scale @ share
        far = np.flatnonzero(weight < LEAST_WEIGHT)
        if len(far):
            weight[far], moment[far] = self._far(squared(), total, far, width)
        return moment / weight / width, total

    def _far(self, squared: Iterable[Block], total: np.ndarray, far: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Weights and moments of Gaussians so far from all points that their responsibilities are no floats, scaled by the largest."""
        peak = np.full(len(far), -np.inf, np.float32)
        weight, moment = np.zeros(len(far)), np.zeros(len(far))
        for part, raw in squared:
            near = raw[:, far]
            share = self._log_densities(near, width, far) - total[part, None].astype(np.float32)
            higher = np.maximum(peak, share.max(axis=0))
            share = np.exp(share - higher)
            fade = np.exp(peak - higher)
            weight, moment, peak = weight * fade + share.sum(axis=0), moment * fade + (share * near).sum(axis=0), higher
        return weight, moment

    def log_likelihoods(self, points: np.ndarray) -> np.ndarray:  # (N, D) float32 -> (N,) float64
        """Natural logarithm of p at each point."""
        width = points.shape[1]
        out = np.empty(len(points))
        for part, raw in self._squared(points):
            density = self._log_densities(raw, width)
            top = density.max(axis=1)
            out[part] = np.log(np.exp(density - top[:, None]).sum(axis=1, dtype=np.float64)) + top
        logarithms: np.ndarray = out - 0.5 * width * np.log(2 * np.pi)
        return logarithms

    def likeliest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # (N, D) float32 -> (M,), (M,)
        """For each Gaussian, the highest logarithm of its own density at a point, and that point's row."""
        nearest, row = np.full(len(self.centres), np.inf, np.float32), np.zeros(len(self.centres), int)
        for part, raw in self._squared(points):
            found = raw.argmin(axis=0)
            distance = raw[found, np.arange(len(row))]
            row = np.where(distance < nearest, found + part.start, row)
            nearest = np.minimum(nearest, distance)
        width = points.shape[1]
        return -0.5 * (nearest * np.exp(-self.log_variance) + width * (self.log_variance + np.log(2 * np.pi))), row

    def _squared(self, points: np.ndarray) -> Iterator[Block]:
        norms = np.einsum("td,td->t", points, points)
        for part in blocks(len(points), len(self.centres) * FINER):
            raw = points[part] @ self.centres.T
            raw *= -2
            raw += norms[part, None]
            raw += self._norms
            yield part, np.maximum(raw, 0, out=raw)

    def _log_densities(self, raw: np.ndarray, width: int, only: np.ndarray | slice = slice(None)) -> np.ndarray:  # (S, M) float32
        """Logarithms of the weighted densities (of the Gaussians `only`), all without the constant `(D / 2) log(2 pi)`."""
        log_variance = self.log_variance[only]
        out = raw * (-0.5 * np.exp(-log_variance)).astype(np.float32)
        out += (-0.5 * width * log_variance - np.log(len(self.centres))).astype(np.float32)
        return out


def _log_variance(variance: np.ndarray | float) -> np.ndarray:
    return np.log(np.maximum(np.asarray(variance, np.float64), LOWEST_VARIANCE))
