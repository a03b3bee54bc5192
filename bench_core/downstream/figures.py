"""What the trainings of an arm are worth: every measure, by finding and over all, with intervals and the difference to real only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench_core.downstream.draws import Cell
from bench_core.downstream.intervals import Resamples, interval
from bench_core.downstream.loop import Trained
from bench_core.downstream.measures import (
    BINS,
    Measure,
    accuracy_at,
    auprc,
    auroc,
    balanced_accuracy_at,
    best_threshold,
    calibration_error,
    f1_at,
    precision_at,
    recall_at,
)
from bench_core.registry import arms

MEASURES = ("auroc", "auprc", "f1", "balanced_accuracy", "calibration_error")
AT_A_THRESHOLD = {"precision": precision_at, "recall": recall_at}
FLAT = {"accuracy": accuracy_at, "f1_micro": f1_at, "precision_micro": precision_at, "recall_micro": recall_at}
"""Where the threshold is fixed: finding by finding too; and over all labels of all findings in one row, each counting once."""
GAP = "auroc gap by "
UNTOLD = "untold"
"""The mean over findings that the generator was not told."""
GRID = np.linspace(0, 1, 51)
GROUP = 10
"""Positives and negatives that a finding needs in a subgroup to count into its gap."""


@dataclass
class Figures:
    """Figures of one study; those of `real_only` at a share must be asked for before those of other arms at it.

    Attributes:
        tested: (N, F) labels of the test images.
        groups: who of them is in which subgroup, by what divides them.
        common: the more frequent half of the findings; the others are the tail.
        untold: those findings that only real images teach; no mean over `all` holds them.
        threshold: at which scores are called positive; None: chosen on validation images, finding by finding.
    """

    findings: Sequence[str]
    tested: np.ndarray
    resamples: Resamples
    groups: Mapping[str, np.ndarray]
    common: Sequence[str]
    untold: Sequence[str] = ()
    threshold: float | None = None
    _baseline: dict[tuple[float, str], np.ndarray] = field(default_factory=dict)

    def rows(self, cell: Cell, trained: Sequence[Trained], validating: np.ndarray, about: Mapping[str, Any]) -> list[dict[str, Any]]:
        """One row per measure and finding, `all`, `common` and `rare`; and per kind of subgroup the gap between the best and the worst."""
        found = []
        where = {"arm": cell.arm, "share": cell.share, "ratio": np.nan if cell.ratio is None else cell.ratio}
        kept = float(np.mean([t.kept_at for t in trained]))
        for measure in (*MEASURES, *(AT_A_THRESHOLD if self.threshold is not None else ())):
            values = self.resamples.mean([self._by_finding(measure, t, validating) for t in trained])  # (B, F)
            columns = {name: values[:, i] for i, name in enumerate(self.findings)} | self._together(values)
            found += [self._row(cell, measure, name, column) for name, column in columns.items() if self._taught(cell, name)]
        for measure in FLAT if self.threshold is not None else ():
            found.append(self._row(cell, measure, "all", self.resamples.mean([self._flat(measure, t) for t in trained])[:, 0]))
        for kind in self.groups:
            found.append(self._row(cell, GAP + kind, "all", self.resamples.mean([self._gap(kind, t) for t in trained])[:, 0]))
        return [{**where, **row, **about, "trainings": len(trained), "kept_at": kept, "message": ""} for row in found]

    def _taught(self, cell: Cell, finding: str) -> bool:
        """Whether the arm learned that finding at all: what the generator was not told, synthetic images alone do not teach."""
        return "real" in arms()[cell.arm].reads or finding not in (UNTOLD, *self.untold)

    def _together(self, values: np.ndarray) -> dict[str, np.ndarray]:
        often, told = (np.array([f in part for f in self.findings]) for part in (self.common, set(self.findings) - set(self.untold)))
        parts = {"all": told, "common": told & often, "rare": told & ~often, UNTOLD: ~told}
        return {name: values[:, use].mean(axis=1) for name, use in parts.items() if use.any()}

    def _row(self, cell: Cell, measure: str, finding: str, values: np.ndarray) -> dict[str, Any]:
        baseline = self._baseline.setdefault((cell.share, f"{measure} {finding}"), values)
        of_value, of_gain = interval(values), interval(values - baseline)
        gain = {"gain": of_gain.value, "gain_low": of_gain.low, "gain_high": of_gain.high}
        row = {"measure": measure, "finding": finding, "value": of_value.value, "low": of_value.low, "high": of_value.high}
        return {**row, **(gain if cell.arm != "real_only" else dict.fromkeys(gain, np.nan))}

    def _by_finding(self, measure: str, trained: Trained, validating: np.ndarray) -> np.ndarray:  # (B, F)
        out = np.full((len(self.resamples.images), len(self.findings)), np.nan)
        for i in range(len(self.findings)):
            known, use = self.tested[:, i] == self.tested[:, i], validating[:, i] == validating[:, i]
            asked = self._measure(measure, trained.validation[use, i], validating[use, i])
            if not known.any():
                continue
            out[:, i] = asked(trained.test[known, i], self.tested[known, i], self.resamples.images[:, known])
        return out

    def _measure(self, name: str, scores: np.ndarray, labels: np.ndarray) -> Measure:
        """Thresholds are chosen on validation images, each for its own measure, unless one is fixed."""
        at = {"f1": f1_at, "balanced_accuracy": balanced_accuracy_at, **AT_A_THRESHOLD}
        if name in at:
            return at[name](best_threshold(scores, labels, at[name]) if self.threshold is None else self.threshold)
        return {"auroc": auroc, "auprc": auprc, "calibration_error": calibration_error}[name]

    def _flat(self, measure: str, trained: Trained) -> np.ndarray:  # (B, 1)
        known = ~np.isnan(self.tested)
        weights = self.resamples.images[:, np.nonzero(known)[0]]
        found: np.ndarray = FLAT[measure](self.threshold or 0.5)(trained.test[known], self.tested[known], weights)[:, None]
        return found

    def _gap(self, kind: str, trained: Trained) -> np.ndarray:  # (B, 1)
        """Mean AUROC of the best subgroup less that of the worst, over findings that all of them have enough of; NaN where none is."""
        groups = self.groups[kind]
        names = [name for name in np.unique(groups) if name]
        told = [i for i in range(len(self.findings)) if self.findings[i] not in self.untold]
        shared = [i for i in told if all(self._enough(groups == name, i) for name in names)]
        if len(names) < 2 or not shared:
            return np.full((len(self.resamples.images), 1), np.nan)
        means = []
        for name in names:
            values = []
            for i in shared:
                use = (groups == name) & (self.tested[:, i] == self.tested[:, i])
                values.append(auroc(trained.test[use, i], self.tested[use, i], self.resamples.images[:, use]))
            means.append(np.mean(values, axis=0))
        gap: np.ndarray = (np.max(means, axis=0) - np.min(means, axis=0))[:, None]
        return gap

    def _enough(self, members: np.ndarray, finding: int) -> bool:
        labels = self.tested[members, finding]
        return bool(min((labels == 1).sum(), (labels == 0).sum()) >= GROUP)


def curves(cell: Cell, trained: Sequence[Trained], tested: np.ndarray, findings: Sequence[str]) -> list[dict[str, Any]]:
    """ROC of each finding and their mean, at even rates of false positives; calibration over all findings, bin by bin."""
    from sklearn.metrics import roc_curve

    where = {"arm": cell.arm, "share": cell.share, "ratio": np.nan if cell.ratio is None else cell.ratio}
    rates = []
    for i in range(len(findings)):
        known = tested[:, i] == tested[:, i]
        drawn = [roc_curve(tested[known, i], t.test[known, i])[:2] for t in trained]
        rates.append(np.mean([np.interp(GRID, fpr, tpr) for fpr, tpr in drawn], axis=0))
    rows = [
        {**where, "curve": "roc", "finding": name, "x": float(x), "y": float(y), "count": 0}
        for name, values in [*zip(findings, rates, strict=True), ("all", np.mean(rates, axis=0))]
        for x, y in zip((0.0, *GRID), (0.0, *values), strict=True)
    ]
    known = tested == tested
    scores = np.concatenate([t.test[known] for t in trained])
    labels = np.concatenate([tested[known]] * len(trained))
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    for one in range(BINS):
        use = bins == one
        if use.any():
            point = {"x": float(scores[use].mean()), "y": float(labels[use].mean()), "count": int(use.sum())}
            rows.append({**where, "curve": "calibration", "finding": "all", **point})
    return rows
