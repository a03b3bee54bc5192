"""What people say of films and generators, against what the engine's metrics say."""

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import HUMAN_METRICS
from bench_core.readers.accuracy import area
from bench_core.readers.holm import holm

_ENUMERATED = 7
"""Up to so many pairs all orders are tried."""


def rank_correlation(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> tuple[float, float, float, float]:
    """Spearman's rho, its interval and its p; NaN where it has none: fewer than 3 pairs, one value only, no interval under 5 pairs.

    References:
        Interval of Bonett and Wright 2000, doi:10.1007/BF02294183, on Fisher's scale. p by all orders up to 7 pairs, then by Student's t.
    """
    from scipy.stats import norm, rankdata, t

    n = len(first)
    if n < 3 or len(np.unique(first)) < 2 or len(np.unique(second)) < 2:
        return (np.nan,) * 4
    a, b = (rank - rank.mean() for rank in (rankdata(first), rankdata(second)))
    scale = np.sqrt((a @ a) * (b @ b))
    rho = float(np.clip(a @ b / scale, -1, 1))
    if n <= _ENUMERATED:
        orders = np.array(list(permutations(range(n))))
        p = float((np.abs(b[orders] @ a) >= abs(a @ b) - 1e-9).sum() / factorial(n))
    else:
        p = float(2 * t.sf(abs(rho) * np.sqrt((n - 2) / max(1 - rho**2, 1e-300)), n - 2))
    if n < 5:
        return rho, np.nan, np.nan, p
    reach = norm.ppf((1 + level) / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    z = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    return rho, float(np.tanh(z - reach)), float(np.tanh(z + reach)), p


def human_scores(answers: pd.DataFrame) -> pd.DataFrame:
    """What readers of the main block say of each synthetic film: columns `score`, `image_id`, `value` (mean over the readers), `readers`.

    Each reader's ratings of a question are ranked first, so that one who uses the ends of the scale only does not outweigh the others.
    """
    main = answers[(answers["block"] == "main") & answers["rating"].notna() & (answers["image_id"] != "") & (answers["generator"] != "")]
    parts = []
    for question, score in (("real_or_synthetic", "called synthetic"), ("quality", "quality"), ("shows_prompt", "shows prompt")):
        own = main[main["question"] == question]
        ranks = own.groupby(["reader", "part"])["rating"].rank(pct=True)
        films = own.assign(rank=ranks).groupby("image_id", sort=True)["rank"]
        parts.append(pd.DataFrame({"score": score, "value": films.mean(), "readers": films.size()}).reset_index())
    return pd.concat(parts, ignore_index=True)[["score", "image_id", "value", "readers"]]


def generator_scores(answers: pd.DataFrame) -> pd.DataFrame:
    """What people say of each generator: columns `score`, `generator`, `value`: the mean rating, or the mean area of the readers."""
    main = answers[(answers["block"] == "main") & answers["rating"].notna()]
    rows = []
    for name in sorted({g for g in main["generator"] if g}):
        for question, score in (("quality", "quality"), ("shows_prompt", "shows prompt")):
            own = main[(main["question"] == question) & (main["generator"] == name)]
            if len(own):
                rows.append({"score": score, "generator": name, "value": float(own.groupby("reader")["rating"].mean().mean())})
        asked = main[main["question"] == "real_or_synthetic"]
        areas = [
            area(own.loc[own["generator"] == name, "rating"].to_numpy(), own.loc[own["truth"] == "real", "rating"].to_numpy())[0]
            for _, own in asked.groupby("reader")
        ]
        known = [value for value in areas if not np.isnan(value)]
        if known:
            rows.append({"score": "auc", "generator": name, "value": float(np.mean(known))})
    return pd.DataFrame(rows, columns=["score", "generator", "value"])


def human_against_metrics(
    films: pd.DataFrame, per_image: pd.DataFrame, generators: pd.DataFrame | None = None, results: pd.DataFrame | None = None
) -> pd.DataFrame:
    """`HUMAN_METRICS`: rank correlations over films, and over generators where results are given; p values by Holm for each score.

    Args:
        films: `human_scores`.
        per_image: columns `image_id`, `metric`, `encoder`, `value`.
        generators: `generator_scores`.
        results: columns `generator`, `metric`, `encoder`, `value`.
    """
    rows = _correlations(films, per_image, "image_id", "films")
    if generators is not None and results is not None:
        rows += _correlations(generators, results, "generator", "generators")
    return HUMAN_METRICS.of(rows)


def _correlations(human: pd.DataFrame, metrics: pd.DataFrame, unit: str, over: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for score, own in human.groupby("score", sort=True):
        found: list[dict[str, object]] = []
        for (metric, encoder), numbers in metrics.assign(encoder=metrics["encoder"].fillna("")).groupby(["metric", "encoder"], sort=True):
            both = own.merge(numbers[[unit, "value"]], on=unit, suffixes=("", "_metric")).dropna(subset=["value", "value_metric"])
            rho, low, high, p = rank_correlation(both["value"].to_numpy(float), both["value_metric"].to_numpy(float))
            found.append(
                {
                    "score": score, "metric": metric, "encoder": encoder, "over": over, "n": len(both), "rho": rho, "low": low,
                    "high": high, "p_value": p,
                }
            )  # fmt: skip
        for row, p in zip(found, holm([float(str(row["p_value"])) for row in found]), strict=True):
            rows.append({**row, "p_holm": p})
    return rows
