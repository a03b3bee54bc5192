import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="GAN-Leaks",
    target="released images",
    paper="arXiv:1909.03935",
    min_samples=1,
    formula=r"a(x) = -\min_{s \in S} d(x, s)",
)
def gan_leaks(records: FeatureSet, released: FeatureSet) -> np.ndarray:  # (N,)
    """A record is the more likely a member the nearer the nearest released image lies.

    References:
        Chen 2020, arXiv:1909.03935, full black box: there on pixels at 64 px in [-1, 1], here in the encoder's space (`pixels` is
        nearest to it). A monotone transform, such as exp(-d^2) in the DOMIAS package, has the same ROC curve.
    """
    return -records.neighbours(released, 1)[0][:, 0].astype(np.float64)
