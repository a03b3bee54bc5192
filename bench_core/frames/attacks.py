"""What attacks on membership found."""

from bench_core.frames.column import COUNT, FLAG, FLOAT, MAPPING, TEXT, TEXT_OR_NONE, Column, Frame

ATTACKS = Frame(
    (
        Column("attack", TEXT, "id of the attack"),
        Column("target", TEXT, "what was attacked: released images, diffusion model, classifier"),
        Column("auc", FLOAT, "area under the ROC curve, over images; 0.5 is chance; NaN where it could not run"),
        Column("auc_low", FLOAT, "lower end of its 95 percent interval, over whole patients"),
        Column("auc_high", FLOAT, "upper end"),
        Column("p_value", FLOAT, "of the area and both ends of the curve together; below 0.01 members are told from others"),
        Column(
            "tpr_at", MAPPING, "by false-positive rate, over patients: tpr, low, high, hits, n, others; message where n cannot support it"
        ),
        Column("controls", MAPPING, "perfect, members: auc, passed; planted: one entry per dose; generated: origin, not membership"),
        Column("set_attack", MAPPING, "of attacks on sets: size, draws, share of draws in which members win; else None"),
        Column("verdict", TEXT, "leak, nothing found, control failed, not possible"),
        Column("message", TEXT, "the verdict as a sentence: what was found, and what would have been"),
        Column("n_members", COUNT, "training images asked about"),
        Column("n_others", COUNT, "held-out images asked about"),
        Column("n_reference", COUNT, "held-out images that the attacker had"),
        Column("n_released", COUNT, "released images that were attacked"),
        Column("patients_members", COUNT, "training patients"),
        Column("patients_others", COUNT, "held-out patients among the others"),
        Column("settings", MAPPING, "settings of the attack"),
        Column("seed", COUNT, "decides who plays what"),
        Column("other", TEXT_OR_NONE, "id of the other generator's set, if one was given"),
        Column("generator", TEXT_OR_NONE, "card of the model that was asked, if any"),
        Column("scores", TEXT_OR_NONE, "where its scores are kept; None where it could not run"),
        Column("seconds", FLOAT, "what it took with its controls"),
    )
)
"""One row per attack: the newest of each."""

ATTACK_ROC = Frame((Column("fpr", FLOAT, "false-positive rate, over patients"), Column("tpr", FLOAT, "true-positive rate")))
"""The ROC curve of one attack."""

ATTACKED_PATIENTS = Frame(
    (
        Column("patient", TEXT, "subject_id; of an unknown patient the image_id"),
        Column("member", FLAG, "whether the patient is of the training set"),
        Column("score", FLOAT, "the highest of the patient's images; high: member"),
        Column("mean", FLOAT, "the mean over the patient's images"),
        Column("images", COUNT, "images of that patient"),
        Column("image_id", TEXT, "the image that scores highest"),
        Column("above", FLOAT, "share of the held-out patients who score as high or higher"),
    )
)
"""One row per patient, the highest score first."""
