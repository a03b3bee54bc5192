"""Scores of predicted reports with intervals over patients, and what predictions of other patients' films score: chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core.downstream.intervals import Resamples, interval
from bench_core.downstream.reports.predictions import Predictions
from bench_core.errors import MissingPackage
from bench_core.registry import ReportScore, Tallies, find_report_score, report_scores

DRAWS, PAIRINGS = 400, 3


def scores_asked(names: Sequence[str] | None) -> list[ReportScore]:
    """Those of that name; None: all that need no further package.

    Raises:
        UnknownName: there is none of that name.
        MissingPackage: one that was named cannot run; says what it needs.
    """
    if names is None:
        return [one for one in report_scores().values() if not one.package]
    found = [find_report_score(name) for name in names]
    for one in found:
        if lack := one.missing():
            said, _, fix = lack.partition(". ")
            raise MissingPackage(f"{one.title} ({one.id}) cannot run here: {said}.", fix)
    return found


def scored(pairs: Predictions, names: Sequence[str] | None = None, seed: int = 0) -> list[dict[str, Any]]:
    """`frames.REPORT_SCORES`: every score of all pairs, that of single findings where it looks at them, each with its interval and chance.

    Raises:
        UnknownName, MissingPackage: see `scores_asked`.
    """
    asked = scores_asked(names)
    resamples = Resamples.of(pairs.units, 1, DRAWS, seed)
    moved = _pairings(pairs, seed)
    rows: list[dict[str, Any]] = []
    for score in asked:
        counts = score.function(pairs.predictions, pairs.references)
        # Another package's model reads for hours, and once more for each pairing.
        others = [] if score.package else [score.function(pairs.predictions, [pairs.references[i] for i in order]) for order in moved]
        rows.append(_row(score, "all", counts, others, resamples))
        for name, part in counts.findings.items():
            if part.counts.sum():
                rows.append(_row(score, name, part, [other.findings[name] for other in others], resamples))
    return rows


def _row(score: ReportScore, finding: str, counts: Tallies, others: Sequence[Tallies], resamples: Resamples) -> dict[str, Any]:
    found = interval(counts.value(resamples.images @ counts.counts))
    by_chance = [float(other.value(other.counts.sum(axis=0, keepdims=True))[0]) for other in others]
    states = counts.counts[:, -1] > 0 if finding != "all" else np.ones(len(counts.counts), bool)
    return {
        "score": score.id, "title": score.title, "finding": finding, "value": found.value, "low": found.low, "high": found.high,
        "chance": float(np.mean(by_chance)) if by_chance else np.nan, "reports": int(states.sum()),
    }  # fmt: skip


def _pairings(pairs: Predictions, seed: int) -> list[np.ndarray]:
    """Orders in which every prediction stands beside the report of another patient, as far as there are others."""
    rng = np.random.default_rng([seed, 5])
    units, n = pairs.units, len(pairs)
    found = []
    for _ in range(PAIRINGS):
        order = np.argsort(rng.permutation(units.max() + 1)[units], kind="stable")  # patients in any order, each together
        most = int(np.bincount(units).max())
        moved = np.empty(n, int)
        moved[order] = np.roll(order, most)  # by more than any patient has
        found.append(moved)
    return found
