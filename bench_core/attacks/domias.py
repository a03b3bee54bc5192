from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="DOMIAS",
    target="released images",
    paper="arXiv:2302.12580",
    needs=("vectors",),
    min_samples=30,
    formula=r"a(x) = \frac{p_S(x)}{p_Q(x) + 10^{-20}}",
)
def domias(
    records: FeatureSet,
    released: FeatureSet,
    reference: FeatureSet,
    *,
    dimensions: Annotated[int, Field(ge=1, le=64, description="Principal components that are left; 0.")] = 8,
) -> np.ndarray:  # (N,)
    """Density of the released images at a record over that of real images of other patients: where the generator draws too often.

    Both densities are Gaussian kernel estimates on the first principal components of released and reference images together, each scaled
    to unit spread. Kernel estimates fail beyond a few tens of dimensions.

    Raises:
        TooFewImages: no more images than components.

    References:
        van Breugel 2023, arXiv:2302.12580, with scipy's gaussian_kde at Scott's bandwidth as in the authors' code; the score here is its
        logarithm. There without a reduction, on tables of few columns.
    """
    from scipy.stats import gaussian_kde
    from sklearn.decomposition import PCA

    both = np.concatenate([released.values, reference.values]).astype(np.float64)
    kept = min(dimensions, both.shape[1])
    if min(len(released), len(reference)) <= kept:
        raise TooFewImages(f"DOMIAS in {kept} components needs more than {kept} images: {len(released)} released, {len(reference)} real.")
    spread = both.std(axis=0).max()
    if spread < 1e-12:
        return np.zeros(len(records))
    reduce = PCA(kept, whiten=True, svd_solver="full").fit(both)
    own, background, asked = (reduce.transform(features.values.astype(np.float64)) for features in (released, reference, records))
    return log_ratio(gaussian_kde(own.T).logpdf(asked.T), gaussian_kde(background.T).logpdf(asked.T))


def log_ratio(own: np.ndarray, background: np.ndarray) -> np.ndarray:  # (N,)
    """log(p_S / (p_Q + 1e-20)) of two log densities."""
    ratio: np.ndarray = own - np.logaddexp(background, np.log(1e-20))
    return ratio
