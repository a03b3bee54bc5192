"""What synthetic images are worth for training."""

from bench_core.frames.column import COUNT, FLOAT, TEXT, Column, Frame

MEASURED = (
    Column("value", FLOAT, "mean over trainings, on all test images"),
    Column("low", FLOAT, "lower end of its 95 percent interval, over test patients and trainings"),
    Column("high", FLOAT, "upper end"),
    Column("gain", FLOAT, "value less that of real images alone at this share; NaN for those themselves"),
    Column("gain_low", FLOAT, "lower end of its 95 percent interval, paired over test patients and trainings"),
    Column("gain_high", FLOAT, "upper end"),
    Column("n_real", COUNT, "real training images of the first training"),
)
"""What an arm of a study is worth by one measure."""

UTILITY = Frame(
    (
        Column("set_name", TEXT, "the synthetic set"),
        Column("classifier", TEXT, "what was trained: linear, mlp, knn, convnet, fine_tuned"),
        Column("protocol", TEXT, "corrected, or chexgenbench: how it was split, labelled, trained and read"),
        Column("tested_on", TEXT, "the further set that was tested on; empty: the held-out one"),
        Column("arm", TEXT, "id of the arm: what it learned from"),
        Column("share", FLOAT, "of the real training patients, those that were used"),
        Column("ratio", FLOAT, "images added for each real one; NaN: all synthetic images"),
        Column(
            "measure",
            TEXT,
            "auroc, auprc, f1, balanced_accuracy, calibration_error; `auroc gap by` a subgroup; more with chexgenbench",
        ),
        Column(
            "finding",
            TEXT,
            "the finding; `all`: their mean; `common`, `rare`: of its more and less frequent half; `untold`: only real images teach it",
        ),
        *MEASURED,
        Column("n_added", COUNT, "images put beside them, or in their place"),
        Column("n_test", COUNT, "held-out images that were tested on"),
        Column("trainings", COUNT, "how often the arm was trained; 0: not at all"),
        Column("kept_at", FLOAT, "mean step at which training was stopped"),
        Column("message", TEXT, "why there is no number; empty where there is one"),
    )
)
"""One row per synthetic set, classifier, protocol, test set, arm, share, ratio, measure and finding."""

UTILITY_CURVES = Frame(
    (
        Column("set_name", TEXT, "the synthetic set"),
        Column("classifier", TEXT, "what was trained"),
        Column("protocol", TEXT, "corrected or chexgenbench"),
        Column("arm", TEXT, "id of the arm"),
        Column("share", FLOAT, "of the real training patients, the largest that was tried"),
        Column("ratio", FLOAT, "images added for each real one; NaN: all synthetic images"),
        Column("curve", TEXT, "roc (x: false-positive rate, y: sensitivity) or calibration (x: mean probability, y: share of positives)"),
        Column("finding", TEXT, "the finding; `all`: their mean"),
        Column("x", FLOAT, "see `curve`"),
        Column("y", FLOAT, "see `curve`"),
        Column("count", COUNT, "of calibration: images, over findings and trainings, in the bin"),
    )
)
"""Points of curves, means over trainings."""

TASKS = Frame(
    (
        Column("set_name", TEXT, "the synthetic set"),
        Column("task", TEXT, "what is learned: segmentation or reports"),
        Column("arm", TEXT, "id of the arm: what it learned from"),
        Column("share", FLOAT, "of the real training patients, those that were used"),
        Column("measure", TEXT, "segmentation_dice, segmentation_surface_distance (percent of the film's side), or a score of reports"),
        Column("finding", TEXT, "the structure or finding; `all`: their mean, of reports all of them together"),
        *MEASURED,
        Column("n_added", COUNT, "synthetic images, or as many of a control's"),
        Column("n_test", COUNT, "held-out images that were tested on"),
        Column("trainings", COUNT, "how often the arm was trained; 0: not at all"),
        Column("message", TEXT, "why there is no number; empty where there is one"),
    )
)
"""One row per synthetic set, task, arm, share, measure and structure or finding."""


UTILITY_GAINS = Frame(
    (
        Column(
            "metric", TEXT, "augmentation_gain (all real images), low_data_gain (smallest share), cross_task_gain (smallest; untold labels)"
        ),
        Column("set_name", TEXT, "the synthetic set"),
        Column("classifier", TEXT, "what was trained"),
        Column("share", FLOAT, "of the real training patients, those that were used"),
        Column("value", FLOAT, "mean AUROC of real and synthetic images together, less that of real ones alone, at equal steps"),
        Column("low", FLOAT, "lower end of its 95 percent interval"),
        Column("high", FLOAT, "upper end"),
        Column("null", FLOAT, "what as many further real images gain; NaN where there are none to add, or that arm was not trained"),
        Column("null_low", FLOAT, "lower end of its 95 percent interval"),
        Column("null_high", FLOAT, "upper end"),
        Column("n_real", COUNT, "real training images of the first training"),
        Column("n_added", COUNT, "synthetic images put beside them"),
    )
)
"""The figures of utility that a run of the corrected protocol answers, one row each."""
