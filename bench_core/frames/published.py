"""Numbers and statements of others."""

from bench_core.frames.column import COUNT_OR_NA, FLOAT, TEXT, TIME, Column, Frame

PUBLISHED = Frame(
    (
        Column("paper", TEXT, "who printed it"),
        Column("model", TEXT, "the model, as printed"),
        Column("metric", TEXT, "the metric, as printed"),
        Column("value", FLOAT, "the number, as printed"),
        Column("better", TEXT, "`lower`, `higher`, or empty"),
        Column("source", TEXT, "table or page"),
        Column("file", TEXT, "file that holds the cell here"),
        Column("metric_id", TEXT, "our metric; empty where none is the same"),
        Column("encoder", TEXT, "our encoder; empty where none is the same"),
        Column("mode", TEXT, "`compatible` where it is that protocol, or empty"),
        Column("subgroup", TEXT, "`all` or `finding=Pneumonia`"),
        Column("data", TEXT, "data set"),
        Column("kind", TEXT, "`result` of a model, or a fact of the `protocol`"),
        Column("warning", TEXT, "why the cell should not be trusted; empty for most"),
        Column("note", TEXT, "what else was printed beside it"),
    )
)
"""One row per printed cell."""

STATEMENTS = Frame(
    (
        Column("paper", TEXT, "who says it"),
        Column("topic", TEXT, "what it is about"),
        Column("statement", TEXT, "in their words or close to them"),
        Column("origin", TEXT, "abstract, or somebody's summary"),
        Column("source", TEXT, "where it stands"),
    )
)
"""One row per statement."""

IMPORTED_RESULTS = Frame(
    (
        Column("name", TEXT, "name of the import"),
        Column("file", TEXT, "name of the file"),
        Column("row", COUNT_OR_NA, "row of the file, from 1; none for means over a file"),
        Column("model", TEXT, "the model, as in the file"),
        Column("metric", TEXT, "name of the file's column"),
        Column("metric_id", TEXT, "our metric; empty where none is the same"),
        Column("encoder", TEXT, "our encoder; empty where none is the same"),
        Column("better", TEXT, "`lower`, `higher`, or empty"),
        Column("mode", TEXT, "`compatible` where it is that protocol, or empty"),
        Column("subgroup", TEXT, "`all` or `finding=Pneumonia`"),
        Column("caption", TEXT, "what the file says of the row"),
        Column("value", FLOAT, "the number"),
        Column("n", COUNT_OR_NA, "rows behind a mean"),
        Column("warning", TEXT, "why it should not be trusted; empty for most"),
        Column("created", TIME, "when it was imported"),
    )
)
"""One row per number of a result file."""
