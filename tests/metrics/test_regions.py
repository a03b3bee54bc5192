"""Regions of the training images: none empty, the same whatever the order, far from the origin too."""

import numpy as np
from scipy.spatial.distance import cdist

from bench_core.features import FeatureSet
from bench_core.metrics.regions import regions_of


def clusters(offset: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(90, 5)) + 8 * np.eye(5)[np.arange(90) % 3] + offset).astype(np.float32)


def test_clusters_are_found_in_any_order_and_place() -> None:
    for offset in (0.0, 1000.0):
        rows = clusters(offset)
        order = np.random.default_rng(1).permutation(90)
        regions, turned = regions_of(FeatureSet(rows), 3), regions_of(FeatureSet(rows[order]), 3)
        assert sorted(regions.size(i) for i in range(3)) == [30, 30, 30]
        assert [regions.size(i) for i in range(3)] == [turned.size(i) for i in range(3)]


def test_distances_are_those_to_training_images_of_the_same_region() -> None:
    rows = clusters(0)
    train, others = FeatureSet(rows[:60]), FeatureSet(rows[60:])
    regions = regions_of(train, 3)
    found = np.sort(np.concatenate([regions.distances(others, i) for i in range(3)]))
    np.testing.assert_allclose(found, np.sort(cdist(rows[60:], rows[:60]).min(axis=1)), rtol=1e-5)  # clusters lie far apart
    some = others.take(np.arange(5))
    assert sum(len(regions.distances(some, i)) for i in range(3)) == 5


def test_there_are_no_more_regions_than_different_images() -> None:
    assert regions_of(FeatureSet(np.ones((20, 3))), 4).count == 1
    assert regions_of(FeatureSet(np.repeat(np.eye(3), 5, axis=0)), 4).count <= 3
