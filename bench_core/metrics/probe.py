"""A linear probe for all findings at once: what `finding_agreement` and the metrics of utility share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, Score
from bench_core.errors import TooFewImages, UnknownName
from bench_core.features import FeatureSet
from bench_core.features.targets import fewest, targets

COARSE = 1e-11
"""Relative error of a variance up to which moments serve: a feature that hardly varies in a part of a set loses its digits there."""


@dataclass(frozen=True)
class Probe:
    """Ridge regression from features standardised with the fitting set's mean and spread to labels of 0 and 1."""

    mean: np.ndarray  # (D,)
    spread: np.ndarray  # (D,)
    weights: np.ndarray  # (D, F)

    def scores(self, features: FeatureSet) -> np.ndarray:  # (N, F)
        """One score an image and finding; only their order means something."""
        scores: np.ndarray = ((features.values - self.mean) / self.spread) @ self.weights
        return scores


def fit(features: FeatureSet, findings: tuple[str, ...], penalty: float) -> Probe:
    """Solves the ridge problem in closed form; images whose label is unknown or uncertain are left out, finding by finding."""
    values = features.values.astype(np.float64)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)  # a constant feature has no say
    labels = targets(features, findings)  # (N, F)
    patterns = _by_pattern(~np.isnan(labels))
    if len(patterns) == 1 and patterns[0][0].all() and (squares := _squares(features, spread)) is not None:
        products = ((values - mean).T @ (labels - labels.mean(axis=0))) / spread[:, None]
        return Probe(mean, spread, _solved(squares, products, penalty * len(values)))
    x = (values - mean) / spread
    weights = np.zeros((x.shape[1], len(findings)))
    for use, columns in patterns:
        weights[:, columns] = _ridge(x[use], labels[np.ix_(use, columns)], penalty)
    return Probe(mean, spread, weights)


def _squares(features: FeatureSet, spread: np.ndarray) -> np.ndarray | None:  # (D, D)
    """Sums of products of standardised features of what a threshold left, from its moments, which other metrics ask for too.

    None of any other set, where rows are few, or where moments are too coarse.
    """
    n = len(features)
    if not features.thinned or len(spread) > n:
        return None
    found: np.ndarray = features.moments()[1] * (n - 1) / spread / spread[:, None]
    apart = np.abs(np.diag(found)[np.isfinite(spread)] / n - 1)
    return found if apart.max(initial=0.0) < COARSE else None


def _solved(squares: np.ndarray, products: np.ndarray, added: float) -> np.ndarray:  # (D, D), (D, F) -> (D, F)
    weights: np.ndarray = np.linalg.solve(squares + added * np.eye(len(squares)), products)
    return weights


def _by_pattern(known: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:  # (N, F) bool
    """Columns that know the same rows, together: pairs of a mask of rows and the columns."""
    if known.all():
        return [(known[:, 0], np.arange(known.shape[1]))]
    patterns, pattern_of = np.unique(known, axis=1, return_inverse=True)
    return [(use, np.flatnonzero(pattern_of == number)) for number, use in enumerate(patterns.T)]


def _ridge(x: np.ndarray, y: np.ndarray, penalty: float) -> np.ndarray:  # (N, D), (N, F) -> (D, F)
    """Minimises `|y - x w - b|^2 / N + penalty |w|^2`, through the smaller of the (D, D) and (N, N) systems."""
    x, y, n = x - x.mean(axis=0), y - y.mean(axis=0), len(x)
    if x.shape[1] <= n:
        return _solved(x.T @ x, x.T @ y, penalty * n)
    return x.T @ np.linalg.solve(x @ x.T + penalty * n * np.eye(n), y)


def auroc(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:  # (N, F), (N, F) -> (F,)
    """Chance that a positive scores above a negative, ties half; labels are 1, 0 or NaN (left out). NaN without positives or negatives."""
    from scipy.stats import rankdata  # which takes half a second to load

    out = np.full(scores.shape[1], np.nan)
    for use, columns in _by_pattern(~np.isnan(labels)):
        ranks, positive = rankdata(scores[np.ix_(use, columns)], axis=0), labels[np.ix_(use, columns)] == 1
        n = positive.sum(axis=0)
        m = len(positive) - n
        with np.errstate(invalid="ignore", divide="ignore"):
            out[columns] = ((ranks * positive).sum(axis=0) - n * (n + 1) / 2) / (n * m)
    return out


def probe_score(fitting: FeatureSet, tested: FeatureSet, *, penalty: float, min_count: int, findings: str) -> Score:
    """Fits on one set, tests on the other: macro AUROC and a table with one row per finding.

    Args:
        findings: comma-separated; empty: all with `min_count` positives and negatives in both sets.

    Raises:
        UnknownName: there is no such finding.
        TooFewImages: no finding has enough.
    """
    used = usable(fitting, tested, min_count=min_count, findings=findings)
    probe = fitting.remember(("probe", used, penalty), lambda: fit(fitting, used, penalty))
    labels = targets(tested, used)
    table = pd.DataFrame(
        {
            "finding": used,
            "auroc": auroc(probe.scores(tested), labels),
            "positives": (labels == 1).sum(axis=0),
            "negatives": (labels == 0).sum(axis=0),
        }
    )
    return Score(float(table["auroc"].mean()), tables={"findings": table}, repeat_with={"findings": ",".join(used), "min_count": 1})


def usable(fitting: FeatureSet, tested: FeatureSet, *, min_count: int, findings: str) -> tuple[str, ...]:
    """The findings that can be learned from one set and tested on the other.

    Raises:
        UnknownName: there is no such finding.
        TooFewImages: no finding has enough.
    """
    asked = tuple(f.strip() for f in findings.split(",") if f.strip()) or FINDINGS
    for finding in asked:
        if finding not in FINDINGS:
            raise UnknownName("finding", finding, FINDINGS)
    enough = [
        i for i, count in enumerate(np.minimum(fewest(targets(fitting, asked)), fewest(targets(tested, asked)))) if count >= min_count
    ]
    used = tuple(asked[i] for i in enough)
    if not used:
        raise TooFewImages(
            f"No finding has {min_count} positives and {min_count} negatives among n = {len(fitting)} {fitting.kind} and "
            f"n = {len(tested)} {tested.kind} images (asked: {findings or 'all'})."
        )
    return used


def gain_score(
    alone: Sequence[FeatureSet], tested: FeatureSet, added: FeatureSet, *, whole: FeatureSet | None = None, penalty: float, min_count: int,
    findings: str,
) -> Score:  # fmt: skip
    """What `added` images bring a probe beside each of the sets `alone`: the difference in macro AUROC, and one row per finding.

    Args:
        whole: where a finding needs `min_count` positives and negatives, when `alone` are parts of it.

    Raises:
        UnknownName, TooFewImages: see `usable`.
    """
    used = usable(alone[0] if whole is None else whole, tested, min_count=min_count, findings=findings)
    labels, rows = targets(tested, used), []
    for one in alone:
        both = one.remember(("with", used, penalty), lambda one=one: fit(_joined(one, added), used, penalty), added)  # type: ignore[misc]
        own = one.remember(("probe", used, penalty), lambda one=one: fit(one, used, penalty))  # type: ignore[misc]
        rows.append([auroc(probe.scores(tested), labels) for probe in (own, both)])
    own_mean, both_mean = np.mean(rows, axis=0)  # (F,), (F,)
    table = pd.DataFrame({"finding": used, "real only": own_mean, "with synthetic": both_mean, "gain": both_mean - own_mean})
    return Score(float(table["gain"].mean()), tables={"findings": table}, repeat_with={"findings": ",".join(used), "min_count": 1})


def _joined(one: FeatureSet, other: FeatureSet) -> FeatureSet:
    one.check_comparable(other)
    assert one.labels is not None and other.labels is not None
    labels = pd.concat([one.labels, other.labels], ignore_index=True)
    return FeatureSet(np.concatenate([one.values, other.values]), labels=labels, kind=one.kind)
