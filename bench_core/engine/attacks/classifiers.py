"""The classifier that is attacked, and the attacker's own: probes of the findings on the features, as a utility evaluation trains them."""

import numpy as np

from bench_core.engine.attacks.models import Lent
from bench_core.engine.attacks.parts import Parts
from bench_core.membership import Shadow, together
from bench_core.membership.probes import halves, probes_of

SHADOWS = 16
"""Each learned from a random half of the patients, members and others alike."""


def trained(parts: Parts, seed: int) -> Lent:
    """A probe that learned from the members and from nobody else, and shadow probes; all standardise by the same records.

    Raises:
        TooFewImages: no finding has enough positives and negatives.
    """
    records = together(parts.members, parts.others)
    mine = np.arange(len(records)) < len(parts.members)
    masks = np.concatenate([mine[None], halves(records.units, SHADOWS, seed)])
    target, *others = probes_of(records, masks)
    return Lent(target, [Shadow(probe, records, mask) for probe, mask in zip(others, masks[1:], strict=True)])
