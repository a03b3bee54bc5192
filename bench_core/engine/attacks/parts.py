"""Who plays in an attack: members, others, real images for the attacker, and real images in a perfect generator's place."""

from dataclasses import dataclass

import numpy as np

from bench_core.errors import InputError, TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership import check_patients

FEWEST = 8
"""Held-out patients that an attack needs: half are the others, a quarter the attacker's, a quarter a perfect generator's."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The sets of an attack, no patient in two of them.

    Attributes:
        members: the training images.
        others: half of the held-out patients.
        reference: a quarter of them, whom the attacker may learn from.
        stand_in: a quarter of them, whose images a perfect generator would draw.
    """

    members: FeatureSet
    others: FeatureSet
    reference: FeatureSet
    stand_in: FeatureSet


def parts_of(train: FeatureSet, real: FeatureSet, seed: int) -> Parts:
    """Divides the held-out patients at random.

    Raises:
        InputError: one patient only, or one on both sides.
        TooFewImages: fewer than 8 held-out patients.
    """
    check_patients(train, real)
    for word, features in (("training", train), ("held-out", real)):
        if len(np.unique(features.units)) < 2:
            raise InputError(f"The {word} set shows one patient only.", "Who was trained on can be asked of several patients only.")
    units = np.random.default_rng(seed).permutation(np.unique(real.units))
    if len(units) < FEWEST:
        raise TooFewImages(f"The held-out set has {len(units)} patients; an attack and its controls need {FEWEST}.", "Give more of them.")
    half, quarter = len(units) - 2 * (len(units) // 4), len(units) // 4
    taken = [units[:half], units[half : half + quarter], units[half + quarter :]]
    return Parts(train, *(real.take(np.flatnonzero(np.isin(real.units, some))) for some in taken))


def fewer_patients(features: FeatureSet, most: int, rng: np.random.Generator) -> FeatureSet:
    """All images of at most so many patients, drawn at random."""
    units = np.unique(features.units)
    if len(units) <= most:
        return features
    return features.take(np.flatnonzero(np.isin(features.units, rng.permutation(units)[:most])))


def one_after_the_other(first: FeatureSet, second: FeatureSet) -> FeatureSet:
    """Both as one released set; nothing is known of its images but their features."""
    values = np.concatenate([first.values, second.values])
    return FeatureSet(values, encoder=first.encoder, distance=first.distance, kind="released", logits=first.logits)
