"""Alignment of images with their texts."""

import numpy as np
import pytest

from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.metrics.alignment.image_text_alignment import image_text_alignment


def test_alignment_is_the_mean_cosine() -> None:
    values, text = np.array([[1.0, 0], [0, 2], [3, 3]]), np.array([[5.0, 0], [0, -1], [1, 0]])
    score = image_text_alignment(FeatureSet(values, text=text))
    np.testing.assert_allclose(score.per_image, [1, -1, np.sqrt(0.5)], rtol=1e-6)
    assert image_text_alignment(FeatureSet(np.zeros((2, 2)), text=np.ones((2, 2)))).value == 0
    with pytest.raises(NotPossible):
        image_text_alignment(FeatureSet(values))
    with pytest.raises(InputError, match="2 features an image and 3 a text"):
        image_text_alignment(FeatureSet(values, text=np.ones((3, 3))))
