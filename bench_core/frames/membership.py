"""The risk of each patient, and the prompts that a model knows by heart."""

from bench_core.frames.column import COUNT, FLAG, FLOAT, TEXT, Column, Frame

PATIENT_RISKS = Frame(
    (
        Column("patient", TEXT, "subject_id; of an unknown patient the image_id"),
        Column("auc", FLOAT, "chance that a target that learned from the patient scores above one that did not; 0.5 is chance"),
        Column("auc_max", FLOAT, "the same by the patient's highest image in place of the mean over them"),
        Column("p_value", FLOAT, "share of patients of shuffled membership whose area is as high or higher"),
        Column("stands_out", FLAG, "above the highest of all shuffled patients in 95 percent of shuffles"),
        Column("images", COUNT, "images of that patient"),
        Column("image_id", TEXT, "the image that tells most"),
    )
)
"""One row per training patient, most at risk first."""

RISK_SHARES = Frame(
    (
        Column("cut", FLOAT, "an area under the curve"),
        Column("patients", COUNT, "training patients"),
        Column("above", COUNT, "how many lie above the cut"),
        Column("share", FLOAT, "above over patients"),
        Column("low", FLOAT, "lower end of its exact 95 percent interval"),
        Column("high", FLOAT, "upper end"),
        Column("null", FLOAT, "the share with shuffled membership, on average: what chance alone puts there"),
        Column("null_high", FLOAT, "the share that one shuffle in twenty reaches"),
        Column("p_value", FLOAT, "share of shuffles with as many patients above"),
        Column("targets", COUNT, "target models"),
        Column("learner", TEXT, "what they were: probe, mixture"),
        Column("attack", TEXT, "id of the attack"),
    )
)
"""One row per cut."""

PROMPT_PULLS = Frame(
    (
        Column("rank", COUNT, "1: the strongest"),
        Column("prompt", TEXT, "the text"),
        Column("pull", FLOAT, "how far the model's first step moves when it is told the text, in the latent's units"),
        Column("against_usual", FLOAT, "robust standard deviations from the median of all prompts that were asked"),
        Column("images", COUNT, "images of the set with that prompt"),
        Column("image_id", TEXT, "the first of them"),
    )
)
"""One row per different prompt, the strongest first."""

WORD_PULLS = Frame(
    (
        Column("prompt", TEXT, "the text that the word is of"),
        Column("place", COUNT, "0: the first word"),
        Column("word", TEXT, "the word"),
        Column("adds", FLOAT, "share of the prompt's pull that is gone when the word is left out; below 0: it holds the pull back"),
    )
)
"""One row per word of the strongest prompts."""
