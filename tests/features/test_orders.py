"""Orders of images that follow their content."""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.features.orders import one_each, shuffled


def test_random_orders_keep_patients_together_and_follow_content() -> None:
    rng = np.random.default_rng(0)
    values, subjects = rng.normal(size=(40, 3)), np.repeat(np.arange(16), [1, 2, 3, 4] * 4)
    features = FeatureSet(values, subjects=subjects)
    order = shuffled(features, np.random.default_rng(1))
    patients = subjects[order]
    assert sorted(order) == list(range(40))
    assert (np.diff(patients) != 0).sum() == 15
    turned = rng.permutation(40)
    again = shuffled(FeatureSet(values[turned], subjects=subjects[turned]), np.random.default_rng(1))
    np.testing.assert_array_equal(values[turned][again], values[order])
    first = subjects[one_each(features, order)][:16]
    assert len(set(first)) == 16


def test_a_part_of_a_unit_is_no_choice_of_the_lowest_features() -> None:
    features = FeatureSet(np.random.default_rng(0).normal(size=(40, 3)), prompts=["one"] * 40)
    parts = [features.content[shuffled(features, np.random.default_rng(seed))[:20]].mean() for seed in range(20)]
    assert np.ptp(parts) > 1 and abs(np.mean(parts) - 19.5) < 2
