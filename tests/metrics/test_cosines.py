"""Images and their prompts in one space: unit rows, and texts that are missing or do not fit."""

import numpy as np
import pytest

from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.metrics.cosines import text_of, unit


def test_rows_are_brought_to_length_one_and_zero_stays_zero() -> None:
    found = unit(np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0]], rtol=1e-15)
    assert found.dtype == np.float64


def test_texts_that_are_missing_or_of_another_width_are_named() -> None:
    values, text = np.ones((4, 3), np.float32), np.full((4, 3), 2, np.float32)
    assert np.array_equal(text_of(FeatureSet(values, text=text), "alignment"), text)
    with pytest.raises(NotPossible, match="alignment needs prompts"):
        text_of(FeatureSet(values), "alignment")
    with pytest.raises(InputError, match="3 features an image and 2 a text"):
        text_of(FeatureSet(values, text=text[:, :2]), "alignment")
