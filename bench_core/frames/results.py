"""Our own numbers, and what is made of them."""

from bench_core.frames.column import COUNT, COUNT_OR_NA, FLAG, FLOAT, MAPPING, TEXT, TEXT_OR_NONE, TIME, Column, Frame

RESULTS = Frame(
    (
        Column("run", TEXT, "id of the run that computed it"),
        Column("synthetic", TEXT, "id of the set that is judged"),
        Column("real", TEXT, "id of the set of held-out real images"),
        Column("train", TEXT_OR_NONE, "id of the training set"),
        Column("set_name", TEXT, "name of the set that is judged"),
        Column("generator", TEXT_OR_NONE, "id of the card of the model that made it"),
        Column("generator_title", TEXT_OR_NONE, "title of that card"),
        Column("encoder", TEXT, "id of the encoder in whose space it is"),
        Column("encoder_revision", TEXT_OR_NONE, "pinned revision of its weights"),
        Column("metric", TEXT, "id of the metric"),
        Column("family", TEXT, "family of the metric"),
        Column("subgroup", TEXT, "`all`, `finding=Pneumonia` or `view=AP`"),
        Column("value", FLOAT, "the number, of all images"),
        Column("low", FLOAT, "lower end of its 95 percent interval"),
        Column("high", FLOAT, "upper end"),
        Column("matched", FLOAT, "the number at the sizes of the null; only it compares with the null"),
        Column("null", FLOAT, "what a perfect generator scores at those sizes"),
        Column("null_low", FLOAT, "lower end of the range in which 95 percent of perfect generators fall"),
        Column("null_high", FLOAT, "upper end"),
        Column("mode", TEXT, "`corrected` or `compatible`"),
        Column("settings", MAPPING, "settings of the metric by name"),
        Column("seed", COUNT, "seed of the run"),
        Column("version", COUNT, "version of the metric"),
        Column("status", TEXT, "`ok`, `skipped` or `failed`"),
        Column("message", TEXT, "why it was skipped or failed, or a caveat"),
        Column("n_real", COUNT_OR_NA, "real images behind it"),
        Column("n_synthetic", COUNT_OR_NA, "synthetic images behind it"),
        Column("n_train", COUNT_OR_NA, "training images behind it"),
        Column("seconds", FLOAT, "its own time and an equal share of shared passes"),
        Column("created", TIME, "when it was computed"),
    )
)
"""One row per number."""

PER_IMAGE = Frame(
    (Column("image_id", TEXT, "the synthetic image"),),
    more="one column per metric with values per image: `metric`, or `encoder/metric` where a run has several encoders",
)
"""One row per synthetic image."""

DIFFERENCES = Frame(
    (
        Column("metric", TEXT, "id of the metric"),
        Column("first", TEXT, "name of a set"),
        Column("second", TEXT, "name of another set"),
        Column("difference", FLOAT, "first minus second"),
        Column("low", FLOAT, "lower end of its 95 percent interval"),
        Column("high", FLOAT, "upper end"),
        Column("excludes_zero", FLAG, "whether the interval leaves out 0"),
        Column("better", TEXT, "`first`, `second`, or empty where the interval holds 0"),
        Column("basis", TEXT, "`value`; `matched`, at the size of the smaller one, where the sets differ in size; empty: not at one size"),
    )
)
"""One row per metric and two sets."""

FRONT = Frame(
    (
        Column("set_name", TEXT, "name of a set"),
        Column("probability", FLOAT, "share of joint draws in which it is on the Pareto front"),
        Column("draws", COUNT, "number of draws"),
    )
)
"""One row per set."""

CORRELATIONS = Frame(
    (
        Column("first", TEXT, "id of a metric"),
        Column("second", TEXT, "id of another metric"),
        Column("rho", FLOAT, "Spearman's rank correlation, up being better for both; NaN where a metric ranks all sets alike"),
        Column("low", FLOAT, "lower end of its 95 percent interval, the sets as a sample of generators"),
        Column("high", FLOAT, "upper end"),
        Column("noise_low", FLOAT, "lower end of 95 percent of the draws: the same sets measured again"),
        Column("noise_high", FLOAT, "upper end"),
        Column("n", COUNT, "number of sets"),
    )
)
"""One row per two metrics."""
