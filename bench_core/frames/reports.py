"""Predicted reports, and what is read from films."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, TEXT_OR_NONE, Column, Frame

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

ROUND_TRIP = Frame(
    (
        Column("finding", TEXT, "a finding or a kind of device; `all`: all of them together"),
        Column("side", TEXT, "left or right; empty where it has none"),
        Column("asked", COUNT, "prompts that ask for it"),
        Column("read", COUNT, "images from which it is read"),
        Column("hits", COUNT, "images for which both hold"),
        Column("value", FLOAT, "F1 of what is read and what was asked"),
        Column("low", FLOAT, "lower end of its 95 percent interval, over prompts (or patients)"),
        Column("high", FLOAT, "upper end"),
        Column("null", FLOAT, "F1 on all held-out real images and their own reports"),
        Column("null_low", FLOAT, "lower end of its 95 percent interval, over patients"),
        Column("null_high", FLOAT, "upper end"),
    )
)
"""One row per finding and side that can be read; the first is all of them together."""

READ_REPORTS = Frame(
    (
        Column("image_id", TEXT, "the image"),
        Column("prompt", TEXT_OR_NONE, "the text that it was asked for with"),
        Column("asked", TEXT, "findings that the text states, of those that can be read"),
        Column("read", TEXT, "findings that are read from the image"),
        Column("missed", TEXT, "asked and not read"),
        Column("invented", TEXT, "read and not asked"),
        Column("f1", FLOAT, "F1 of the image; 1 where nothing was asked and nothing is read"),
    )
)
"""One row per image."""

RETRIEVAL = Frame(
    (
        Column("direction", TEXT, "image_to_report (the report of an image is looked for) or report_to_image"),
        Column("k", COUNT, "how many of the nearest are looked at"),
        Column("value", FLOAT, "recall: share of images whose own report, or of whose report an own image, is among them"),
        Column("low", FLOAT, "lower end of its 95 percent interval, over patients or prompts"),
        Column("high", FLOAT, "upper end"),
        Column("chance", FLOAT, "recall in a random order"),
        Column("null", FLOAT, "recall of as many held-out real images with their own reports; NaN where there are too few, or none"),
        Column("null_low", FLOAT, "lower end of the range in which one such draw falls"),
        Column("null_high", FLOAT, "upper end"),
        Column("images", COUNT, "images that are searched among"),
        Column("reports", COUNT, "different reports that are searched among"),
    )
)
"""One row per direction and k."""
