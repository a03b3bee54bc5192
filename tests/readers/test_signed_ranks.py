"""Wilcoxon's test of pairs against all signs and against the textbook."""

from itertools import product

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.signed_ranks import signed_ranks

DEPRESSION = np.array([0.952, -0.147, 1.022, 0.430, 0.620, 0.590, 0.490, -0.080, 0.010])
"""Improvement of nine patients, Hollander and Wolfe 1999, table 3.1."""


def test_hollander_and_wolfe() -> None:
    found = signed_ranks(DEPRESSION)
    assert_allclose(found.p_value, 0.0390625)  # R: wilcox.test(x, y, paired = TRUE), 2 * 0.01953
    assert_allclose([found.difference, found.low, found.high], [0.46, 0.010, 0.786])
    assert found.least_p == 2**-8


def test_ties_are_tried_in_all_signs() -> None:
    ranks = np.array([1.5, 1.5, 3, 4.5, 4.5])
    differences = np.array([1, -1, 2, 3, 3.0])
    seen = abs(ranks[differences > 0].sum() - 7.5)
    sums = [abs(ranks[np.array(signs) == 1].sum() - 7.5) for signs in product((0, 1), repeat=5)]
    assert_allclose(signed_ranks(differences).p_value, np.mean(np.array(sums) >= seen - 1e-9))
    assert np.isnan(signed_ranks(differences).low), "five pairs cannot have a 95 percent interval"


def test_no_difference_at_all() -> None:
    found = signed_ranks(np.zeros(8))
    assert (found.p_value, found.difference, found.least_p) == (1.0, 0.0, 1.0)
    assert np.isnan(signed_ranks(np.array([])).p_value)


def test_long_intervals_go_over_into_the_normal_one() -> None:
    drawn = np.random.default_rng(0).normal(0.3, 1, 61)
    exact, normal = signed_ranks(drawn[:60]), signed_ranks(drawn)
    assert abs((exact.high - exact.low) / (normal.high - normal.low) - 1) < 0.05
