"""What people say of pairs of images."""

from bench_core.frames.column import FLAG, TEXT, TIME, Column, Frame

MARKS = Frame(
    (
        Column("set_name", TEXT, "name of the synthetic set"),
        Column("image_id", TEXT, "the synthetic image"),
        Column("train_name", TEXT, "name of the training set"),
        Column("train_image_id", TEXT, "the training image"),
        Column("mark", TEXT, "`copy`, `same patient`, `harmless`; empty: it was taken back"),
        Column("author", TEXT, "who says so"),
        Column("created", TIME, "when"),
        Column("stands", FLAG, "whether it is the last word on its pair"),
    )
)
"""One row per entry, in the order in which they were made."""
