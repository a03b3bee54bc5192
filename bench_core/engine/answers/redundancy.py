"""Which metrics say the same: rank correlation over the compared sets, with what so few sets can tell."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.answers.comparison import NumberWithDraws, at_one_size, measurements, oriented
from bench_core.frames import CORRELATIONS
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace


def redundancy(workspace: Workspace, reference: Reference, synthetic: Sequence[str] | None) -> pd.DataFrame:
    """`correlations` of the metrics that at least three sets have with draws.

    Args:
        synthetic: names of sets; None: all with draws.

    Raises:
        UnknownName: there is no such set.
    """
    metrics = {i: m for i, m in registry.metrics().items() if "synthetic" in m.reads}
    found = measurements(workspace, reference, list(metrics))
    wanted = None if synthetic is None else set(synthetic)
    chosen = {i: {n: s for n, s in sets.items() if wanted is None or n in wanted} for i, sets in found.items()}
    return correlations({i: sets for i, sets in chosen.items() if len(sets) > 2}, metrics)


def correlations(found: Mapping[str, Mapping[str, NumberWithDraws]], metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """Spearman's rho of each two metrics over the sets that have both, every metric turned so that up is better.

    Values are ranked where all sets have the same number of images, else matched values at the size of the smallest; sets without one are
    left out of that pair.

    References:
        Interval: Fisher's z with the standard error `sqrt(1.06 / (n - 3))` of Fieller, Hartley & Pearson 1957, Biometrika 44; a rho of 1 is
        taken as half a step of the scale below it, since z has no end there. None below 4 sets.
    """
    worth = cache(lambda i, names: _worth({n: found[i][n] for n in names}, metrics[i]))
    rows = []
    for one, two in combinations(found, 2):
        both = [n for n in found[one] if n in found[two]]
        sized = [at_one_size({n: found[metric][n] for n in both}) for metric in (one, two)]
        names = tuple(n for n in both if all(n in sets for sets in sized))
        if len(names) < 3:
            continue
        a, b = worth(one, names), worth(two, names)
        draws = min(len(a), len(b))
        rho, *noise = spearman(a[:draws], b[:draws])
        known = [r for r in noise if np.isfinite(r)]
        ends = np.quantile(known, [0.025, 0.975]) if known else (np.nan, np.nan)
        rows.append((one, two, float(rho), *interval(float(rho), len(names)), *map(float, ends), len(names)))
    return in_groups(CORRELATIONS.of([dict(zip(CORRELATIONS.names, row, strict=True)) for row in rows]))


def in_groups(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs in an order in which metrics that rank alike are neighbours (average linkage on 1 - rho)."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    metrics = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))
    if len(metrics) < 3:
        return pairs
    apart = np.ones((len(metrics), len(metrics))) - np.eye(len(metrics))
    for one, two, rho in zip(pairs["first"], pairs["second"], pairs["rho"].fillna(0), strict=True):
        i, j = metrics.index(one), metrics.index(two)
        apart[i, j] = apart[j, i] = max(0.0, 1 - rho)
    place = {metrics[leaf]: p for p, leaf in enumerate(leaves_list(linkage(squareform(apart), "average", optimal_ordering=True)))}
    turned = [place[a] > place[b] for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    pairs = pairs.copy()
    pairs.loc[turned, ["first", "second"]] = pairs.loc[turned, ["second", "first"]].to_numpy()
    key = pairs["first"].map(place) * len(place) + pairs["second"].map(place)
    return pairs.iloc[np.argsort(key.to_numpy(), kind="stable")].reset_index(drop=True)


def spearman(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (R, n), (R, n) -> (R,)
    """Correlation of average ranks, row by row; NaN where a row is constant."""
    from scipy.stats import rankdata

    a, b = rankdata(a, axis=1), rankdata(b, axis=1)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        out: np.ndarray = (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
        return out


def interval(rho: float, n: int) -> tuple[float, float]:
    """The 95 percent interval of a rank correlation over n sets; NaN below 4 sets. With n = 7 an observed 0.8 gives 0.09 to 0.97."""
    if n < 4 or not np.isfinite(rho):
        return float("nan"), float("nan")
    edge = 1 - 6 / (n * (n**2 - 1))
    z, width = np.arctanh(np.clip(rho, -edge, edge)), 1.96 * (1.06 / (n - 3)) ** 0.5
    low, high = float(np.tanh(z - width)), float(np.tanh(z + width))
    return (-1.0 if rho <= -edge else low), (1.0 if rho >= edge else high)


def _worth(sets: Mapping[str, NumberWithDraws], metric: Metric) -> np.ndarray:  # (1 + B, n)
    """Numbers of the sets, at one size, turned so that up is better: as measured, then in each draw."""
    columns = [-oriented(np.append(m.value, m.value + m.draws - m.draws.mean()), metric) for m in at_one_size(sets).values()]
    return np.array([c[: min(map(len, columns))] for c in columns]).T
