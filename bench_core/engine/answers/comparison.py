"""Synthetic sets against each other: paired differences, and how likely each is on the Pareto front.

Both rest on the draws that `scoring/uncertainty.py` keeps. Draw i of every set was made with the same half of `real` (and a half of its
own images), so differences are taken draw by draw: what the choice of real images does to both drops out. Sets that were evaluated with
different seeds share no halves; their intervals are wider then, not wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.answers.results import results_frame
from bench_core.engine.keys import draws_key
from bench_core.errors import InputError
from bench_core.frames import DIFFERENCES, FRONT
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace

Number = TypeVar("Number", float, np.ndarray)


@dataclass(frozen=True)
class NumberWithDraws:
    """A number of one set with its draws. `matched` and `null` are None where there are none.

    Attributes:
        draws: (B,) values on half-samples; row i of all sets of one reference shares its half of `real`.
        n: synthetic images behind the value.
    """

    value: float
    matched: float | None
    null: float | None
    draws: np.ndarray
    n: int


def measurements(
    workspace: Workspace, reference: Reference, metrics: Sequence[str], subgroup: str = "all"
) -> dict[str, dict[str, NumberWithDraws]]:
    """Numbers with stored draws by metric and name of the set, newest evaluation; what has none is left out."""
    rows = results_frame(workspace, reference, None, with_step=True)
    rows = rows[(rows["status"] == "ok") & (rows["mode"] == "corrected") & (rows["subgroup"] == subgroup) & rows["metric"].isin(metrics)]
    tables: dict[str, pd.DataFrame | None] = {}
    found: dict[str, dict[str, NumberWithDraws]] = {m: {} for m in metrics}
    for row in rows.to_dict("records"):
        step = row["step_key"]
        if step not in tables:
            tables[step] = workspace.derived.table(draws_key(step))
        table = tables[step]
        if table is not None and row["metric"] in table:
            draws = table[row["metric"]].to_numpy(float)
            found[row["metric"]][row["set_name"]] = NumberWithDraws(
                row["value"], _present(row["matched"]), _present(row["null"]), draws, int(row["n_synthetic"])
            )
    return found


def compare(
    workspace: Workspace, reference: Reference, metrics: Sequence[str] | None, synthetic: Sequence[str] | None, subgroup: str
) -> pd.DataFrame:
    """`difference` of each two sets by each metric: one row per metric and pair, in the order of `metrics` and of `synthetic`.

    Args:
        metrics: None: all that read a synthetic set; one that reads none is left out.
        synthetic: names of sets; None: all with draws.

    Raises:
        UnknownName: there is no such metric or set.
    """
    chosen = [registry.find_metric(m) for m in metrics] if metrics is not None else list(registry.metrics().values())
    chosen = [m for m in chosen if "synthetic" in m.reads]
    found = measurements(workspace, reference, [m.id for m in chosen], subgroup)
    rows = []
    for metric in chosen:
        sets = found[metric.id]
        names = list(sets) if synthetic is None else [n for n in synthetic if n in sets]
        rows += [{"metric": metric.id, "first": a, "second": b, **difference(sets[a], sets[b], metric)} for a, b in combinations(names, 2)]
    return DIFFERENCES.of(rows)


def difference(one: NumberWithDraws, two: NumberWithDraws, metric: Metric) -> dict[str, Any]:
    """`one` minus `two` with its 95 percent interval, and which of them is better where the interval leaves 0 out.

    Values are compared where both stem from the same number of images; else matched values, since most metrics depend on it. The
    interval is the difference +- 1.96 standard deviations of the differences draw by draw. For a goal that is a value, distances from it
    say which one is better.
    """
    basis = "value" if one.n == two.n or one.matched is None or two.matched is None else "matched"
    first, second = (m.value if basis == "value" else float(m.matched or 0) for m in (one, two))
    spread = 1.96 * float(np.std(one.draws - two.draws, ddof=1))
    low, high = first - second - spread, first - second + spread
    apart = not low <= 0 <= high
    cheaper = oriented(first, metric) < oriented(second, metric)
    better = ("first" if cheaper else "second") if apart else ""
    return {"difference": first - second, "low": low, "high": high, "excludes_zero": apart, "better": better, "basis": basis}


def pareto(workspace: Workspace, reference: Reference, metrics: Sequence[str], synthetic: Sequence[str] | None, raw: bool) -> pd.DataFrame:
    """`pareto_probability` of the sets that have draws of all those metrics. Columns: set_name, probability, draws (how many).

    Raises:
        UnknownName: there is no such metric or set.
        InputError: no metric was named.
    """
    if not metrics:
        raise InputError("No metric was named for the Pareto front.", "Name one or more.")
    axes = [registry.find_metric(m) for m in dict.fromkeys(metrics)]
    found = measurements(workspace, reference, [m.id for m in axes])
    names = [n for n in (synthetic or list(found[axes[0].id])) if all(n in found[m.id] for m in axes)]
    chance = pareto_probability([[found[m.id][n] for m in axes] for n in names], axes, raw)
    draws = [len(found[axes[0].id][n].draws) for n in names]
    return FRONT.of(pd.DataFrame({"set_name": names, "probability": chance, "draws": draws}))


def pareto_probability(sets: Sequence[Sequence[NumberWithDraws]], axes: Sequence[Metric], raw: bool = False) -> np.ndarray:  # (S,)
    """Share of joint draws in which no other set is at least as good on all axes and better on one.

    A draw is the matched value, moved by how far the half-sample's value lies from the mean of its kind: half-samples are smaller, and
    many metrics are biased by that. Costs are shortfalls from the null, cut at 0, so that sets which are as good as perfect tie and all
    belong to the front. With `raw` costs are plain values.
    """
    if not sets:
        return np.zeros(0)
    draws = min(len(m.draws) for row in sets for m in row)
    costs = np.empty((draws, len(sets), len(axes)))
    for s, row in enumerate(sets):
        for a, (measured, metric) in enumerate(zip(row, axes, strict=True)):
            centre = measured.value if raw or measured.matched is None else measured.matched
            values = centre + measured.draws[:draws] - measured.draws[:draws].mean()
            costs[:, s, a] = oriented(values, metric) if raw else shortfall(values, measured.null, metric)
    out: np.ndarray = np.mean([pareto_front(c) for c in costs], axis=0)
    return out


def oriented(value: Number, metric: Metric) -> Number:
    """The value turned so that lower is better."""
    if metric.goal == "minimize":
        return value
    return -value if metric.goal == "maximize" else abs(value - metric.goal.value)


def shortfall(matched: Number, null: float | None, metric: Metric) -> Number:
    """How far a value is from what a perfect generator scores, cut at 0: better than perfect is no merit.

    Without a null it is the plain value, turned so that lower is better.
    """
    if null is None or not np.isfinite(null):
        return oriented(matched, metric)
    far = oriented(matched, metric) - oriented(null, metric)
    return far * (far > 0)


def pareto_front(costs: np.ndarray) -> np.ndarray:  # (N, A) lower is better -> (N,) bool
    """True where no other row is at least as good everywhere and better somewhere; ties stay; rows with NaN never belong."""
    costs = np.asarray(costs, dtype=float)
    finite = np.isfinite(costs).all(axis=1)
    no_worse = (costs[:, None] <= costs[None]).all(axis=2)  # (N, N) row i is no worse than row j
    better = (costs[:, None] < costs[None]).any(axis=2)
    dominated = (no_worse & better & finite[:, None]).any(axis=0)
    out: np.ndarray = finite & ~dominated
    return out


def _present(number: float | None) -> float | None:
    return None if number is None or not np.isfinite(number) else float(number)
