"""Sets compared: differences, Pareto fronts, metrics that rank alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.registry import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def compare(
    real: str, train: str | None, encoder: str, metrics: Sequence[str] | None = None, synthetic: Sequence[str] | None = None,
    subgroup: str = "all",
) -> pd.DataFrame:  # fmt: skip
    """`frames.DIFFERENCES` between each two synthetic sets of a study, paired: both on the same halves of `real`.

    Only numbers whose evaluation kept its draws can be compared: evaluate the others again.

    Args:
        metrics: None: all that read a synthetic set.
        synthetic: names of sets; None: all of the study.

    Raises:
        UnknownName: there is no such metric or set.
    """
    from bench_core.engine.answers.comparison import compare

    return compare(open_workspace(), real, train, encoder, metrics, synthetic, subgroup)


def pareto(
    real: str, train: str | None, encoder: str, metrics: Sequence[str], synthetic: Sequence[str] | None = None, raw: bool = False
) -> pd.DataFrame:
    """`frames.FRONT`: how likely each synthetic set of a study is on the Pareto front of those metrics, over the joint draws of all sets.

    On the shortfall from the null, cut at 0, unless `raw`. Sets without kept draws are left out.

    Raises:
        UnknownName: there is no such metric.
        InputError: no metric was named.
    """
    from bench_core.engine.answers.comparison import pareto

    return pareto(open_workspace(), real, train, encoder, metrics, synthetic, raw)


def redundancy(real: str, train: str | None, encoder: str, synthetic: Sequence[str] | None = None) -> pd.DataFrame:
    """`frames.CORRELATIONS` of each two metrics over the synthetic sets of a study, up being better for all.

    In an order in which metrics that rank alike are neighbours. Only numbers whose evaluation kept its draws.
    """
    from bench_core.engine.answers.redundancy import redundancy

    return redundancy(open_workspace(), real, train, encoder, synthetic)


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
