"""Metrics beside what sets are worth for training."""

from typing import NamedTuple

from bench_core.frames.column import COUNT, FLOAT, TEXT, Column, Frame


class WorthFigure(NamedTuple):
    """A figure of what sets are worth: the mean gain over all findings, at all steps alike.

    Attributes:
        arm: what was trained on.
        share: of the real patients, 0 to 1.
        measure: AUROC and the like, an id of `UTILITY`.
    """

    classifier: str
    arm: str
    share: float
    measure: str


METRIC_WORTH = Frame(
    (
        Column("classifier", TEXT, "what was trained"),
        Column("arm", TEXT, "id of the arm whose gain over real images alone is meant"),
        Column("share", FLOAT, "of the real training patients"),
        Column("measure", TEXT, "auroc, auprc, ..."),
        Column("metric", TEXT, "the metric"),
        Column("rho", FLOAT, "Spearman's rank correlation over the sets, the metric turned so that up is better"),
        Column("low", FLOAT, "lower end of its 95 percent interval: bootstrap over sets and draws; NaN where too few draws have an answer"),
        Column("high", FLOAT, "upper end"),
        Column("left_low", FLOAT, "the lowest rho with one family of generators left out"),
        Column("left_high", FLOAT, "the highest"),
        Column("n", COUNT, "sets"),
    )
)
"""One row per utility figure and metric."""
