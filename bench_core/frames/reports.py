"""Predicted reports, and what is read from films."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, Column, Frame

REPORT_SCORES = Frame(
    (
        Column("score", TEXT, "id of the score"),
        Column("title", TEXT, "what people call it"),
        Column("finding", TEXT, "one of the 14 CheXpert labels; `all`: the score over all reports"),
        Column("value", FLOAT, "over all pairs of reports; NaN where no report states or predicts the finding"),
        Column("low", FLOAT, "lower end of its 95 percent interval, over patients"),
        Column("high", FLOAT, "upper end"),
        Column("chance", FLOAT, "the same for predictions beside reports of other patients; NaN for scores of other packages"),
        Column("reports", COUNT, "references that state the finding; `all`: pairs of reports"),
    )
)
"""One row per score, and per score and finding where it looks at findings."""
