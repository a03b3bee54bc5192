"""Distances of rows that belong together, by differences in float64: near a point, a float32 product is mostly rounding."""

import numpy as np

from bench_core.distances import blocks
from bench_core.features import FeatureSet


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
