"""Classifiers that learn from parts of one set, many at once: what an attacker trains, and what is attacked, as small as can be.

A probe is a logistic regression for each finding on standardised features, all findings and all probes in the same matrix products. It
takes steps of Newton's method whose curvature is the upper bound 1/4 (Böhning & Lindsay 1988, doi:10.1007/BF00049423), so that one
factorisation serves all findings and every step; each step brings the loss down.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench_core.data import FINDINGS
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet

GROUP = 8
"""Probes that are solved together."""


@dataclass(frozen=True, eq=False)
class Probe:
    """A classifier that can be asked (`membership.Classifier`).

    Attributes:
        findings: what its logits are of.
        mean, spread: (D,) of the set that all probes learned from parts of, so that standardising tells nobody apart.
        weights: (D + 1, F), the intercepts last.
    """

    findings: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray

    def logits(self, records: FeatureSet) -> np.ndarray:  # (N, F) float64
        """One logit per record and finding."""
        logits: np.ndarray = with_one((records.values - self.mean) / self.spread).astype(np.float64) @ self.weights
        return logits


@dataclass(frozen=True, eq=False)
class ProbeGame:
    """Probes trained on random halves of the patients of one set.

    Attributes:
        member: (K, N) bool, who was trained on by each; every patient by half of the probes.
        probes: K of them.
    """

    records: FeatureSet
    member: np.ndarray
    probes: tuple[Probe, ...]


def findings_of(records: FeatureSet, fewest: int = 10) -> tuple[str, ...]:
    """The findings that records have so many positives and negatives of.

    Raises:
        TooFewImages: none.
    """
    found = []
    for finding in FINDINGS:
        known = records.label(finding)
        if min((known == 1).sum(), (known == 0).sum()) >= fewest:
            found.append(finding)
    if not found:
        raise TooFewImages(
            f"No finding has {fewest} positives and {fewest} negatives among {len(records)} {records.kind or 'records'}.",
            "A classifier learns from labels: import the set with its findings.",
        )
    return tuple(found)


def labels_of(records: FeatureSet, findings: tuple[str, ...]) -> np.ndarray:  # (N, F): 1, 0, NaN
    """The labels, unknown and uncertain as NaN."""
    return np.stack([records.label(finding) for finding in findings], axis=1)


def halves(units: np.ndarray, count: int, seed: int) -> np.ndarray:  # (N,) int -> (count, N) bool
    """Who is trained on: random halves of the patients, drawn so that every patient is in half of them (of an odd number, one fewer)."""
    rng = np.random.default_rng(seed)
    _, unit = np.unique(units, return_inverse=True)
    patients = int(unit.max()) + 1
    of_patients = rng.random((count, patients)).argsort(axis=0).argsort(axis=0) < count // 2
    return np.asarray(of_patients[:, unit])


def play(
    records: FeatureSet,
    count: int,
    *,
    penalty: float = 1e-3,
    passes: int = 30,
    seed: int = 0,
    on_probe: Callable[[int], None] | None = None,
) -> ProbeGame:
    """Trains `count` probes on random halves of the patients.

    Args:
        penalty: of the squared weights, beside the mean loss over the records.
        passes: steps; fewer are an early stop.
        on_probe: told how many are done.

    Raises:
        TooFewImages: no finding to learn.
    """
    member = halves(records.units, count, seed)
    return ProbeGame(records, member, probes_of(records, member, penalty=penalty, passes=passes, on_probe=on_probe))


def probes_of(
    records: FeatureSet,
    member: np.ndarray,  # (K, N) bool
    *,
    penalty: float = 1e-3,
    passes: int = 30,
    on_probe: Callable[[int], None] | None = None,
) -> tuple[Probe, ...]:
    """Trains a probe on each of these parts of the records; all standardise by the whole.

    Raises:
        TooFewImages: no finding to learn.
    """
    findings, mean = findings_of(records), records.values.mean(axis=0, dtype=np.float64)
    spread = records.values.std(axis=0, dtype=np.float64)
    spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)  # a constant feature has no say
    x, labels = with_one(((records.values - mean) / spread).astype(np.float32)), labels_of(records, findings)
    probes: list[Probe] = []
    for start in range(0, len(member), GROUP):
        weights = fit(x, labels, member[start : start + GROUP], penalty, passes)
        probes += [Probe(findings, mean, spread, one.astype(np.float64)) for one in weights]
        if on_probe:
            on_probe(len(probes))
    return tuple(probes)


def with_one(x: np.ndarray) -> np.ndarray:  # (N, D) -> (N, D + 1)
    """With a column of ones, for the intercept."""
    return np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)


def fit(x: np.ndarray, labels: np.ndarray, member: np.ndarray, penalty: float, passes: int) -> np.ndarray:  # (K, D + 1, F) float32
    """Weights of logistic regressions on some of the rows each.

    Args:
        x: (N, D + 1) float32, a column of ones last, which is not penalised.
        labels: (N, F) of 1, 0 and NaN (left out); member: (K, N) bool.
    """
    from scipy.linalg import cho_factor, cho_solve

    width, (probes, findings) = x.shape[1], (len(member), labels.shape[1])
    known = ~np.isnan(labels)
    target = np.where(known, labels, 0).astype(np.float32)
    ridge = np.full(width, penalty, np.float32)
    ridge[-1] = 1e-6
    factors, sizes = [], member.sum(axis=1)
    for mine, n in zip(member, sizes, strict=True):
        rows = x[mine]
        curvature = rows.T @ rows / np.float32(4 * n)
        curvature[np.diag_indices(width)] += ridge
        factors.append(cho_factor(curvature, check_finite=False))
    weights = np.zeros((width, probes, findings), np.float32)
    use = member.T[:, :, None] & known[:, None, :]  # (N, K, F)
    for _ in range(passes):
        logits = (x @ weights.reshape(width, -1)).reshape(len(x), probes, findings)
        off = np.where(use, target[:, None, :] - 1 / (1 + np.exp(-np.clip(logits, -60, 60))), 0).astype(np.float32)
        slope = (x.T @ off.reshape(len(x), -1)).reshape(width, probes, findings)
        for k, factor in enumerate(factors):
            weights[:, k] += cho_solve(factor, slope[:, k] / np.float32(sizes[k]) - ridge[:, None] * weights[:, k], check_finite=False)
    return np.ascontiguousarray(weights.transpose(1, 0, 2))
