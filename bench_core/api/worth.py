"""Which metric to look at, and what the field has found, both of the sets that are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.field_finding import FieldFinding
from bench_core.frames.metric_worth import WorthFigure
from bench_core.records import Reference

if TYPE_CHECKING:
    import pandas as pd


def worth_figures(reference: Reference) -> list[WorthFigure]:
    """The utility figures that enough sets have for `metric_worth`."""
    from bench_core.engine.answers.metric_worth import worth_figures
    from bench_core.engine.answers.utility import utility

    return worth_figures(utility(open_workspace(), reference))


def metric_worth(reference: Reference, figure: WorthFigure) -> pd.DataFrame:
    """`frames.METRIC_WORTH`: rank correlation of every metric with a utility figure, over the sets that have both."""
    from bench_core.engine.answers.metric_worth import metric_worth
    from bench_core.engine.answers.utility import utility

    workspace = open_workspace()
    return metric_worth(workspace, reference, utility(workspace, reference), [figure])


def reading_of_worth(rows: pd.DataFrame) -> str:
    """What the rows of one figure say, in plain words; it names n and claims no more than so many sets allow."""
    from bench_core import registry
    from bench_core.engine.answers.metric_worth import reading

    return reading(rows, {i: metric.title for i, metric in registry.metrics().items()})


def field_findings(reference: Reference) -> list[FieldFinding]:
    """What papers found, in the order of their letters, each with its verdict on the sets judged against this reference."""
    from bench_core.engine.answers.field import field_findings

    return field_findings(open_workspace(), reference)
