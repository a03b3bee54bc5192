import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="GAN-Leaks, calibrated by data",
    target="released images",
    paper="arXiv:2302.12580",
    min_samples=1,
    formula=r"a(x) = -\left(\min_{s \in S} d(x, s)^2 - \min_{q \in Q} d(x, q)^2\right)",
)
def gan_leaks_by_data(records: FeatureSet, released: FeatureSet, reference: FeatureSet) -> np.ndarray:  # (N,)
    """GAN-Leaks less the distance to real images of other patients: an image that lies in a crowd is no member by that.

    References:
        GAN_leaks_cal of van Breugel 2023 (arXiv:2302.12580, the DOMIAS package), where real images take the place of the reference
        generator of Chen 2020: squared distances as there, without the sigmoid, which is monotone.
    """
    near, far = (records.neighbours(images, 1)[0][:, 0].astype(np.float64) ** 2 for images in (released, reference))
    return far - near
