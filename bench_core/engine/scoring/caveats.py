"""What a reader must know beside a number: repeated images, patients or images on both sides of a split, few images."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from bench_core.cells import likeness
from bench_core.engine.scoring.units import Units, units_of
from bench_core.features import UNNAMED, FeatureSet

FEW = 50
"""Units of a set (images, or the patients or prompts that they are of) below which every number of it is said to be uncertain."""


class Warnings:
    """The warnings of the sets of one scoring; each is found once and told beside every metric that it concerns."""

    def __init__(self, sets: Mapping[str, FeatureSet]) -> None:
        self._of_one = {role: _few(role, units_of(role, sets)) + _repeats(role, features) for role, features in sets.items()}
        self._of_two = _shared(sets["real"], sets["train"]) if {"real", "train"} <= set(sets) else ""

    def beside(self, reads: Sequence[str]) -> str:
        """What concerns a metric that reads these sets; every null is made from `real`, so that what it shares with `train` always does."""
        return "".join([*(self._of_one[role] for role in reads), self._of_two if "train" in reads else ""]).strip()


def shared_patients(real: Iterable[object], train: Iterable[object]) -> int:
    """How many patients have images in both; images whose patient is unknown (`features.UNNAMED`) are nobody's."""
    both = {str(name) for name in real} & {str(name) for name in train}
    return sum(not name.startswith(UNNAMED) for name in both)


def look_alikes(real: Iterable[object], train: Iterable[object]) -> str:
    """Says which patients of the two sets are named nearly alike (00017 and 17, P10 and p10) and so may be the same; empty: none."""
    names = [{str(name) for name in names if not str(name).startswith(UNNAMED)} for names in (real, train)]
    both = names[0] & names[1]
    alike = [{likeness(name): name for name in sorted(some - both)} for some in names]
    shared = sorted(alike[0].keys() & alike[1].keys())
    if not shared:
        return ""
    pair = f"{alike[0][shared[0]]!r} and {alike[1][shared[0]]!r}"
    return f"{len(shared)} patients of real look like patients of train ({pair}): if they are the same, import both with one spelling."


def _few(role: str, units: Units) -> str:
    if len(units) >= FEW:
        return ""
    return f" Few images: {role} has n = {len(units.of)}." if len(units.of) < FEW else f" Few {units.word}: {role} has {units.counted()}."


def _repeats(role: str, features: FeatureSet) -> str:
    repeats = len(features) - len(np.unique(features.content))
    return f" {repeats} of the {len(features)} {role} images repeat another one." if repeats else ""


def _shared(real: FeatureSet, train: FeatureSet) -> str:
    """Patients and images that are held out and learned from at once."""
    digests = [{blake2b(row.tobytes(), digest_size=16).digest() for row in features.values} for features in (real, train)]
    found, alike = {"images": len(digests[0] & digests[1])}, ""
    if real.subjects is not None and train.subjects is not None:
        subjects = real.subjects.tolist(), train.subjects.tolist()
        found["patients"] = shared_patients(*subjects)
        alike = look_alikes(*subjects)
    told = "".join(f" Not held out: {count} {what} of real are in train too." for what, count in found.items() if count)
    return f"{told} {alike}" if alike else told
