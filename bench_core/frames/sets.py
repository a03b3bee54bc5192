"""Image sets, and where their images lie among others."""

from bench_core.data import FINDINGS
from bench_core.frames.column import COUNT, FLAG, FLOAT, FLOAT32, TEXT, TEXT_OR_NONE, TIME, Column, Frame

SETS = Frame(
    (
        Column("id", TEXT, "content key"),
        Column("name", TEXT, "what users call it; a set with two names has two rows"),
        Column("kind", TEXT, "`real`, `train` or `synthetic`"),
        Column("images", COUNT, "number of images"),
        Column("bytes", COUNT, "bytes on this machine"),
        Column("created", TIME, "when its table was written"),
        Column("generator", TEXT_OR_NONE, "id of the card of the model that made it"),
        Column("root", TEXT, "folder of the images, or URL below BENCH_IMAGES"),
        Column("prompts_are_reports", FLAG, "whether its prompts are imported reports"),
        Column("simulated", FLAG, "whether it is the simulated cohort"),
        Column("complete", FLAG, "whether all images that it was to have are there"),
    )
)
"""One row per name of a set."""

NEIGHBOURS = Frame(
    (
        Column("image_id", TEXT, "the synthetic image"),
        Column("rank", COUNT, "from 1, the nearest"),
        Column("train_image_id", TEXT, "the training image"),
        Column("distance", FLOAT32, "distance in the encoder's space"),
        Column("ratio", FLOAT32, "distance over the distance from that training image to the nearest one of another patient"),
    )
)
"""One row per synthetic image and neighbour."""

NEIGHBOURS_AND_HELD_OUT = NEIGHBOURS.with_columns(
    Column("held_out_share", FLOAT, "share of held-out real images whose rank-1 ratio is smaller: 0.01 is closer than all but one in 100"),
    Column("patients_as_near", COUNT, "held-out patients of whom an image has a rank-1 ratio as small"),
    Column("p_value", FLOAT, "exact, by rank: (1 + patients as near) / (1 + held-out patients)"),
)
"""As NEIGHBOURS, compared with held-out real images."""

PROJECTION = Frame(
    (
        Column("x", FLOAT32, "first coordinate"),
        Column("y", FLOAT32, "second coordinate"),
        Column("set_id", TEXT, "id of the image's set"),
        Column("set_name", TEXT, "name of that set"),
        Column("kind", TEXT, "`real`, `train` or `synthetic`"),
        Column("generator", TEXT_OR_NONE, "id of the card of the model that made it"),
        Column("image_id", TEXT, "the image"),
        Column("prompt", TEXT_OR_NONE, "its prompt or report"),
        Column("placed", TEXT, "`fitted`, or `interpolated` between fitted images"),
        *(Column(finding, FLOAT, "1, 0, -1 uncertain, NaN unknown") for finding in FINDINGS),
    )
)
"""One row per image on the map."""
