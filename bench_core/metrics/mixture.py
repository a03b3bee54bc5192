"""A mixture of isotropic Gaussians around given points, whose variances are fitted to other points."""

from collections.abc import Iterator

import numpy as np

from bench_core.distances import Space, blocks

LOWEST_VARIANCE = 1e-4
"""Of a Gaussian on standardised features. A copy would shrink its Gaussian to nothing; this is far below what float32 distances resolve."""
NEARER = 0.81
"""Factor on the squared distances of the broad Gaussian, as in the code of the feature likelihood divergence."""
KEPT = 16_000_000
"""Largest matrix of squared distances that is kept between passes (64 MB); larger ones are computed again."""
FINER = 16
"""Blocks are this much smaller than those of a mere product, because ten steps follow on each while it is in the cache."""


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
        kept = [(part, raw) for part, raw in self._squared(points)] if len(points) * len(self.centres) <= KEPT else None
        nearest = np.min([raw.min(axis=0) for _, raw in kept or self._squared(points)], axis=0)
        self.log_variance, broad = _log_variance(nearest / width), 0.0
        for _ in range(passes):
            step = _Step(len(self.centres))
            for part, raw in kept or self._squared(points):
                step.add(raw, self._log_densities(raw, width), origin[part], -0.5 * (origin[part] * np.exp(-broad) + width * broad))
            self.log_variance, broad = step.log_variances(width, broad)

    def log_likelihoods(self, points: np.ndarray) -> np.ndarray:  # (N, D) float32 -> (N,) float64
        """Natural logarithm of p at each point."""
        width = points.shape[1]
        out = np.empty(len(points))
        for part, raw in self._squared(points):
            density = self._log_densities(raw, width)
            top = density.max(axis=1)
            out[part] = np.log(np.exp(density - top[:, None]).sum(axis=1, dtype=np.float64)) + top
        return out - 0.5 * width * np.log(2 * np.pi)

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

    def _squared(self, points: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:  # rows, (S, M) float32
        norms = np.einsum("td,td->t", points, points)
        for part in blocks(len(points), len(self.centres) * FINER):
            yield part, Space().raw(points[part], norms[part], self.centres, self._norms)

    def _log_densities(self, raw: np.ndarray, width: int) -> np.ndarray:  # (S, M) float32
        """Logarithms of the weighted densities, all without the constant `(D / 2) log(2 pi)`."""
        out = raw * (-0.5 * np.exp(-self.log_variance)).astype(np.float32)
        out += (-0.5 * width * self.log_variance - np.log(len(self.centres))).astype(np.float32)
        return out


class _Step:
    """Sums of one pass. A Gaussian far from all points has responsibilities below any float; each is scaled by its largest one so far."""

    def __init__(self, centres: int) -> None:
        self.peak = np.full(centres, -np.inf, np.float32)
        self.weight, self.moment = np.zeros(centres), np.zeros(centres)
        self.broad_weight, self.broad_moment = 0.0, 0.0

    def add(self, raw: np.ndarray, density: np.ndarray, origin: np.ndarray, broad: np.ndarray) -> None:  # (S, M), (S, M), (S,), (S,)
        """Some points: squared distances, logarithms of densities, and both for the broad Gaussian. Writes over `density`."""
        top = np.maximum(density.max(axis=1), broad)
        total = np.log(np.exp(density - top[:, None].astype(np.float32)).sum(axis=1) + np.exp(broad - top)) + top
        density -= total[:, None].astype(np.float32)  # now logarithms of responsibilities
        peak = np.maximum(self.peak, density.max(axis=0))
        density -= peak
        share = np.exp(density, out=density)
        fade = np.exp(self.peak - peak)
        self.weight = self.weight * fade + share.sum(axis=0)
        self.moment = self.moment * fade + np.einsum("sm,sm->m", share, raw)
        self.peak = peak
        mine = np.exp(broad - total)
        self.broad_weight += float(mine.sum())
        self.broad_moment += float(mine @ origin)

    def log_variances(self, width: int, broad: float) -> tuple[np.ndarray, float]:
        """New logarithms of the variances, and that of the broad Gaussian (`broad` again if no point is left to it)."""
        if self.broad_weight > 0:
            broad = float(_log_variance(self.broad_moment / self.broad_weight / width))
        return _log_variance(self.moment / self.weight / width), broad


def _log_variance(variance: np.ndarray | float) -> np.ndarray:
    return np.log(np.maximum(np.asarray(variance, np.float64), LOWEST_VARIANCE))
