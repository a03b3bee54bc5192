"""Synthetic sets against each other: paired differences, and how likely each is on the Pareto front.

Both rest on the draws that `scoring/uncertainty.py` keeps. Draw i of every set was made with the same half of `real` (and a half of its
own images), so differences are taken draw by draw: what the choice of real images does to both drops out. Sets that were evaluated with
different seeds share no halves; their intervals are wider then, not wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.answers.matched_values import BySize, matched_values
from bench_core.engine.answers.results import results_frame
from bench_core.engine.keys import draws_key
from bench_core.engine.scoring import student
from bench_core.engine.scoring.common_sizes import FEWEST
from bench_core.errors import InputError
from bench_core.frames import DIFFERENCES, FRONT
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace

Number = TypeVar("Number", float, np.ndarray)


DRAWS = 2000
"""Joint draws behind a chance of being on the front."""


@dataclass(frozen=True)
class NumberWithDraws:
    """A number of one set with its draws. `matched` and `null` are None where there are none.

    Attributes:
        draws: (B,) values on half-samples; row i of all sets of one reference shares its half of `real`.
        n: synthetic images behind the value.
        width: how far from the null a perfect generator's matched value lies on the worse side, at most (95 percent).
        at: matched values by size: its own, and those of smaller sets judged against the same reference; empty where none were kept.
    """

    value: float
    matched: float | None
    null: float | None
    draws: np.ndarray
    n: int
    width: float = 0.0
    at: Mapping[int, float] = field(default_factory=dict)

    @property
    def size(self) -> int | None:
        """The size of its own matched value; None where that was not kept."""
        return next(iter(self.at), None)


def measurements(
    workspace: Workspace, reference: Reference, metrics: Sequence[str], subgroup: str = "all"
) -> dict[str, dict[str, NumberWithDraws]]:
    """Numbers with stored draws by metric and name of the set, newest evaluation; what has none is left out."""
    rows = results_frame(workspace, reference, None, with_step=True)
    rows = rows[(rows["status"] == "ok") & (rows["mode"] == "corrected") & (rows["subgroup"] == subgroup) & rows["metric"].isin(metrics)]
    tables: dict[str, pd.DataFrame | None] = {}
    sizes: dict[str, dict[str, BySize]] = {}
    found: dict[str, dict[str, NumberWithDraws]] = {m: {} for m in metrics}
    for row in rows.to_dict("records"):
        step = row["step_key"]
        if step not in tables:
            tables[step] = workspace.derived.table(draws_key(step))
        table = tables[step]
        if table is not None and row["metric"] in table:
            draws, metric = table[row["metric"]].to_numpy(float), registry.metrics()[row["metric"]]
            at = matched_values(workspace, row, sizes)
            found[row["metric"]][row["set_name"]] = NumberWithDraws(
                row["value"], _present(row["matched"]), _present(row["null"]), draws, int(row["n_synthetic"]), _width(row, metric), at
            )
    return found


def _width(row: Mapping[str, Any], metric: Metric) -> float:
    """From the null to the end of its range on the worse side; the longer one where both sides are worse. 0 where there is no range."""
    null = _present(row["null"])
    ends = {"minimize": ("null_high",), "maximize": ("null_low",)}.get(str(metric.goal), ("null_low", "null_high"))
    known = [end for end in (_present(row[name]) for name in ends) if end is not None]
    return max((abs(end - null) for end in known), default=0.0) if null is not None else 0.0


def at_one_size(sets: Mapping[str, NumberWithDraws]) -> dict[str, NumberWithDraws]:
    """The sets whose numbers can stand side by side, each matched at one size, with the null of that size.

    Sets of one number of images are as they are. Else all are taken at the size of the smallest that is not too small to say anything
    (`common_sizes.FEWEST`); those that have no matched value there (smaller, or evaluated before such were kept) are left out.
    """
    if len({m.n for m in sets.values()}) < 2 and len({m.size for m in sets.values()} - {None}) < 2:
        return dict(sets)
    known = {name: m for name, m in sets.items() if m.size is not None and m.size >= FEWEST and m.matched is not None}
    size = min((m.size for m in known.values() if m.size is not None), default=0)
    smallest = next((m for m in known.values() if m.size == size), None)
    if smallest is None:
        return {}
    return {
        name: replace(m, value=m.at[size], matched=m.at[size], null=smallest.null, width=smallest.width)
        for name, m in known.items()
        if size in m.at
    }


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

    Values are compared where both stem from the same number of images; else matched values at the size of the smaller set, since most
    metrics depend on it (`basis`). Where there are none at one size, nothing is said: the difference is NaN and `basis` empty. The
    interval is the difference +- Student's t times the standard deviation of the differences draw by draw. For a goal that is a value,
    distances from it say which one is better.
    """
    pair = at_one_size({"one": one, "two": two})
    if len(pair) < 2:
        return {"difference": np.nan, "low": np.nan, "high": np.nan, "excludes_zero": False, "better": "", "basis": ""}
    first, second = pair["one"].value, pair["two"].value
    spread = student.ppf(0.975, _freedom(one, two)) * float(np.std(one.draws - two.draws, ddof=1))
    low, high = first - second - spread, first - second + spread
    apart = not low <= 0 <= high
    cheaper = oriented(first, metric) < oriented(second, metric)
    better = ("first" if cheaper else "second") if apart else ""
    basis = "value" if pair["one"] is one else "matched"
    return {"difference": first - second, "low": low, "high": high, "excludes_zero": apart, "better": better, "basis": basis}


def _freedom(one: NumberWithDraws, two: NumberWithDraws) -> int:
    """Degrees of freedom of a difference: as for intervals, of the draws or of the units of the smaller set, whichever are fewer."""
    return max(1, min(len(one.draws), *(m.size or m.n for m in (one, two))) - 1)


def pareto(workspace: Workspace, reference: Reference, metrics: Sequence[str], synthetic: Sequence[str] | None, raw: bool) -> pd.DataFrame:
    """`pareto_probability` of the sets that have draws of all those metrics, unless `raw` at one size (see `at_one_size`).

    Raises:
        UnknownName: there is no such metric or set.
        InputError: no metric was named.
    """
    if not metrics:
        raise InputError("No metric was named for the Pareto front.", "Name one or more.")
    axes = [registry.find_metric(m) for m in dict.fromkeys(metrics)]
    found = measurements(workspace, reference, [m.id for m in axes])
    names = [n for n in (synthetic or list(found[axes[0].id])) if all(n in found[m.id] for m in axes)]
    chosen = {m.id: {n: found[m.id][n] for n in names} for m in axes}
    if not raw:
        chosen = {metric: at_one_size(sets) for metric, sets in chosen.items()}
        names = [n for n in names if all(n in sets for sets in chosen.values())]
    chance = pareto_probability([[chosen[m.id][n] for m in axes] for n in names], axes, raw)
    return FRONT.of(pd.DataFrame({"set_name": names, "probability": chance, "draws": [DRAWS] * len(names)}))


def pareto_probability(sets: Sequence[Sequence[NumberWithDraws]], axes: Sequence[Metric], raw: bool = False) -> np.ndarray:  # (S,)
    """Share of joint draws in which no other set beats a set: is better on one axis by more than chance and worse on none by more.

    A draw is the matched value, moved by how far half-samples move values: half-samples are smaller, and many metrics are biased by that,
    so that only their spread is taken. DRAWS joint draws have the covariance of the stored ones over all sets and axes (a Gaussian, as the
    intervals of the differences have it). Costs are shortfalls from the null, cut at 0, so that sets which are as good as perfect tie.
    Chance is what the matched values of two perfect generators differ by, in 95 of 100 cases: equal sets are all on the front, whatever
    their noise. With `raw` costs are plain values, and nothing ties but equal ones.
    """
    if not sets:
        return np.zeros(0)
    kept = min(len(m.draws) for row in sets for m in row)
    stored = np.array([[m.draws[:kept] for m in row] for row in sets])  # (S, A, B)
    apart = stored - stored.mean(axis=2, keepdims=True)
    mixed = np.random.default_rng(0).normal(size=(kept, DRAWS)) / max(kept - 1, 1) ** 0.5
    costs = np.empty((DRAWS, len(sets), len(axes)))
    for s, row in enumerate(sets):
        for a, (measured, metric) in enumerate(zip(row, axes, strict=True)):
            centre = measured.value if raw or measured.matched is None else measured.matched
            values = centre + apart[s, a] @ mixed
            costs[:, s, a] = oriented(values, metric) if raw else shortfall(values, measured.null, metric)
    ties = np.zeros(len(axes)) if raw else np.array([2**0.5 * max(row[a].width for row in sets) for a in range(len(axes))])
    out: np.ndarray = np.mean([pareto_front(c, ties) for c in costs], axis=0)
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


def pareto_front(costs: np.ndarray, ties: np.ndarray | float = 0.0) -> np.ndarray:  # (N, A) lower is better, (A,) -> (N,) bool
    """True where no other row is better somewhere and worse nowhere, by more than `ties`; rows with NaN never belong."""
    costs = np.asarray(costs, dtype=float)
    finite = np.isfinite(costs).all(axis=1)
    far = costs[:, None] - costs[None]  # (N, N, A) row i minus row j
    beats = (far <= ties).all(axis=2) & (far < -np.asarray(ties)).any(axis=2)
    out: np.ndarray = finite & ~(beats & finite[:, None]).any(axis=0)
    return out


def _present(number: float | None) -> float | None:
    return None if number is None or not np.isfinite(number) else float(number)
