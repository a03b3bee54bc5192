"""ROC statistics of membership scores, with intervals and tests that count whole patients."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from bench_core.errors import TooFewImages
from bench_core.membership.records import MembershipScores

LEVELS = (0.01, 0.001)
"""False-positive rates at which attacks are read."""


@dataclass(frozen=True)
class Roc:
    """Chance that a member scores above a non-member, ties half, with an interval over patients."""

    auc: float
    low: float
    high: float
    spread: float
    """Standard error."""
    level: float = 0.95

    @cached_property
    def p_value(self) -> float:
        """One-sided: of an area as large as this where members and non-members are alike."""
        from scipy.stats import norm

        return float(norm.sf((self.auc - 0.5) / max(self.spread, 1e-12)))


@dataclass(frozen=True)
class TprAt:
    """Share of members above the score that at most `fpr` of the non-members exceed; with its exact interval.

    Attributes:
        tpr, low, high: None where there are too few non-members; `message` says how many it takes.
        hits: members above the cut; n: members; others: non-members.
    """

    fpr: float
    tpr: float | None
    low: float | None
    high: float | None
    hits: int = 0
    n: int = 0
    others: int = 0
    message: str = ""


@dataclass(frozen=True)
class TailTest:
    """An exact test of whether more members lie above the highest non-members than chance puts there."""

    p_value: float
    fpr: float
    hits: int
    expected: float


def auc_of(scores: MembershipScores, level: float = 0.95) -> Roc:
    """Area under the ROC curve of records; its standard error takes whole patients (DeLong's components, summed by patient).

    Raises:
        TooFewImages: fewer than two patients on one side.

    References:
        Obuchowski 1997, doi:10.2307/2533958, clustered data; here no patient lies on both sides. Where all members lie above all
        non-members its standard error is 0: the interval then ends where the smaller side would be told apart by chance (the exact
        interval of n hits of n).
    """
    from scipy.stats import beta, norm, rankdata

    member = scores.member
    for side, rows, word in (("members", member, "training"), ("non-members", ~member, "held-out")):
        patients = len(np.unique(scores.patients[rows]))
        if patients < 2:
            raise TooFewImages(
                f"The {side} are {int(rows.sum())} images of {patients} patient{'s' * (patients != 1)}; an interval needs 2 or more.",
                f"Give a {word} set of several patients.",
            )
    ranks, n, m = rankdata(scores.values), int(member.sum()), int((~member).sum())
    above = (ranks[member] - rankdata(scores.values[member])) / m  # (n,) share of non-members below each member
    below = 1 - (ranks[~member] - rankdata(scores.values[~member])) / n  # (m,) share of members above each non-member
    auc = float(above.mean())
    variance = _variance(above, auc, scores.patients[member]) + _variance(below, auc, scores.patients[~member])
    spread = float(np.sqrt(variance))
    if spread < 1e-12:
        fewest = min(len(np.unique(scores.patients[rows])) for rows in (member, ~member))
        end = float(beta.ppf((1 - level) / 2, fewest, 1))
        low, high = (end, 1.0) if auc > 0.5 else (0.0, 1 - end) if auc < 0.5 else (0.5, 0.5)
        return Roc(auc, low, high, spread, level)
    reach = float(norm.ppf((1 + level) / 2)) * spread
    return Roc(auc, max(0.0, auc - reach), min(1.0, auc + reach), spread, level)


def _variance(parts: np.ndarray, mean: float, patients: np.ndarray) -> float:
    """Of a mean over records that come in patients."""
    _, unit = np.unique(patients, return_inverse=True)
    sums = np.bincount(unit, parts - mean)
    return float(len(sums) / (len(sums) - 1) * (sums**2).sum() / len(parts) ** 2)


def patients_of(scores: MembershipScores, by: Literal["mean", "max"] = "max") -> MembershipScores:
    """One score per patient: the mean of their records', or the highest. `rows` is the row of the record that scores highest."""
    order = np.lexsort((-scores.values, scores.patients))
    _, first, unit = np.unique(scores.patients[order], return_index=True, return_inverse=True)
    top = order[first]
    values = scores.values[top] if by == "max" else np.bincount(unit, scores.values[order]) / np.bincount(unit)
    return MembershipScores(values, scores.member[top], scores.patients[top], scores.rows[top] if len(scores.rows) else scores.rows)


def tpr_at(scores: MembershipScores, fpr: float, level: float = 0.95) -> TprAt:
    """True-positive rate at a false-positive rate, with the exact (Clopper-Pearson) interval; give it one record per patient.

    The cut is the score that `floor(fpr m)` non-members exceed; members must lie above it, not on it.
    """
    from scipy.stats import beta

    member, others = scores.values[scores.member], scores.values[~scores.member]
    needed = round(1 / fpr)
    if len(others) < needed:
        message = f"TPR at {100 * fpr:g} % needs {needed:,} held-out patients; there are {len(others):,}."
        return TprAt(fpr, None, None, None, n=len(member), others=len(others), message=message)
    hits, n = int((member > _cut(others, fpr)).sum()), len(member)
    low = float(beta.ppf((1 - level) / 2, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf((1 + level) / 2, hits + 1, n - hits)) if hits < n else 1.0
    return TprAt(fpr, hits / n, low, high, hits, n, len(others))


def _cut(others: np.ndarray, fpr: float) -> float:
    """The score that a share `fpr` of the non-members may exceed."""
    return float(np.sort(others)[::-1][int(fpr * len(others) + 1e-9)])


def tail_test(scores: MembershipScores, fpr: float) -> TailTest:
    """Of k + 1 highest non-members, k = floor(fpr m): how likely as many members lie above all but them where all are alike.

    Exact whatever the scores are (negative hypergeometric), the chance in the cut included; ties count against the attack.
    Give it one record per patient. With fewer than 1 / fpr non-members it asks who lies above the highest one.
    """
    from scipy.stats import nhypergeom

    member, others = scores.values[scores.member], scores.values[~scores.member]
    n, m, k = len(member), len(others), int(fpr * len(others) + 1e-9)
    hits = int((member > _cut(others, fpr)).sum())
    p = float(nhypergeom(n + m, n, k + 1).sf(hits - 1)) if hits else 1.0
    return TailTest(p, fpr, hits, n * (k + 1) / (m + 1))


def roc_of(scores: MembershipScores, points: int = 400) -> pd.DataFrame:
    """The ROC curve as columns `fpr` and `tpr`, from (0, 0) to (1, 1); ties in one step; thinned evenly in log(fpr)."""
    values, which = np.unique(-scores.values, return_inverse=True)
    tpr = np.concatenate([[0], np.cumsum(np.bincount(which[scores.member], minlength=len(values)))]) / scores.member.sum()
    fpr = np.concatenate([[0], np.cumsum(np.bincount(which[~scores.member], minlength=len(values)))]) / (~scores.member).sum()
    if len(fpr) > points:
        wanted = np.r_[0, np.geomspace(max(1e-6, fpr[fpr > 0].min()), 1, points)]
        kept = np.unique(np.clip(np.searchsorted(fpr, wanted, side="right") - 1, 0, len(fpr) - 1))
        fpr, tpr = fpr[kept], tpr[kept]
    return pd.DataFrame({"fpr": fpr, "tpr": tpr})
