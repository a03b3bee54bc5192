"""Sets compared: differences, Pareto fronts, metrics that rank alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Reference
from bench_core.registry import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def compare(
    reference: Reference, metrics: Sequence[str] | None = None, synthetic: Sequence[str] | None = None, subgroup: str = "all"
) -> pd.DataFrame:
    """`frames.DIFFERENCES` between each two synthetic sets judged against a reference, paired: both on the same halves of `real`.

    Only numbers whose evaluation kept its draws can be compared: evaluate the others again.

    Args:
        metrics: None: all that read a synthetic set.
        synthetic: names of sets; None: all that were judged against it.

    Raises:
        UnknownName: there is no such metric or set.
    """
    from bench_core.engine.answers.comparison import compare

    return compare(open_workspace(), reference, metrics, synthetic, subgroup)


def pareto(reference: Reference, metrics: Sequence[str], synthetic: Sequence[str] | None = None, raw: bool = False) -> pd.DataFrame:
    """`frames.FRONT`: how likely each synthetic set is on the Pareto front of those metrics, over the joint draws of all sets.

    On the shortfall from the null, cut at 0, unless `raw`. Sets without kept draws are left out.

    Raises:
        UnknownName: there is no such metric.
        InputError: no metric was named.
    """
    from bench_core.engine.answers.comparison import pareto

    return pareto(open_workspace(), reference, metrics, synthetic, raw)


def many_numbers(results: pd.DataFrame, within: Sequence[str] = ()) -> pd.DataFrame:
    """`frames.CHANCES` of rows of `results`, one each: how surprising they are, and which remain so once their number is allowed for.

    Args:
        within: columns; the number is allowed for within each group of equal ones. None of them: within all rows.
    """
    from bench_core.engine.answers.many_numbers import many_numbers

    return many_numbers(results, within)


def redundancy(reference: Reference, synthetic: Sequence[str] | None = None) -> pd.DataFrame:
    """`frames.CORRELATIONS` of each two metrics over the synthetic sets judged against a reference, up being better for all.

    In an order in which metrics that rank alike are neighbours. Only numbers whose evaluation kept its draws.
    """
    from bench_core.engine.answers.redundancy import redundancy

    return redundancy(open_workspace(), reference, synthetic)


def shortfall(matched: float, null: float | None, metric: Metric) -> float:
    """How far a value is from what a perfect generator scores, cut at 0; without a null the value, turned so that lower is better."""
    from bench_core.engine.answers.comparison import shortfall

    return shortfall(matched, null, metric)


def oriented(value: float, metric: Metric) -> float:
    """A value turned so that lower is better."""
    from bench_core.engine.answers.comparison import oriented

    return oriented(value, metric)


def pareto_front(costs: np.ndarray) -> np.ndarray:  # (N, A) lower is better -> (N,) bool
    """True where no other row is at least as good everywhere and better somewhere; ties stay; rows with NaN never belong."""
    from bench_core.engine.answers.comparison import pareto_front

    return pareto_front(costs)
