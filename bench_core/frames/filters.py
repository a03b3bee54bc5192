"""What filters say of images, and what numbers remain."""

from bench_core.frames.column import COUNT, FLAG, FLOAT, TEXT, TEXT_OR_NONE, Column, Frame

FILTER_LOG = Frame(
    (
        Column("image_id", TEXT, "image of the set that was filtered"),
        Column("kept", FLAG, "whether it stays"),
        Column("value", FLOAT, "what the threshold is compared with; infinite where no threshold makes it go"),
        Column("threshold", FLOAT, "the threshold"),
        Column("because", TEXT_OR_NONE, "training image that decided it; None where none did"),
        Column("patient", TEXT_OR_NONE, "patient of that image; None where unknown"),
        Column("reason", TEXT, "why it goes, in words; empty for one that stays"),
    )
)
"""One row per image of the set that was filtered, in its order."""

WHAT_REMAINS = Frame(
    (
        Column("metric", TEXT, "id of the metric"),
        Column("family", TEXT, "family of the metric"),
        Column("threshold", FLOAT, "threshold of the filter; NaN: nothing goes"),
        Column("kept", COUNT, "images that remain"),
        Column("share", FLOAT, "share of the images that remains"),
        Column("value", FLOAT, "the metric of what remains; NaN where it has none"),
        Column("low", FLOAT, "lower end of its interval; NaN where none was asked for"),
        Column("high", FLOAT, "upper end"),
        Column("matched", FLOAT, "the value at the sizes of the null; NaN where none was asked for"),
        Column("null", FLOAT, "what a perfect generator of so many images scores"),
        Column("null_low", FLOAT, "lower end of the range in which one falls"),
        Column("null_high", FLOAT, "upper end"),
        Column("message", TEXT, "why there is no value; else empty"),
    )
)
"""One row per metric and threshold."""
