"""An attack on released images as metrics carry it out: training images are the members, held-out ones the others."""

import numpy as np

from bench_core.errors import InputError, TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import shuffled
from bench_core.membership import Knowledge, MembershipScores, together
from bench_core.membership.records import scored
from bench_core.registry import Attack, attacks, find_attack

GIVEN = {"records", "released", "reference"}
"""What a metric's three sets can give an attacker."""


def attacked(train: FeatureSet, real: FeatureSet, synthetic: FeatureSet, attack: str) -> MembershipScores:
    """The scores of all training and held-out images; an attack that reads others' real images is given half of the held-out patients.

    Raises:
        UnknownName: there is no such attack.
        InputError: it needs more than released and real images, or a patient lies on both sides.
        TooFewImages: there are not two held-out patients.
    """
    chosen = find_attack(attack)
    if not set(chosen.reads) <= GIVEN or chosen.target != "released images":
        able = ", ".join(sorted(one.id for one in attacks().values() if set(one.reads) <= GIVEN and one.target == "released images"))
        raise InputError(f"Attack {attack!r} needs more than images: {', '.join(set(chosen.reads) - GIVEN)}.", f"Choose one of {able}.")
    others, reference = _halves(real) if "reference" in chosen.reads else (np.arange(len(real)), None)
    return _scores(chosen, train, real.take(others), Knowledge(synthetic, None if reference is None else real.take(reference)))


def _scores(attack: Attack, train: FeatureSet, others: FeatureSet, known: Knowledge) -> MembershipScores:
    """Records of whole sets are put together once, so that subsets find what these have computed."""
    members, rest = train.whole, others.whole
    both = members.remember("records beside", lambda: together(members, rest), rest)
    records = both.take(np.concatenate([train.rows, len(members) + others.rows]))
    return scored(attack, records, np.arange(len(records)) < len(train), known)


def _halves(real: FeatureSet) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the two halves of the patients: of those who are asked about, and of those whom the attacker knows."""
    order = shuffled(real, np.random.default_rng(0))
    patients = np.cumsum(np.diff(real.units[order], prepend=real.units[order[0]]) != 0)
    if patients[-1] == 0:
        raise TooFewImages(f"real has n = {len(real)} images of one patient; an attack that knows others' images needs two.")
    middle = int(np.searchsorted(patients, (int(patients[-1]) + 2) // 2))
    return order[:middle], order[middle:]
