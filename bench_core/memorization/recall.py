"""How many planted copies each detector finds, and how well copies are told from each other and from strangers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench_core.memorization.detection import DETECTORS, kinds_of

SHARES = (0.001, 0.01, 0.05)
VOTE = "vote"


def recall_table(pairs: pd.DataFrame, planted: pd.DataFrame, least: float, shares: Sequence[float] = SHARES) -> pd.DataFrame:
    """Recall by way, strength, detector and share of false flags; `unrelated` films show how many are flagged in fact.

    A copy is found where a pair of it with the film that it is a copy of, or with one of the same pixels, is flagged.

    Args:
        pairs: columns film, p_copy, p_features, p_pixels, p, and `right`: it is the film that was copied (for strangers: any).
        planted: by film, columns planting, strength, truth.
        least: the smallest p-value that there can be; a smaller share cannot be promised and has NaN.

    Returns:
        Columns truth, planting, strength, detector, share, films, found, recall, low, high (exact binomial, 95 percent).
    """
    columns = {d: f"p_{d}" for d in DETECTORS if pairs[f"p_{d}"].notna().all()} | {VOTE: "p"}
    right = pairs[pairs["right"]].groupby("film")[list(columns.values())].min().reindex(range(len(planted)), fill_value=1.0)
    groups = planted.groupby(["truth", "planting", "strength"], sort=False).groups
    strangers = planted.index[planted["truth"] == "unrelated"]
    cells = [(key, rows) for key, rows in groups.items() if key[0] != "unrelated"] + [(("unrelated", "", 0.0), strangers)]
    rows = []
    for (truth, planting, strength), films in cells:
        for detector, column in columns.items():
            for share in shares:
                told = share >= least - 1e-12
                found = int((right.loc[films, column] <= share + 1e-12).sum())
                low, high = exact_interval(found, len(films)) if told else (np.nan, np.nan)
                rows.append(
                    {
                        "truth": truth, "planting": planting, "strength": strength, "detector": detector, "share": share,
                        "films": len(films), "found": found, "recall": found / max(1, len(films)) if told else np.nan, "low": low,
                        "high": high,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def exact_interval(found: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Of a share, by Clopper and Pearson (1934, doi:10.1093/biomet/26.4.404)."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, found, of - found + 1)) if found else 0.0
    high = float(beta.ppf(1 - tail, found + 1, of - found)) if found < of else 1.0
    return low, high


def macro_f1(pairs: pd.DataFrame, planted: pd.DataFrame, share: float) -> tuple[float, pd.DataFrame]:
    """Mean F1 of exact, near and unrelated, and the table of what was called what (rows: the truth).

    A film is called what its closest pair is: that of the smallest p, of these the one that fits best.
    """
    best = pairs.sort_values(["film", "p", "whole"], ascending=[True, True, False], kind="stable").drop_duplicates("film").set_index("film")
    best = best.reindex(range(len(planted)))
    called = kinds_of(best["p"].fillna(1.0).to_numpy(), best["whole"].fillna(0.0).to_numpy(), share)
    names = ["exact", "near", "unrelated"]
    table = pd.crosstab(planted["truth"].to_numpy(), called).reindex(index=names, columns=names, fill_value=0)
    right = np.diag(table)
    scores = 2 * right / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    return float(np.mean(scores)), table
