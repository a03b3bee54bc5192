"""Marks within masks: p against marks at random places."""

import numpy as np
from scipy.stats import binom, binomtest

from bench_core.readers.marks_within import against_chance


def test_p_of_equal_chances_is_that_of_the_binomial_and_unequal_ones_are_summed_by_hand() -> None:
    for hits in (0, 1, 5, 8):
        tails = binom.cdf(hits, 8, 0.25), binom.sf(hits - 1, 8, 0.25)
        assert np.isclose(against_chance(np.full(8, 0.25), hits), min(1, 2 * min(tails)))
    assert np.isclose(against_chance(np.full(8, 0.5), 7), binomtest(7, 8).pvalue)
    assert np.isclose(against_chance(np.array([0.1, 0.4]), 2), 2 * 0.04)
