"""Finding labels as numbers to learn: what uncertain ones count as."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from bench_core.features import FeatureSet

Uncertain = Literal["ignored", "negative", "positive", "soft"]
COUNTS_AS = {"ignored": np.nan, "negative": 0.0, "positive": 1.0, "soft": 0.5}
UNCERTAIN = -1


def targets(features: FeatureSet, findings: Sequence[str], uncertain: Uncertain = "ignored") -> np.ndarray:  # (N, F)
    """1, 0, what an uncertain label counts as, and NaN where nothing is known: such an image teaches nothing of that finding."""
    labels = features.labels
    columns = []
    for finding in findings:
        if labels is None or finding not in labels:
            columns.append(np.full(len(features), np.nan))
            continue
        column = labels[finding].to_numpy(float)
        known = np.where((column == 0) | (column == 1), column, np.nan)
        columns.append(np.where(column == UNCERTAIN, COUNTS_AS[uncertain], known))
    return np.stack(columns, axis=1)


def fewest(labels: np.ndarray) -> np.ndarray:  # (N, F) -> (F,)
    """The smaller of the numbers of positives and negatives."""
    found: np.ndarray = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    return found
