"""Distances of rows that belong together."""

import numpy as np
import pytest

from bench_core.features import FeatureSet
from bench_core.metrics.paired import from_centre, paired


def test_distances_are_those_of_equal_numbers_or_to_one_row() -> None:
    values = np.array([[0, 0], [3, 4], [1, 1]], np.float32)
    features = FeatureSet(values)
    assert paired(features, values[[1, 1, 1]]).tolist() == pytest.approx([5, 0, 13**0.5])
    assert paired(features, np.zeros(2)).tolist() == pytest.approx([0, 5, 2**0.5])


def test_near_a_point_far_from_zero_nothing_is_lost_to_rounding() -> None:
    values = np.float32(1e4) + np.array([[0.0], [1 / 128]], np.float32)
    assert paired(FeatureSet(values), values[:1])[1] == 1 / 128


def test_codes_differ_by_their_share_of_places_and_have_their_commonest_values_for_a_centre() -> None:
    codes = FeatureSet(np.array([[1, 2, 3, 4], [1, 2, 3, 5], [1, 0, 3, 4]], np.float32), distance="hamming")
    assert from_centre(codes, codes).tolist() == [0, 0.25, 0.25]
    assert from_centre(FeatureSet(np.array([[0.0], [3.0]])), FeatureSet(np.array([[1.0], [3.0]]))).tolist() == [2, 1]
