"""The classifier that is attacked, and the attacker's own: probes of the findings on the features, as a utility evaluation trains them."""

import numpy as np

from bench_core.engine.attacks.models import Lent
from bench_core.engine.attacks.parts import Parts
from bench_core.engine.attacks.plants import in_classifier
from bench_core.membership import Shadow, together
from bench_core.membership.probes import Probe, halves, probes_of

SHADOWS = 16
"""Each learned from a random half of the patients, members and others alike."""


def trained(parts: Parts, seed: int) -> Lent:
    """A probe that learned from the members and from nobody else, and shadow probes; all standardise by the same records.

    Raises:
        TooFewImages: no finding has enough positives and negatives.
    """
    target, *shadows = _probes(parts, seed, members=True)

    def again(rows: np.ndarray) -> Probe:
        """Of the members in those rows; all others are there to be standardised by, as they are for the target."""
        records = together(parts.members, parts.others)
        rows = np.concatenate([np.arange(len(records)), rows])
        return probes_of(records.take(rows), (np.arange(len(rows)) >= len(records))[None])[0]

    return Lent(target.model, shadows, in_classifier(parts, seed, again))


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
