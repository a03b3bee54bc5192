"""Which synthetic image shows which training image, and how sure that is."""

from bench_core.frames.column import COUNT, FLAG, FLOAT, TEXT, TEXT_OR_NONE, Column, Frame

DETECTIONS = Frame(
    (
        Column("image_id", TEXT, "the synthetic image"),
        Column("rank", COUNT, "of the training image among the candidates of that image, from 1, the closest by the vote"),
        Column("train_image_id", TEXT, "the training image"),
        Column("train_subject_id", TEXT_OR_NONE, "whose film that is"),
        Column("copy", FLOAT, "closeness in the copy encoder: cosine; NaN where none was asked"),
        Column("features", FLOAT, "closeness in the encoder: minus distance over spacing of the training images there"),
        Column("pixels", FLOAT, "correlation of the better half of the two films where they lie on each other"),
        Column("fine", FLOAT, "the same at twice the resolution: vessels"),
        Column("whole", FLOAT, "the correlation of the whole films"),
        Column("outside", FLOAT, "the highest correlation that is left outside of one region of up to half the film"),
        Column("p_copy", FLOAT, "chance that a held-out patient's closest training image is at least as close in the copy encoder; or NaN"),
        Column("p_features", FLOAT, "the same for the encoder"),
        Column("p_pixels", FLOAT, "the same for aligned pixels, by bones or vessels, whichever are more unusual"),
        Column("p", FLOAT, "the same for the vote: what all see together, which is judged by that of held-out patients"),
        Column("down", FLOAT, "how the training image is moved to lie on the synthetic one: share of its height"),
        Column("right", FLOAT, "share of its width"),
        Column("angle", FLOAT, "degrees, clockwise"),
        Column("scale", FLOAT, "above 1 it is enlarged"),
        Column("mirrored", FLAG, "left and right are exchanged, before all of this"),
        Column("words", TEXT, "what kind of pair it is: `exact`, `near` or `unrelated`, at 1 % of accepted false flags"),
    )
)
"""One row per synthetic image and training image that one of the detectors found among the closest."""

PLANTED_RECALL = Frame(
    (
        Column("truth", TEXT, "`exact` or `near` for planted copies; `unrelated` for held-out films, of which every flag is false"),
        Column("planting", TEXT, "how the copies were altered; empty for held-out films"),
        Column("strength", FLOAT, "by how much, in the unit of that way; 0 where there is one way only"),
        Column("detector", TEXT, "`copy`, `features`, `pixels` or `vote`"),
        Column("share", FLOAT, "false flags that are accepted among held-out patients"),
        Column("films", COUNT, "how many were planted"),
        Column("found", COUNT, "how many are flagged together with the film that they are copies of"),
        Column("recall", FLOAT, "found over films; NaN where there are too few held-out patients for that share"),
        Column("low", FLOAT, "lower end of its 95 percent interval (exact binomial)"),
        Column("high", FLOAT, "upper end"),
    )
)
"""One row per way to alter a copy, strength, detector and share."""
