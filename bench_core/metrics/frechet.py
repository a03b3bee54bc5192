"""The Fréchet distance between two Gaussians, for the metrics that are made of it."""

import numpy as np

from bench_core.features import FeatureSet


def frechet(real: FeatureSet, synthetic: FeatureSet) -> float:
    """`|m - n|^2 + Tr(C + D - 2 (C D)^(1/2))` of the means and covariances of two sets, computed once a pair of sets.

    Raises:
        TooFewImages: a set has one image.
    """

    def measure() -> float:
        (m, c), (n, d) = real.moments(), synthetic.moments()
        return max(0.0, float(np.sum((m - n) ** 2) + np.trace(c) + np.trace(d) - 2 * trace_of_root(real, synthetic)))

    distance: float = real.remember("frechet", measure, synthetic)
    return distance


def trace_of_root(real: FeatureSet, synthetic: FeatureSet) -> float:
    """`Tr((C D)^(1/2))` from the eigenvalues of L' D L with C = L L', or of an equal (M, M) matrix when a set has fewer rows than D."""
    small, large = sorted((real, synthetic), key=len)
    mean, covariance = large.moments()
    if len(small) < len(mean):
        rows = small.values - small.moments()[0]  # (M, D)
        product = rows @ covariance @ rows.T / (len(rows) - 1)
    else:
        root = large.remember("root of the covariance", lambda: _root(covariance))
        product = root.T @ small.moments()[1] @ root
    return float(np.sqrt(np.maximum(np.linalg.eigvalsh(product), 0)).sum())


def _root(covariance: np.ndarray) -> np.ndarray:  # (D, D)
    """Some L with L L' = covariance; Cholesky's costs a tenth of the symmetric one, which serves singular covariances."""
    try:
        return np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariance)
        root: np.ndarray = vectors * np.sqrt(np.maximum(values, 0))
        return root
