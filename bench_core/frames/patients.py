"""Whose film a synthetic image may be."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, TEXT_OR_NONE, Column, Frame

MATCHES = Frame(
    (
        Column("image_id", TEXT, "the synthetic image"),
        Column("train_image_id", TEXT, "the training image that is likeliest of the same patient"),
        Column("subject_id", TEXT_OR_NONE, "that image's patient, where it is known"),
        Column("score", FLOAT, "how alike they are: the higher, the likelier one patient"),
        Column("chance", FLOAT, "chance that a film of somebody who is not in the training set scores so high, from held-out patients"),
    )
)
"""One row per synthetic image, its best match among all training images."""

PAIR_SCORES = Frame(
    (
        Column("kind", TEXT, "`same` patient or `different` patients"),
        Column("low", FLOAT, "lower edge of the bin"),
        Column("high", FLOAT, "upper edge of the bin"),
        Column("count", COUNT, "pairs of held-out real films in it"),
    )
)
"""Histograms of pairs of real films."""

PROMPT_SCORES = Frame(
    (
        Column("prompt", TEXT, "a training report that images were made for"),
        Column("train_image_id", TEXT, "the first training image with that report"),
        Column("images", COUNT, "how many images were made for it"),
        Column("mean", FLOAT, "mean score of these with that training image"),
        Column("max", FLOAT, "highest of them"),
    )
)
"""One row per prompt, as CheXGenBench pairs them."""
