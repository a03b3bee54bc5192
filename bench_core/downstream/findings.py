"""Which findings a study can learn and test, and what their labels count as under its protocol."""

from collections.abc import Sequence

import numpy as np

from bench_core.data import FINDINGS
from bench_core.downstream.asked import Asked
from bench_core.errors import InputError
from bench_core.features import FeatureSet, Sets
from bench_core.features.targets import fewest, targets

TESTED, LEARNED = 10, 5
"""Positives and negatives that a finding needs among the images to test, and among those of every set to learn from."""


def labels_of(asked: Asked, images: FeatureSet, findings: Sequence[str], learning: bool = False) -> np.ndarray:  # (N, F)
    """1, 0 and NaN where nothing is known; uncertain labels count as was asked while `learning`, and are never tested on."""
    if asked.protocol.unknown_is_negative:
        known: np.ndarray = np.nan_to_num(targets(images, findings, "negative"), nan=0.0)
        return known
    return targets(images, findings, asked.uncertain if learning else "ignored")


def learnable(asked: Asked, sets: Sets) -> tuple[str, ...]:
    """Findings that can be learned and tested, then those that only real images teach.

    Raises:
        InputError: a set without labels, or none with enough; says which set has how many.
    """
    wanted = [f for f in asked.findings or FINDINGS if f not in asked.untold]
    counts = {role: fewest(labels_of(asked, images, wanted)) for role, images in sets.items()}
    needed = {"real": TESTED, "train": LEARNED, "synthetic": LEARNED}
    for role, found in counts.items():
        if not found.any():
            raise InputError(
                f"The {role} images have no finding with both positives and negatives, so there is nothing to learn or to test.",
                "Import them with label columns, or choose sets that have labels.",
            )
    enough = [f for i, f in enumerate(wanted) if all(found[i] >= needed[role] for role, found in counts.items())]
    if not enough:
        most = {role: int(found.max()) for role, found in counts.items()}
        told = ", ".join(f"{role} at most {most[role]} (needed: {needed[role]})" for role in counts)
        raise InputError(
            f"No finding has enough positives and negatives in all sets: {told}.", "Take larger sets, or ask for other findings."
        )
    for name in asked.untold:
        own = {role: int(fewest(labels_of(asked, sets[role], [name]))[0]) for role in ("real", "train")}
        if few := [f"{own[role]} in {role} (needed: {needed[role]})" for role in own if own[role] < needed[role]]:
            raise InputError(
                f"{name!r} cannot be learned as a label that the generator was not told: of positives or negatives there are only "
                f"{', '.join(few)}.",
                "Choose a finding or a column that both real sets have labels of.",
            )  # fmt: skip
    return (*enough, *asked.untold)
