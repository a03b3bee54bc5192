"""Monte Carlo by both rules: the DOMIAS package's numbers (tests/reference/membership.py), and loops."""

import json

import numpy as np
import pytest

from bench_core.attacks.monte_carlo import monte_carlo
from bench_core.attacks.monte_carlo_percentile import monte_carlo_percentile
from bench_core.features import FeatureSet
from tests.reference import membership


def test_the_shares_of_the_package() -> None:
    """The record whose nearest distance is the median lies on the rim, where the last digit decides."""
    records, released, _, _ = membership.features()
    theirs = np.array(json.loads(membership.FILE.read_text())["domias_mc"])
    apart = np.abs(monte_carlo(FeatureSet(records), FeatureSet(released)) - theirs) * len(released)
    assert (apart > 0.5).sum() <= 1 and apart.max() < 1.5


@pytest.mark.parametrize("estimator", ["share", "log", "inverse"])
def test_the_percentile_rule_by_loops(estimator: str) -> None:
    records, released, _, _ = membership.features()
    distances = np.sqrt(((records[:, None] - released[None]) ** 2).sum(axis=2))
    radius = np.sort(distances.ravel())[int(np.ceil(0.05 * distances.size)) - 1]
    value = {"share": lambda d: 1.0, "log": lambda d: -np.log(d / radius), "inverse": lambda d: radius / d}[estimator]
    expected = [sum(value(d) for d in row if d < radius) / len(row) for row in distances]
    ours = monte_carlo_percentile(FeatureSet(records), FeatureSet(released), percentile=5, estimator=estimator)  # type: ignore[arg-type]
    np.testing.assert_allclose(ours, expected, rtol=1e-3, atol=1e-6)
