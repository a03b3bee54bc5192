"""Which generators no other one beats on both metrics, and what makes the points of one chart hard to compare."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench_core.api import Metric, oriented, pareto_front, shortfall


def front(points: pd.DataFrame, x: Metric, y: Metric, raw: bool = False) -> np.ndarray:  # (N,) bool
    """Front of a trade-off table (see `trade_off_points`): on the shortfall from the null, or on raw values."""
    if points.empty:
        return np.zeros(0, dtype=bool)
    costs = []
    for axis, metric in (("x", x), ("y", y)):
        if raw:
            costs.append([oriented(v, metric) for v in points[f"{axis}_value"]])
        else:
            values = points[f"{axis}_matched"].fillna(points[f"{axis}_value"])
            costs.append([shortfall(v, n, metric) for v, n in zip(values, points[f"{axis}_null"], strict=True)])
    return pareto_front(np.array(costs).T)


FIELDS = ("value", "low", "high", "matched", "null", "null_low", "null_high", "n_synthetic", "version", "seed")


def trade_off_points(results: pd.DataFrame, x: str, y: str, size: str | None) -> pd.DataFrame:
    """One row per synthetic set: `set_name`, `generator`, and FIELDS of each axis as `x_value`, `y_low`, `size_null`, ...

    Sets that lack a finished number on x or y are left out.
    """
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    points: pd.DataFrame | None = None
    for axis, metric in {"x": x, "y": y, **({"size": size} if size else {})}.items():
        rows = done[done["metric"] == metric].drop_duplicates("set_name", keep="last").set_index("set_name")
        part = rows[list(FIELDS)].astype(float).add_prefix(f"{axis}_")
        if points is None:
            points = rows[["generator", "generator_title"]].join(part)
        else:
            points = points.join(part, how="left" if axis == "size" else "inner")
    assert points is not None
    return points.reset_index()


def differences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What differs between numbers of one chart although it must not: image counts, metric version, encoder revision, seed."""
    found = []
    names = {
        "n_synthetic": "number of synthetic images",
        "n_real": "number of real images",
        "n_train": "number of training images",
        "version": "version of the metric",
        "encoder_revision": "revision of the encoder",
    }
    for field, words in names.items():
        for metric in sorted({str(r["metric"]) for r in rows}):
            seen = {r.get(field) for r in rows if r["metric"] == metric}
            values = sorted({f"{v:,.0f}" if isinstance(v, int | float) else str(v) for v in seen if v is not None and v == v})
            if len(values) > 1:
                text = f"the {words} differs ({', '.join(values)})"
                if text not in found:
                    found.append(text)
    return found
