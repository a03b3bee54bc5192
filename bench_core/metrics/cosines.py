"""Images and their prompts in one space, for the metrics that compare the two."""

import numpy as np

from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet


def text_of(features: FeatureSet, metric: str) -> np.ndarray:  # (N, D) float32
    """The features of each image's prompt.

    Raises:
        NotPossible: the set carries none; names the metric.
        InputError: they are of another width than those of the images.
    """
    text, values = features.text, features.values
    if text is None:
        raise NotPossible(f"{metric} needs prompts and an encoder that reads text.")
    if text.shape[1] != values.shape[1]:
        raise InputError(f"{features.kind or 'set'} has {values.shape[1]} features an image and {text.shape[1]} a text.")
    return text


def unit(rows: np.ndarray) -> np.ndarray:  # (N, D) float64
    """Rows at length 1; a zero row stays zero and gives a cosine of 0."""
    rows = rows.astype(np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)
