"""What the statistics of reader studies hand out."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, Column, Frame

_SLICE = (
    Column("slice", TEXT, "`all`, `generator` (its films with all real ones), `finding` or `modality`"),
    Column("value", TEXT, "of the slice: which generator, finding or modality; empty for all"),
)
_INTERVAL = (Column("low", FLOAT, "lower end of the interval; NaN where there is none"), Column("high", FLOAT, "upper end"))

READER_ACCURACY = Frame(
    (
        *_SLICE,
        Column("modality", TEXT, "treatment under which was read, in a study that compares such; else empty"),
        Column("reader", TEXT, "name of the reader"),
        Column("n", COUNT, "films judged"),
        Column("n_synthetic", COUNT, "synthetic ones among them"),
        Column("unsure", COUNT, "answers at the middle of the scale: they have no side"),
        Column("n_sided", COUNT, "answers with a side: what accuracy, sensitivity and specificity count"),
        Column("accuracy", FLOAT, "share of the answers with a side that are right"),
        Column("accuracy_low", FLOAT, "lower end of its exact (Clopper-Pearson) interval"),
        Column("accuracy_high", FLOAT, "upper end"),
        Column("sensitivity", FLOAT, "share of the synthetic films that are called synthetic"),
        Column("sensitivity_low", FLOAT, "lower end, exact"),
        Column("sensitivity_high", FLOAT, "upper end"),
        Column("specificity", FLOAT, "share of the real films that are called real"),
        Column("specificity_low", FLOAT, "lower end, exact"),
        Column("specificity_high", FLOAT, "upper end"),
        Column("p_value", FLOAT, "Fisher's exact test of whether calls and truth are independent, whatever the share of synthetic films"),
        Column("auc", FLOAT, "area under the empirical ROC curve of the ratings; 0.5 is chance"),
        Column("auc_low", FLOAT, "lower end of DeLong's interval, on the logit scale"),
        Column("auc_high", FLOAT, "upper end"),
        Column("seconds", FLOAT, "median time of an answer"),
    )
)
"""One row per reader over all films, by generator and by finding; main block, question `real_or_synthetic`."""

READER_CHOICES = Frame(
    (
        *_SLICE,
        Column("reader", TEXT, "name of the reader"),
        Column("options", COUNT, "films to choose among"),
        Column("n", COUNT, "choices made"),
        Column("right", COUNT, "of them the real film"),
        Column("accuracy", FLOAT, "share of right choices"),
        *_INTERVAL,
        Column("chance", FLOAT, "1 / options"),
        Column("p_value", FLOAT, "exact binomial test against chance, two-sided"),
    )
)
"""One row per reader, number of options and slice; question `which_is_real`."""

READER_MEANS = Frame(
    (
        *_SLICE,
        Column("figure", TEXT, "`auc`, `accuracy`, `sensitivity`, `specificity`, or `choice` of which_is_real"),
        Column("method", TEXT, "`OR jackknife`, `OR DeLong`, `OR U-statistic`, `U-statistic` (one-shot), or `OR shared cases` of shares"),
        Column("scope", TEXT, "what it holds for other draws of: `readers and cases`, `cases` (these readers), `readers` (these cases)"),
        Column("readers", COUNT, "readers averaged"),
        Column("n_synthetic", COUNT, "synthetic films that somebody judged"),
        Column("n_real", COUNT, "real ones"),
        Column("mean", FLOAT, "mean over the readers"),
        Column("se", FLOAT, "standard error"),
        Column("df", FLOAT, "degrees of freedom; inf: normal"),
        *_INTERVAL,
        Column("null", FLOAT, "chance"),
        Column("p_value", FLOAT, "of the mean against chance, two-sided"),
    )
)
"""Means over readers with multi-reader multi-case intervals."""

READER_DIFFERENCES = Frame(
    (
        Column("slice", TEXT, "what the two are: `generator` or `modality`"),
        Column("first", TEXT, "one of them"),
        Column("second", TEXT, "the other"),
        Column("method", TEXT, "as of means"),
        Column("scope", TEXT, "as of means"),
        Column("readers", COUNT, "readers who read both"),
        Column("difference", FLOAT, "mean area of the first less that of the second: positive where the first is told more easily"),
        Column("se", FLOAT, "standard error"),
        Column("df", FLOAT, "degrees of freedom; inf: normal"),
        *_INTERVAL,
        Column("p_value", FLOAT, "of the difference, two-sided"),
        Column("p_holm", FLOAT, "the same, over all pairs (Holm)"),
        Column("p_all", FLOAT, "of all modalities being alike (F, or chi squared where only cases are drawn); NaN for the one-shot method"),
    )
)
"""Two generators, or two modalities, that the same readers read."""

READER_AGREEMENT = Frame(
    (
        Column("question", TEXT, "as in the answers"),
        Column("part", TEXT, "of shows_prompt; else empty"),
        Column("statistic", TEXT, "`fleiss_kappa`, `krippendorff_alpha`, `cohen_kappa`, `weighted_kappa` (quadratic), `same_answer`"),
        Column("level", TEXT, "`nominal`, `ordinal` or `interval`: what counts as nearly the same"),
        Column("readers", TEXT, "`all`, two readers, or one reader and the repeats"),
        Column("n_readers", COUNT, "readers"),
        Column("n", COUNT, "films that at least two answers agree or disagree on"),
        Column("agreement", FLOAT, "1: always alike; 0: as chance has it; NaN where all answers are one and the same"),
        Column("low", FLOAT, "lower end of the bootstrap interval over films"),
        Column("high", FLOAT, "upper end"),
    )
)
"""Agreement between readers, and of each reader with the repeats."""

READER_RATINGS = Frame(
    (
        Column("question", TEXT, "`quality` or `shows_prompt`"),
        Column("part", TEXT, "of shows_prompt; else empty"),
        Column("source", TEXT, "generator, or `real`"),
        Column("reader", TEXT, "name of the reader; `all`: all answers together"),
        Column("n", COUNT, "ratings"),
        Column("not_said", COUNT, "answers that the prompt does not say this"),
        Column("mean", FLOAT, "mean rating"),
        Column("sd", FLOAT, "standard deviation"),
        Column("median", FLOAT, "median"),
        Column("quarter", FLOAT, "first quartile"),
        Column("three_quarters", FLOAT, "third quartile"),
        Column("above", FLOAT, "share of ratings above the middle of the scale; for shows_prompt: the film shows it"),
        Column("above_low", FLOAT, "lower end, exact for one reader; of `all` over readers and films"),
        Column("above_high", FLOAT, "upper end"),
        Column("scale", COUNT, "highest rating"),
    )
)
"""Likert ratings and what films show, by source."""

READER_WILCOXON = Frame(
    (
        Column("question", TEXT, "as in the answers"),
        Column("part", TEXT, "of shows_prompt; else empty"),
        Column("first", TEXT, "generator, or `real`"),
        Column("second", TEXT, "the other"),
        Column("pairs_of", TEXT, "`prompts` (means over readers of two films of one prompt) or `readers` (their means over films)"),
        Column("n", COUNT, "pairs"),
        Column("difference", FLOAT, "median of the differences (Hodges-Lehmann): first less second"),
        *_INTERVAL,
        Column("p_value", FLOAT, "Wilcoxon's signed-rank test, two-sided, exact where there are few"),
        Column("p_holm", FLOAT, "the same, over all pairs of sources of this question (Holm)"),
        Column("least_p", FLOAT, "the smallest p that so many pairs can have"),
    )
)
"""Two sources' ratings in pairs."""

READER_TRENDS = Frame(
    (
        Column("question", TEXT, "as in the answers"),
        Column("outcome", TEXT, "`right` (answers with a side) or `seconds`"),
        Column("reader", TEXT, "name of the reader; `all`: mean of the readers' slopes"),
        Column("n", COUNT, "answers; of `all`: readers"),
        Column("start", FLOAT, "what the line says of the first answer: share right, or seconds"),
        Column("change", FLOAT, "over ten answers: of the share right, or of the time as a ratio less 1"),
        *_INTERVAL,
        Column("p_value", FLOAT, "of no change"),
    )
)
"""Learning (better, or faster) and fatigue (worse) over the order of a reader."""

READER_ROC = Frame(
    (
        *_SLICE,
        Column("modality", TEXT, "treatment under which was read; else empty"),
        Column("reader", TEXT, "name of the reader; `mean`: of the readers' true-positive rates"),
        Column("threshold", FLOAT, "ratings from here on count as synthetic; inf: none; NaN for the mean"),
        Column("fpr", FLOAT, "share of the real films so rated"),
        Column("tpr", FLOAT, "share of the synthetic films so rated"),
    )
)
"""Operating points of every reader, from (0, 0) to (1, 1)."""

READER_CALIBRATION = Frame(
    (
        Column("reader", TEXT, "name of the reader, or `all`"),
        Column("rating", FLOAT, "mean of the ratings in the step"),
        Column("confidence", FLOAT, "the same as a share of the scale: 0, surely real; 1, surely synthetic"),
        Column("n", COUNT, "films so rated"),
        Column("synthetic", FLOAT, "share of them that are synthetic"),
        *_INTERVAL,
    )
)
"""Confidence against truth."""

HUMAN_METRICS = Frame(
    (
        Column("score", TEXT, "what people say: `called synthetic` (mean rating), `quality`, `shows prompt`, or `auc` of a generator"),
        Column("metric", TEXT, "id of the metric"),
        Column("encoder", TEXT, "its encoder; empty where it has none"),
        Column("over", TEXT, "`films` or `generators`"),
        Column("n", COUNT, "films or generators that have both"),
        Column("rho", FLOAT, "Spearman's rank correlation; NaN where one of them has one value only"),
        *_INTERVAL,
        Column("p_value", FLOAT, "of no correlation, by all orders where there are at most 7"),
        Column("p_holm", FLOAT, "the same, over all metrics of this score (Holm)"),
    )
)
"""Human scores against the engine's."""

READER_POWER = Frame(
    (
        Column("readers", COUNT, "readers"),
        Column("cases", COUNT, "films, half of them synthetic"),
        Column("power", FLOAT, "share of simulated studies whose test finds what is there"),
        *_INTERVAL,
        Column("width", FLOAT, "mean width of the 95 percent interval of the area, or of the difference"),
        Column("coverage", FLOAT, "share of the studies whose interval holds what is there"),
        Column("studies", COUNT, "simulated studies"),
    )
)
"""What a reader study of so many readers and films would find."""
