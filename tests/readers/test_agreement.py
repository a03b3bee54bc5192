"""Coefficients of agreement against the examples in the papers that define them, and against other programs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bench_core.readers.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha

FLEISS_1971 = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 333335
111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""
"""Diagnoses of 30 patients by six psychiatrists each (table 1)."""
KRIPPENDORFF_2011 = """1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 ."""
"""Four observers, twelve units (example C)."""


def table(text: str) -> np.ndarray:
    return np.array([[float(cell.replace(".", "nan")) for cell in row.split()] for row in text.splitlines()])


def test_fleiss_of_his_own_table() -> None:
    ratings = np.array([[float(word) for word in patient] for patient in FLEISS_1971.split()]).T
    found = fleiss_kappa(ratings)
    assert round(found.value, 3) == 0.430 and found.n == 30
    assert found.low < found.value < found.high


def test_fleiss_leaves_out_what_a_reader_left_out() -> None:
    ratings = np.array([[1, 1, 2, 2, 1], [1, 2, 2, 2, np.nan], [1, 1, 2, 1, 2]], float)
    assert fleiss_kappa(ratings).n == 4
    assert_allclose(fleiss_kappa(ratings).value, fleiss_kappa(ratings[:, :4]).value)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorff_of_his_own_example(level: str, alpha: float) -> None:
    found = krippendorff_alpha(table(KRIPPENDORFF_2011), level)  # type: ignore[arg-type]
    assert round(found.value, 3) == alpha and found.n == 11
    assert found.low < found.value <= found.high


def test_krippendorff_of_two_readers_is_close_to_fleiss() -> None:
    """For two readers without gaps: alpha = 1 - (2 n - 1) / 2 n (1 - Scott's pi), and Fleiss' kappa of two is Scott's pi."""
    ratings = np.random.default_rng(0).integers(1, 4, (2, 40)).astype(float)
    pi = fleiss_kappa(ratings, draws=0).value
    assert_allclose(krippendorff_alpha(ratings, draws=0).value, 1 - (79 / 80) * (1 - pi), rtol=1e-10)


def test_cohen_by_hand() -> None:
    first = np.repeat([1.0, 1, 2, 2], [20, 5, 10, 15])
    second = np.repeat([1.0, 2, 1, 2], [20, 5, 10, 15])
    assert_allclose(cohen_kappa(first, second).value, 0.4, rtol=1e-12)
    assert_allclose(cohen_kappa(first, second, weighted=True).value, 0.4, rtol=1e-12)


def test_weighted_kappa_as_statsmodels_has_it() -> None:
    """`statsmodels.stats.inter_rater.cohens_kappa(table, wt="quadratic")` 0.15.0 of [[11, 3, 1], [2, 9, 4], [0, 3, 12]]."""
    cells = np.array([[11, 3, 1], [2, 9, 4], [0, 3, 12]])
    first, second = (np.repeat(axis.ravel() + 1.0, cells.ravel()) for axis in np.indices((3, 3)))
    assert_allclose(cohen_kappa(first, second).value, 0.5666666666666667, rtol=1e-9)
    assert_allclose(cohen_kappa(first, second, weighted=True).value, 0.7333333333333333, rtol=1e-9)


def test_nobody_disagrees_about_one_answer() -> None:
    same = np.ones((3, 8))
    for found in (fleiss_kappa(same), krippendorff_alpha(same), cohen_kappa(same[0], same[1])):
        assert np.isnan(found.value) and np.isnan(found.low)


def test_the_interval_covers() -> None:
    """Of the intervals of 80 units 92 percent hold the coefficient of very many units (600 draws once); here 200 are drawn."""
    rng = np.random.default_rng(1)

    def drawn(units: int) -> np.ndarray:
        truth = rng.integers(0, 3, units)
        return np.where(rng.random((2, units)) < 0.7, truth, rng.integers(0, 3, (2, units))).astype(float)

    there = cohen_kappa(*drawn(200_000), draws=0).value
    found = [cohen_kappa(*drawn(80), seed=seed, draws=150) for seed in range(200)]
    assert 0.86 < np.mean([one.low <= there <= one.high for one in found]) < 0.99
