import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="GAN-Leaks, calibrated by a generator",
    target="released images",
    paper="arXiv:1909.03935",
    min_samples=1,
    formula=r"a(x) = -\left(\min_{s \in S} d(x, s) - \min_{o \in O} d(x, o)\right)",
)
def gan_leaks_by_generator(records: FeatureSet, released: FeatureSet, other: FeatureSet) -> np.ndarray:  # (N,)
    """GAN-Leaks less the distance to another generator's images: an image that any generator would come near to is no member by that.

    The other generator must have learned from other data, or it comes near to the same members. If it released fewer images its distances
    are larger, for members and others alike.

    References:
        Chen 2020, arXiv:1909.03935, section 6: the reference generator is trained on data of the same kind that is not the target's.
    """
    near, far = (records.neighbours(images, 1)[0][:, 0].astype(np.float64) for images in (released, other))
    return far - near
