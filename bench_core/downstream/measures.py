"""How good scores are, for many weightings of the same images at once: that is what intervals over patients ask for."""

from collections.abc import Callable

import numpy as np

Measure = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From the scores (N,) and the labels (N,) of one finding, 0 or 1, and weights (B, N) of the images, to (B,) values."""
BINS = 10


def auroc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:  # (N,), (N,), (B, N) -> (B,)
    """Chance that a positive scores above a negative, ties half; NaN without either."""
    starts, order = _groups(scores)
    positive, negative = _by_group(weights * labels, order, starts), _by_group(weights * (1 - labels), order, starts)
    below = np.cumsum(negative, axis=1) - negative
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return _ratio((positive * (below + negative / 2)).sum(axis=1), pairs)


def auprc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:  # (N,), (N,), (B, N) -> (B,)
    """Average precision: the precision at each score, weighted with the recall that it adds; NaN without positives."""
    starts, order = _groups(-scores)
    positive, negative = _by_group(weights * labels, order, starts), _by_group(weights * (1 - labels), order, starts)
    found = np.cumsum(positive, axis=1)
    precision = _ratio(found, found + np.cumsum(negative, axis=1))
    return _ratio((positive * np.nan_to_num(precision)).sum(axis=1), positive.sum(axis=1))


def f1_at(threshold: float) -> Measure:
    """F1 of `score >= threshold`."""

    def measure(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        called = scores >= threshold
        hits = weights @ (called * labels)
        return _ratio(2 * hits, weights @ called + weights @ labels)

    return measure


def balanced_accuracy_at(threshold: float) -> Measure:
    """The mean of sensitivity and specificity of `score >= threshold`."""

    def measure(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        called = scores >= threshold
        sensitivity = _ratio(weights @ (called * labels), weights @ labels)
        specificity = _ratio(weights @ (~called * (1 - labels)), weights @ (1 - labels))
        found: np.ndarray = (sensitivity + specificity) / 2
        return found

    return measure


def precision_at(threshold: float) -> Measure:
    """Of those called positive, the share that is; 0 where none is called, as scikit-learn counts it."""

    def measure(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        called = scores >= threshold
        found: np.ndarray = np.nan_to_num(_ratio(weights @ (called * labels), weights @ called))
        return found

    return measure


def recall_at(threshold: float) -> Measure:
    """Of the positives, the share that is called."""
    return lambda scores, labels, weights: _ratio(weights @ ((scores >= threshold) * labels), weights @ labels)


def accuracy_at(threshold: float) -> Measure:
    """The share that is called as it is."""
    return lambda scores, labels, weights: _ratio(weights @ ((scores >= threshold) == labels), weights.sum(axis=1))


def calibration_error(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:  # (N,) in [0, 1], (N,), (B, N) -> (B,)
    """Expected calibration error over ten equal bins of probability (Guo 2017, arXiv:1706.04599)."""
    members = np.eye(BINS)[np.minimum((scores * BINS).astype(int), BINS - 1)]  # (N, bins)
    gaps = np.abs((weights * (scores - labels)) @ members)
    return _ratio(gaps.sum(axis=1), weights.sum(axis=1))


def best_threshold(scores: np.ndarray, labels: np.ndarray, measure: Callable[[float], Measure]) -> float:  # (N,), (N,)
    """The score at which `measure` is highest on these images; 0.5 where they have no positives or no negatives."""
    if not 0 < labels.sum() < len(labels):
        return 0.5
    tried = np.unique(np.quantile(scores, np.linspace(0, 1, 101)))
    one = np.ones((1, len(scores)))
    values = [float(measure(t)(scores, labels, one)[0]) for t in tried]
    return float(tried[int(np.nanargmax(values))])


def _groups(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where runs of equal scores begin in the ascending order, and that order."""
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    return np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]), order


def _by_group(weights: np.ndarray, order: np.ndarray, starts: np.ndarray) -> np.ndarray:  # (B, groups)
    return np.add.reduceat(weights[:, order], starts, axis=1)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)
    return found
