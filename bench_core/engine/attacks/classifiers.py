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
    target, *shadows = _probes(parts, seed, members=True)
    return Lent(target.model, shadows)


def shadows_of(parts: Parts, seed: int) -> list[Shadow]:
    """Shadow probes alone, for a classifier that was trained elsewhere.

    Raises:
        TooFewImages: no finding has enough positives and negatives.
    """
    return _probes(parts, seed, members=False)


def _probes(parts: Parts, seed: int, *, members: bool) -> list[Shadow]:
    records = together(parts.members, parts.others)
    mine = (np.arange(len(records)) < len(parts.members))[None]
    masks = np.concatenate([mine[:members], halves(records.units, SHADOWS, seed)])
    return [Shadow(probe, records, mask) for probe, mask in zip(probes_of(records, masks), masks, strict=True)]
