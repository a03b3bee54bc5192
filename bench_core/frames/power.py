"""What numbers can see."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, Column, Frame

POWER = Frame(
    (
        Column("metric", TEXT, "id of the metric"),
        Column("family", TEXT, "family of the metric"),
        Column("fault", TEXT, "id of the fault; empty for a perfect generator, of which only chance is flagged"),
        Column("variant", TEXT, "what the fault is about, such as a finding; empty where there is one way only"),
        Column("strength", FLOAT, "strength of the fault, in its unit; 0 for a perfect generator"),
        Column("n", COUNT, "films of the generator, one patient each"),
        Column("against", COUNT, "patients that it was read against"),
        Column("repeats", COUNT, "generators of other patients each, of which the metric has a number and a range"),
        Column("worse", COUNT, "how many of them lay outside the range of a perfect generator, on the worse side"),
        Column("better", COUNT, "how many lay outside on the better side: a fault that the metric takes for a merit"),
        Column("share", FLOAT, "worse over repeats: the power; NaN without repeats"),
        Column("low", FLOAT, "lower end of its 95 percent interval (Jeffreys)"),
        Column("high", FLOAT, "upper end"),
    )
)
"""One row per metric, fault, variant, strength and n."""

POWER_LIMITS = Frame(
    (
        Column("metric", TEXT, "id of the metric"),
        Column("family", TEXT, "family of the metric"),
        Column("fault", TEXT, "id of the fault"),
        Column("variant", TEXT, "what the fault is about; empty where there is one way only"),
        Column("n", COUNT, "films of the generator"),
        Column("seen", FLOAT, "the smallest strength from which on it is flagged in 80 percent of repeats; NaN: none that was tried"),
        Column("tried", FLOAT, "the strongest one that was tried"),
        Column("share", FLOAT, "how often that strongest one is flagged"),
        Column(
            "better", FLOAT, "the smallest strength from which on 80 percent of repeats lie beyond the range on the better side; or NaN"
        ),
        Column("words", TEXT, "the same as a sentence, without the metric: `sees blur of 2 px`, `does not see blur up to 4 px`"),
    )
)
"""One row per metric, fault, variant and n."""
