"""Finding labels as numbers to learn and to test: what uncertain ones count as."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from bench_core.features.feature_set import FeatureSet

Uncertain = Literal["ignored", "negative", "positive", "soft"]
COUNTS_AS = {"ignored": np.nan, "negative": 0.0, "positive": 1.0, "soft": 0.5}
UNCERTAIN = -1


def targets(features: FeatureSet, findings: Sequence[str], uncertain: Uncertain = "ignored") -> np.ndarray:  # (N, F)
    """1, 0, what an uncertain label counts as, and NaN where nothing is known: such an image teaches nothing of that finding."""
    whole = features.whole
    found = whole.remember(("targets", tuple(findings), uncertain), lambda: _read(whole, findings, uncertain))
    own: np.ndarray = found[features.rows]
    return own


def _read(whole: FeatureSet, findings: Sequence[str], uncertain: Uncertain) -> np.ndarray:  # (N, F)
    labels = whole.labels
    columns = []
    for finding in findings:
        known = whole.label(finding)
        if labels is not None and finding in labels:
            known = np.where(labels[finding].to_numpy(float) == UNCERTAIN, COUNTS_AS[uncertain], known)
        columns.append(known)
    return np.stack(columns, axis=1)


def fewest(labels: np.ndarray) -> np.ndarray:  # (N, F) -> (F,)
    """The smaller of the numbers of positives and negatives."""
    found: np.ndarray = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    return found
