"""Regions of the feature space by k-means on the training images, and how far images lie from those of their own region."""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.features.orders import by_content

FITTED_ON = 5_000
"""Most training images on which centres are fitted."""
ROUNDS = 50


class Regions:
    """The regions of one training set.

    Attributes:
        count: how many there are; fewer than asked for where there are fewer different images.
        of: (N,) the region of each training image.
    """

    def __init__(self, train: FeatureSet, centres: np.ndarray, mean: np.ndarray) -> None:  # (K, D) float64 off the mean, (D,)
        self._train, self._directions = train, centres.T.astype(np.float32)
        self._heights = np.einsum("kd,kd->k", centres, centres) + 2 * centres @ mean
        self.count = len(centres)
        self.of = self._nearest_centre(train)

    def size(self, region: int) -> int:
        """Training images in it."""
        return int((self.of == region).sum())

    def distances(self, features: FeatureSet, region: int) -> np.ndarray:  # (n,)
        """Of the images in that region, the distance of each to the nearest training image there."""
        whole = features.whole
        of, near = whole.remember(("distances in regions", self.count), lambda: self._measured(whole), self._train)
        found: np.ndarray = near[features.rows][of[features.rows] == region]
        return found

    def _measured(self, features: FeatureSet) -> tuple[np.ndarray, np.ndarray]:  # (N,), (N,)
        of, near = self._nearest_centre(features), np.zeros(len(features))
        for region in range(self.count):
            mine = np.flatnonzero(of == region)
            if len(mine):
                near[mine] = features.take(mine).neighbours(self._train.take(np.flatnonzero(self.of == region)), 1)[0][:, 0]
        return of, near

    def _nearest_centre(self, features: FeatureSet) -> np.ndarray:  # (N,)
        nearest: np.ndarray = (self._heights - 2 * (features.values @ self._directions)).argmin(axis=1)
        return nearest


def regions_of(train: FeatureSet, count: int) -> Regions:
    """Regions around the centres of k-means, the same whatever the order of the images; none is empty of training images."""
    from scipy.cluster.vq import kmeans2  # which takes a third of a second to load

    order = np.random.default_rng(0).permutation(by_content(train))[:FITTED_ON]
    rows = train.values[order].astype(np.float64)
    mean = rows.mean(axis=0)
    count = min(count, np.unique(train.content[order]).size)
    if count == 1:
        return Regions(train, np.zeros((1, len(mean))), mean)
    centres, of = kmeans2(rows - mean, count, iter=ROUNDS, minit="++", rng=np.random.default_rng(0))
    return Regions(train, centres[np.unique(of)], mean)
