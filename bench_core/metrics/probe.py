"""A linear probe for all findings at once: what `finding_agreement`, `tstr_auroc` and `trtr_auroc` share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from bench_core.data import FINDINGS, Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet


@dataclass(frozen=True)
class Probe:
    """Ridge regression from features standardised with the fitting set's mean and spread to labels of 0 and 1."""

    mean: np.ndarray  # (D,)
    spread: np.ndarray  # (D,)
    weights: np.ndarray  # (D, F)

    def scores(self, features: FeatureSet) -> np.ndarray:  # (N, F)
        """One score an image and finding; only their order means something."""
        return ((features.values - self.mean) / self.spread) @ self.weights


def fit(features: FeatureSet, findings: tuple[str, ...], penalty: float) -> Probe:
    """Solves the ridge problem in closed form; images whose label is unknown or uncertain are left out, finding by finding."""
    values = features.values.astype(np.float64)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)  # a constant feature has no say
    x = (values - mean) / spread
    labels = np.stack([features.label(f) for f in findings], axis=1)  # (N, F)
    known = ~np.isnan(labels)
    weights = np.zeros((x.shape[1], len(findings)))
    patterns, pattern_of = np.unique(known, axis=1, return_inverse=True)
    for number, use in enumerate(patterns.T):
        columns = np.flatnonzero(pattern_of == number)
        weights[:, columns] = _ridge(x[use], labels[np.ix_(use, columns)], penalty)
    return Probe(mean, spread, weights)


def _ridge(x: np.ndarray, y: np.ndarray, penalty: float) -> np.ndarray:  # (N, D), (N, F) -> (D, F)
    """Minimises `|y - x w - b|^2 / N + penalty |w|^2`, through the smaller of the (D, D) and (N, N) systems."""
    x, y, n = x - x.mean(axis=0), y - y.mean(axis=0), len(x)
    if x.shape[1] <= n:
        return np.linalg.solve(x.T @ x + penalty * n * np.eye(x.shape[1]), x.T @ y)
    return x.T @ np.linalg.solve(x @ x.T + penalty * n * np.eye(n), y)


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties half; labels are 1, 0 or NaN (left out)."""
    known = ~np.isnan(labels)
    positive = labels[known] == 1
    n, m = int(positive.sum()), int((~positive).sum())
    return float((rankdata(scores[known])[positive].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def probe_score(fitting: FeatureSet, tested: FeatureSet, *, penalty: float, min_count: int, findings: str) -> Score:
    """Fits on one set, tests on the other: macro AUROC and a table with one row a finding.

    Args:
        findings: comma-separated; empty: all with `min_count` positives and negatives in both sets.

    Raises:
        TooFewImages: no finding has enough.
    """
    asked = tuple(f.strip() for f in findings.split(",") if f.strip()) or FINDINGS
    used = tuple(f for f in asked if min(_fewest(fitting, f), _fewest(tested, f)) >= min_count)
    if not used:
        raise TooFewImages(
            f"No finding has {min_count} positives and {min_count} negatives among {len(fitting)} {fitting.kind} and "
            f"{len(tested)} {tested.kind} images (asked: {findings or 'all'})."
        )
    probe = fitting.remember(("probe", used, penalty), lambda: fit(fitting, used, penalty))
    scores = probe.scores(tested)
    labels = [tested.label(f) for f in used]
    table = pd.DataFrame(
        {
            "finding": used,
            "auroc": [auroc(scores[:, i], labels[i]) for i in range(len(used))],
            "positives": [int((column == 1).sum()) for column in labels],
            "negatives": [int((column == 0).sum()) for column in labels],
        }
    )
    return Score(float(table["auroc"].mean()), tables={"findings": table}, repeat_with={"findings": ",".join(used), "min_count": 1})


def _fewest(features: FeatureSet, finding: str) -> int:
    labels = features.label(finding)
    return min(int((labels == 1).sum()), int((labels == 0).sum()))
