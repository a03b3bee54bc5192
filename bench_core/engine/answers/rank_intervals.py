"""Rank correlations with intervals by bootstrap, over sets or over findings."""

import numpy as np
import pandas as pd

from bench_core.engine.answers.redundancy import spearman

FEWEST, DRAWS = 5, 2000


def bootstrap(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:  # (n,), (n,)
    """Spearman's rho with its 95 percent interval, sets drawn with replacement; NaN of fewer than FEWEST sets."""
    if len(x) < FEWEST:
        return np.nan, np.nan, np.nan
    drawn = np.random.default_rng(0).integers(0, len(x), (DRAWS, len(x)))
    rhos = spearman(x[drawn], y[drawn])
    rhos = rhos[np.isfinite(rhos)]
    rho = float(spearman(x[None], y[None])[0])
    if not np.isfinite(rho) or len(rhos) < DRAWS / 2:
        return rho, np.nan, np.nan
    low, high = np.quantile(rhos, [0.025, 0.975])
    return rho, float(low), float(high)


def over_findings(shown: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """The mean over sets of rank correlations over findings; findings are drawn with replacement, the same for all sets."""
    wide = shown.dropna(subset=[column]).pivot_table(index="finding", columns="label", values=[column, "x"])
    if len(wide) < FEWEST:
        return np.nan, np.nan, np.nan
    drawn = np.vstack([np.arange(len(wide)), np.random.default_rng(0).integers(0, len(wide), (DRAWS, len(wide)))])
    rhos = []
    for name in wide[column].columns:
        y, x = wide[column][name].to_numpy(float), wide["x"][name].to_numpy(float)
        if np.isfinite(y).all():
            rhos.append(spearman(x[drawn], y[drawn]))
    if not rhos:
        return np.nan, np.nan, np.nan
    known, counted = np.nan_to_num(rhos).sum(axis=0), np.isfinite(rhos).sum(axis=0)
    mean = np.where(counted > 0, known / np.maximum(counted, 1), np.nan)  # draws of findings that are all alike have none
    low, high = np.nanquantile(mean[1:], [0.025, 0.975])
    return float(mean[0]), float(low), float(high)
