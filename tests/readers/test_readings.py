"""Arrays of ratings: areas with gaps and ties."""

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.readings import Readings


def test_ties_count_half_and_gaps_do_not_count() -> None:
    positive = np.array([[[1.0, 2, np.nan]], [[np.nan, 2, 3]]])
    negative = np.array([[[1.0, np.nan, 2]], [[1.0, 1, 1]]])
    found = Readings(positive, negative)
    assert_allclose(found.areas[:, 0], [(0.5 + 0 + 1 + 0.5) / 4, 1])
    assert_allclose(found.counts, [[2, 2], [2, 3]])
    assert_allclose(found.of([1]).areas, [[1]])


def test_an_empty_side_has_no_area() -> None:
    assert np.isnan(Readings(np.full((1, 1, 2), np.nan), np.ones((1, 1, 3))).areas).all()
