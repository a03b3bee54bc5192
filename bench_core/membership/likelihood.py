"""How sure a classifier is of a record's labels, of several findings at once, and what shadow models say of it.

**The rule for several findings.** Each finding is a yes-or-no model of its own. With p the probability of the true label, phi = log p -
log(1 - p) is its logit with the label's sign; a record's phi is the **sum over all findings whose label is known**, so that rows without
any finding have one too. Its loss is the sum of -log p over the same. Where a probability is needed beside 1 (RMIA's p(x)) it is the
**geometric mean** of p, and ratios of such are raised to the number of known findings, as ratios of the likelihood of all labels together
are: a product over a dozen findings would be lost beside 1. With one finding all of it is the papers' own.
"""

from collections.abc import Sequence

import numpy as np

from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.membership.targets import Classifier, Shadow


def signed(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N, F) float64
    """The logit of each finding's true label; NaN where that is unknown.

    Raises:
        NotPossible: no record has a label of the model's findings.
    """
    labels = np.stack([records.label(finding) for finding in model.findings], axis=1)
    if np.isnan(labels).all():
        raise NotPossible(f"No record has a label of {', '.join(model.findings)}.", "Import the sets with their findings.")
    return np.asarray(np.where(np.isnan(labels), np.nan, model.logits(records) * (2 * labels - 1)))


def phi(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N,)
    """Sum of the signed logits: see the rule above."""
    return np.asarray(np.nansum(signed(model, records), axis=1))


def loss(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N,)
    """Sum of -log p."""
    return np.asarray(np.nansum(_losses(model, records), axis=1))


def _losses(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N, F), NaN where the label is unknown
    sure = signed(model, records)
    return np.asarray(np.where(np.isnan(sure), np.nan, np.logaddexp(0, -np.nan_to_num(sure))))


def probability(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N,)
    """Geometric mean of p; 1/2 where no label is known."""
    lost = _losses(model, records)
    known = (~np.isnan(lost)).sum(axis=1)
    mean = np.nansum(lost, axis=1) / np.maximum(known, 1)
    return np.asarray(np.where(known > 0, np.exp(-mean), 0.5))


def known_findings(model: Classifier, records: FeatureSet) -> np.ndarray:  # (N,) int
    """Of how many of the model's findings a record's label is known."""
    return np.asarray(sum((~np.isnan(records.label(finding))).astype(int) for finding in model.findings))


def learned(shadow: Shadow, records: FeatureSet) -> np.ndarray:  # (N,) bool
    """Which of these records a shadow model learned from; equal rows are one record."""
    if len(records) == len(shadow.records) and np.array_equal(records.values, shadow.records.values):
        return shadow.member
    mine = {row.tobytes() for row in shadow.records.values[shadow.member]}
    return np.array([row.tobytes() in mine for row in records.values], bool)


def membership(shadows: Sequence[Shadow], records: FeatureSet, *, both: bool) -> np.ndarray:  # (K, N) bool
    """Which shadow model learned from which record.

    Raises:
        InputError: a record of which no model is without it, or (`both`) with it.
    """
    table = np.stack([learned(shadow, records) for shadow in shadows])
    count = table.sum(axis=0)
    for wrong, what in ((count == len(table), "left out"), (both & (count == 0), "learned from")):
        if np.any(wrong):
            raise InputError(
                f"{int(np.sum(wrong))} of {len(records)} records were {what} by none of the {len(shadows)} shadow models.",
                "Train more of them, each on a random half of the records.",
            )
    return table
