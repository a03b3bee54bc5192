"""Holm's correction."""

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.holm import holm


def test_as_statsmodels_has_it() -> None:
    assert_allclose(holm([0.01, 0.04, 0.03, 0.2]), [0.04, 0.09, 0.09, 0.2])  # multipletests(..., method="holm")


def test_what_was_not_tested_is_no_test() -> None:
    found = holm([0.02, np.nan, 0.5])
    assert_allclose(found[::2], [0.04, 0.5])
    assert np.isnan(found[1]) and holm([]) == []
