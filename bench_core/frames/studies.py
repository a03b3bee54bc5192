"""Studies and their cells."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, TIME, Column, Frame

STUDIES = Frame(
    (
        Column("key", TEXT, "content key of the study"),
        Column("title", TEXT, "what it is called"),
        Column("summary", TEXT, "what it asks"),
        Column("encoder", TEXT, "the space that it reads"),
        Column("toml", TEXT, "its text"),
        Column("created", TIME, "when it was first asked for"),
        Column("done", COUNT, "cells that are made or cannot be"),
        Column("total", COUNT, "cells; 0 before it was begun"),
        Column("message", TEXT, "what was done last"),
    )
)
"""One row per study."""

STUDY_CELLS = Frame(
    (
        Column("source", TEXT, "the generator with the settings that were asked for, or the set; `real images`"),
        Column("filter", TEXT, "filter and threshold; empty: none"),
        Column("arm", TEXT, "what the classifier learned from"),
        Column("classifier", TEXT, "`linear`, `mlp`, `knn` or `private`"),
        Column("release", TEXT, "what is released: see docs/studies.md"),
        Column("epsilon", FLOAT, "of a differentially private classifier"),
        Column("share", FLOAT, "of the real training patients whom arms may learn from"),
        Column("state", TEXT, "`made`, `not made yet` or `could not be made`"),
        Column("set_name", TEXT, "the synthetic set, filtered where that was asked for"),
        Column("synthetic", TEXT, "its id"),
        Column("images", COUNT, "its images"),
        Column("utility", FLOAT, "mean AUROC of the classifier on held-out patients"),
        Column("utility_low", FLOAT, "lower end of its 95 percent interval, over patients and trainings"),
        Column("utility_high", FLOAT, "upper end"),
        Column("gain", FLOAT, "utility less that of real images alone at this share"),
        Column("gain_low", FLOAT, "lower end of its 95 percent interval, paired"),
        Column("gain_high", FLOAT, "upper end"),
        Column("attack", TEXT, "the attack that fits what is released"),
        Column("attack_auc", FLOAT, "area under its ROC curve, members against held-out patients; 0.5 is chance"),
        Column("attack_low", FLOAT, "lower end of its 95 percent interval"),
        Column("attack_high", FLOAT, "upper end"),
        Column("found", FLOAT, "share of training patients above all but 1 percent of the others; 0.01 is chance"),
        Column("found_low", FLOAT, "lower end of its 95 percent interval"),
        Column("found_high", FLOAT, "upper end"),
        Column("verdict", TEXT, "what may be said of the attack"),
        Column("seconds", FLOAT, "its share of the time of its runs; 0 for what was there before"),
        Column("message", TEXT, "why it could not be made; empty where it could"),
    )
)
"""One row per cell."""
