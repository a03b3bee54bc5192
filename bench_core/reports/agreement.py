"""F1 of what two reports state, from counts that can be summed over any weighting of reports."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from bench_core.registry import Tallies

Items = frozenset[Hashable]


def f1(sums: np.ndarray) -> np.ndarray:  # (..., 3) of hits, predicted, stated -> (...)
    """Twice the hits over all that was predicted and all that was stated; NaN where neither was."""
    hits, both = sums[..., 0], sums[..., 1] + sums[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(both > 0, 2 * hits / np.where(both > 0, both, 1), np.nan)
    return found


def micro(predicted: Sequence[Items], stated: Sequence[Items], findings: Mapping[str, np.ndarray] | None = None) -> Tallies:
    """Over all items of all reports together.

    Args:
        findings: (N, 3) hits, predicted and stated of single findings, by name.
    """
    counts = np.array([(len(p & s), len(p), len(s)) for p, s in zip(predicted, stated, strict=True)], float).reshape(-1, 3)
    return Tallies(counts, f1, {name: Tallies(each, f1) for name, each in (findings or {}).items()})


def by_finding(predicted: np.ndarray, stated: np.ndarray) -> np.ndarray:  # (N, F), (N, F) of 0 and 1 -> (N, F, 3)
    """Hits, predicted and stated."""
    return np.stack([predicted * stated, predicted, stated], axis=2)


def macro(counts: np.ndarray) -> Tallies:  # (N, F, 3)
    """The mean over findings that some report states or predicts."""
    shape = counts.shape[1:]

    def value(sums: np.ndarray) -> np.ndarray:
        each = f1(sums.reshape(len(sums), *shape))
        there = np.isfinite(each)
        found: np.ndarray = np.where(there, each, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        return found

    return Tallies(counts.reshape(len(counts), -1), value)
