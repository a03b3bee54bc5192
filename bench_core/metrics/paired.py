"""Distances of rows that belong together, by differences in float64: near a point, a float32 product is mostly rounding."""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.features.rows import blocks


def paired(features: FeatureSet, others: np.ndarray) -> np.ndarray:  # (N, D) or (D,) -> (N,) float64
    """The distance of each image to the row of `others` with its number, or to `others` if it is a single row."""
    values = features.values
    others = np.broadcast_to(others, values.shape)
    out = np.empty(len(values))
    for part in blocks(*values.shape):
        if features.distance == "hamming":
            out[part] = (values[part] != others[part]).mean(axis=1)
        else:
            gap = values[part].astype(np.float64) - others[part]
            out[part] = np.sqrt(np.einsum("nd,nd->n", gap, gap))
    return out


def from_centre(features: FeatureSet, of: FeatureSet) -> np.ndarray:  # (N,) float64
    """Distances of images to the centre of a set: the mean of its rows, for codes (Hamming distance) each component's commonest value."""
    if of.distance != "hamming":
        return paired(features, of.values.mean(axis=0, dtype=np.float64))
    from scipy.stats import mode  # which takes half a second to load

    return paired(features, mode(of.values, axis=0).mode)
