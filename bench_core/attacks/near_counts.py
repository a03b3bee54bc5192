"""How many released images lie near to each record: what both Monte Carlo attacks count."""

from typing import Literal

import numpy as np

from bench_core.features import FeatureSet

Estimator = Literal["share", "log", "inverse"]


def near_share(records: FeatureSet, released: FeatureSet, radius: float, estimator: Estimator) -> np.ndarray:  # (N,)
    """Mean over released images at d < radius of 1, of -log(d / radius), or of radius / d; others count 0. d is at least radius / 1e6."""
    found = np.empty(len(records))
    for rows, distances in records.distance_blocks(released):
        near = distances < radius
        if estimator == "share":
            found[rows] = near.mean(axis=1)
            continue
        part = np.maximum(distances.astype(np.float64) / max(radius, 1e-300), 1e-6)
        found[rows] = np.where(near, -np.log(part) if estimator == "log" else 1 / part, 0.0).mean(axis=1)
    return found


def smallest_distances(records: FeatureSet, released: FeatureSet, share: float) -> float:
    """The distance below which that share of all pairs of a record and a released image lies."""
    wanted = max(1, int(np.ceil(share * len(records) * len(released))))
    kept = np.empty(0, np.float32)
    for _, distances in records.distance_blocks(released):
        kept = np.concatenate([kept, distances.ravel()])
        if len(kept) > wanted:
            kept = np.partition(kept, wanted - 1)[:wanted]
    return float(kept.max())
