"""Numbers by finding or view: one cell per set and group, with where it lies in the range of a perfect generator."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench_core.api import Metric
from pages.components.style.numbers import against_null, counted, decimals, interval, number, side

SMALL = 20
"""Groups with fewer synthetic images are greyed: a number from so few says little, whatever its colour."""
BY = {"finding": "Findings", "view": "Views"}


def position(row: Mapping[str, Any], metric: Metric) -> float:
    """How far the matched value lies from the null, in units of the range on that side; NaN without a range.

    It is 0 where it is as perfect, beyond 1 outside and worse, beyond -1 outside on the better side.
    """
    matched, null, low, high = (float(row[k]) for k in ("matched", "null", "null_low", "null_high"))
    if not all(np.isfinite(v) for v in (matched, null, low, high)):
        return float("nan")
    far = matched - null
    width = high - null if far > 0 else null - low
    if not far:
        return 0.0
    steps = abs(far) / width if width > 0 else np.inf
    if isinstance(metric.goal, str):
        worse = (far > 0) == (metric.goal == "minimize")
    else:
        worse = abs(matched - metric.goal.value) > abs(null - metric.goal.value)
    return float(steps if worse else -steps)


def cells(results: pd.DataFrame, metric: Metric, by: str, counts: Mapping[str, int]) -> pd.DataFrame:
    """One row per set and group of a metric, common groups first; see `position`.

    Args:
        counts: images of the real set by group, which order the groups.
    """
    chosen = results["subgroup"].str.startswith(f"{by}=") & (results["metric"] == metric.id) & (results["mode"] == "corrected")
    rows = results[chosen].drop_duplicates(["set_name", "subgroup"], keep="last").copy()
    rows["group"] = [s.partition("=")[2] for s in rows["subgroup"]]
    rows["count"] = [counts.get(g, 0) for g in rows["group"]]
    rows["position"] = [position(r, metric) if r["status"] == "ok" else np.nan for r in rows.to_dict("records")]
    rows["small"] = rows["n_synthetic"].fillna(0).astype(int) < SMALL
    return rows.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def words(row: Mapping[str, Any], metric: Metric) -> str:
    """What a cell says, in one sentence."""
    if row["status"] != "ok":
        return f"{row['status'].capitalize()}: {row['message']}"
    places = min(decimals(row["value"]), 4)
    text = " ".join(t for t in (f"**{number(row['value'], places)}**", interval(row, places)) if t)
    text += f" from {row['n_synthetic']:,} synthetic and {counted(int(row['n_real']), 'real image')}. "
    null = against_null(row, places)
    verdict = {
        "worse": "Worse than the range of a perfect generator of this size.",
        "better": "Beyond the range of a perfect generator on the better side.",
        "inside": "Inside the range of a perfect generator of this size.",
        "unknown": "There are too few images for a null, so it cannot be judged.",
    }[side(row, metric)]
    return text + (f"{null[0].upper()}{null[1:]}. " if null else "") + verdict


def table(found: pd.DataFrame, share: Mapping[str, float]) -> pd.DataFrame:
    """The numbers behind the figures as people read them."""
    rows = []
    for r in found.to_dict("records"):
        done = r["status"] == "ok"
        places = min(decimals(r["value"]), 4) if done else 0
        rows.append(
            {
                "set": r["set_name"],
                "group": r["group"],
                "share of real": f"{share.get(r['group'], 0):.1%}",
                "value": f"{number(r['value'], places)} {interval(r, places)}".strip() if done else r["status"],
                "matched": number(r["matched"], places),
                "perfect": number(r["null"], places),
                "its range": interval({"low": r["null_low"], "high": r["null_high"]}, places),
                "n synthetic": r["n_synthetic"],
                "n real": r["n_real"],
                "note": r["message"],
            }
        )
    return pd.DataFrame(rows)


def spread_apart(places: np.ndarray, gap: float) -> np.ndarray:  # (N,)
    """Places moved as little as it takes for neighbours to be `gap` apart, in their order."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, dtype=float)[order]
    for _ in range(200):
        lacking = np.maximum(0, gap - np.diff(moved))
        if not (lacking > gap / 100).any():
            break
        moved[:-1] -= lacking / 2
        moved[1:] += lacking / 2
    out = np.empty_like(moved)
    out[order] = moved
    return out


def without(results: pd.DataFrame, by: str) -> Sequence[str]:
    """Ids of the sets that have numbers overall, but none by finding (or view)."""
    have = set(results.loc[results["subgroup"].str.startswith(f"{by}="), "synthetic"])
    return [s for s in results["synthetic"].drop_duplicates() if s not in have]
