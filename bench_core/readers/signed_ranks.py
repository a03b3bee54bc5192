"""Wilcoxon's signed-rank test of pairs, with the estimate that belongs to it."""

from dataclasses import dataclass

import numpy as np

_ENUMERATED = 13
"""Up to so many pairs all signs are tried, so that ties do no harm."""


@dataclass(frozen=True)
class SignedRanks:
    """What the test found.

    Attributes:
        difference: the Hodges-Lehmann estimate, the median of the means of each two differences.
        low, high: its 95 percent interval; NaN where there are too few pairs (under 6) for one.
        least_p: the smallest p that so many differences other than 0 can have.
    """

    n: int
    difference: float
    low: float
    high: float
    p_value: float
    least_p: float


def signed_ranks(differences: np.ndarray, level: float = 0.95) -> SignedRanks:
    """Of differences of pairs; those of 0 have no sign and are dropped from the test (Wilcoxon), not from the estimate.

    References:
        Hollander and Wolfe 1999, chapter 3. Ties get mean ranks; with up to 13 pairs the distribution is that of all signs, else normal.
    """
    n = len(differences)
    if not n:
        return SignedRanks(0, np.nan, np.nan, np.nan, np.nan, np.nan)
    signed = differences[differences != 0]
    p = _p_value(signed) if len(signed) else 1.0
    first, second = np.triu_indices(n)
    means = np.sort((differences[first] + differences[second]) / 2)
    low, high = _interval(means, n, level)
    return SignedRanks(n, float(np.median(means)), low, high, p, min(1.0, 2.0 ** (1 - len(signed))))


def _p_value(signed: np.ndarray) -> float:
    from scipy.stats import rankdata, wilcoxon

    if len(signed) > _ENUMERATED:
        return float(wilcoxon(signed, method="approx").pvalue)
    ranks = rankdata(np.abs(signed))
    signs = (np.arange(2 ** len(signed))[:, None] >> np.arange(len(signed))) & 1
    away = np.abs(signs @ ranks - ranks.sum() / 2)  # of the sum of the positive ranks from its mean, for all signs
    return float((away >= abs(ranks[signed > 0].sum() - ranks.sum() / 2) - 1e-9).mean())


def _interval(means: np.ndarray, n: int, level: float) -> tuple[float, float]:
    """The order statistics of the means of pairs that hold the median of a symmetric distribution at this level."""
    tail = (1 - level) / 2
    if n <= 60:
        counts = np.array([1.0])  # of the sums of ranks, over all signs
        for rank in range(1, n + 1):
            counts = np.pad(counts, (0, rank)) + np.pad(counts, (rank, 0))
        below = np.cumsum(counts) / 2.0**n  # P(sum <= k)
        place = int((below <= tail).sum())
    else:
        from scipy.stats import norm

        place = int(n * (n + 1) / 4 - norm.ppf(1 - tail) * np.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    return (float(means[place - 1]), float(means[-place])) if place >= 1 else (np.nan, np.nan)
