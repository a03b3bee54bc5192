from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.registry import metric

LARGEST = 20_000
"""Images of the largest kernel matrix (3.2 GB)."""


@metric(
    title="Vendi score",
    family="variety",
    goal="maximize",
    bounds=(1, None),
    paper="arXiv:2210.02410",
    min_samples=2,
    formula=r"\exp\left(-\sum_i \lambda_i \log \lambda_i\right), \quad \lambda = \operatorname{eig}(K / M)",
)
def vendi_score(
    synthetic: FeatureSet,
    *,
    kernel: Annotated[
        Literal["cosine", "rbf"],
        Field(description="Cosine of the features (for codes: share of equal ones), or a Gaussian of their distance."),
    ] = "cosine",
    bandwidth: Annotated[float, Field(ge=0, description="Of the rbf kernel, in the encoder's distance; one number for all sets.")] = 0.0,
    q: Annotated[float, Field(gt=0, le=100, description="Order of the entropy: below 1 rare images count more, above 1 less.")] = 1.0,
) -> Score:
    """Effective number of different images: `exp(-sum l log l)` of the eigenvalues l of K / n, K the similarity of all pairs of images.

    1 if all are alike, n if no two share anything. Grows with n: compare only with the null or at equal sizes. Cosines of chest X-ray
    features can all be near 1, and the score then near 1: use the rbf kernel.

    Raises:
        InputError: an rbf kernel without a bandwidth, or too many images for a full kernel matrix.

    References:
        Friedman & Dieng 2022, arXiv:2210.02410; orders q: Pasarkar & Dieng 2023, arXiv:2310.12952. Features are not centred, as published:
        centring before the cosine hides a spread that has shrunk. With fewer dimensions than images the eigenvalues come from the
        (D, D) matrix, as in the authors' `score_dual`; their `score_X` ignores q. A row of zeros, whose cosine is 0 / 0, counts as one more
        direction. The bandwidth is a setting, not an estimate from the synthetic images, which would hide their spread: take the
        median distance between `real` images, `numpy.median(scipy.spatial.distance.pdist(real.values))`, for all sets alike.
    """
    if kernel == "rbf":
        eigenvalues = np.linalg.eigvalsh(_gaussian(synthetic, bandwidth))
    elif synthetic.distance == "hamming":
        eigenvalues = np.linalg.eigvalsh(1 - _distances(synthetic))
    else:
        x = _directions(synthetic.values)  # (N, D)
        eigenvalues = np.linalg.eigvalsh(x.T @ x if x.shape[1] < len(x) else x @ x.T)
    rounding = len(eigenvalues) * np.finfo(float).eps * eigenvalues[-1]  # an eigenvalue of 0 would count at orders below 1
    shares = eigenvalues[eigenvalues > rounding]
    shares = shares / shares.sum()
    entropy = -np.sum(shares * np.log(shares)) if q == 1 else np.log(np.sum(shares**q)) / (1 - q)
    return Score(max(1.0, float(np.exp(entropy))))


def _directions(values: np.ndarray) -> np.ndarray:  # (N, D) -> (N, D), (N, D + 1) if there is a row of zeros
    values = values.astype(np.float64)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    if not length.all():
        values = np.c_[values, length == 0]
        length = np.where(length > 0, length, 1)
    directions: np.ndarray = values / length
    return directions


def _gaussian(features: FeatureSet, bandwidth: float) -> np.ndarray:  # (N, N)
    if bandwidth <= 0:
        raise InputError(
            f"vendi_score: bandwidth = {bandwidth:g} with the rbf kernel.",
            "Give the median distance between real images in this encoder, the same for all sets that are compared.",
        )
    return np.exp(-(_distances(features) ** 2) / (2 * bandwidth**2))


def _distances(features: FeatureSet) -> np.ndarray:  # (N, N) float64
    n = len(features)
    if n > LARGEST:
        raise InputError(f"vendi_score: {n} images have no room in a kernel matrix.", f"Use kernel='cosine', or at most {LARGEST} images.")
    out = np.empty((n, n))
    for part, distances in features.distance_blocks(features):
        out[part] = distances
    np.fill_diagonal(out, 0)
    return (out + out.T) / 2
