import numpy as np

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Fréchet distance",
    family="fidelity",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:1706.08500",
    min_samples=10,
    log_axis=True,
    formula=r"\lVert \mu_R - \mu_S \rVert^2 + \operatorname{Tr}\left(C_R + C_S - 2\,(C_R C_S)^{1/2}\right)",
)
def frechet_distance(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Distance between two Gaussians with the means and covariances of the two sets: `|m - n|^2 + Tr(C + D - 2 (C D)^(1/2))`.

    Biased upwards, the more the smaller the sets (about D^2 / 2N): compare only with the null or at equal sizes. Blind to copies. In
    Inception-v3 features this is FID.

    References:
        Heusel 2017, arXiv:1706.08500; bias: Chong & Forsyth 2020, arXiv:1911.07023. Covariances divide by N - 1 as in pytorch-fid; the
        trace of the root comes from eigenvalues of a symmetric matrix, not from `sqrtm`, so singular covariances need no added constant.
    """
    (m, c), (n, d) = real.moments(), synthetic.moments()
    value = np.sum((m - n) ** 2) + np.trace(c) + np.trace(d) - 2 * _trace_of_root(real, synthetic)
    return Score(max(0.0, float(value)))


def _trace_of_root(real: FeatureSet, synthetic: FeatureSet) -> float:
    """`Tr((C D)^(1/2))` from the eigenvalues of C^(1/2) D C^(1/2), or of the equivalent (M, M) matrix when a set has fewer rows than D."""
    small, large = sorted((real, synthetic), key=len)
    mean, covariance = large.moments()
    if len(small) < len(mean):
        rows = small.values - small.moments()[0]  # (M, D)
        product = rows @ covariance @ rows.T / (len(rows) - 1)
    else:
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
        product = root @ small.moments()[1] @ root
    return float(np.sqrt(np.maximum(np.linalg.eigvalsh(product), 0)).sum())
