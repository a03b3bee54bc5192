"""The checks of sets against each other, for every metric: what stops a scoring, and what a reader must know beside a number.

Few images (of a set, or for its space), images that repeat, are all alike or of one grey, images and patients that two sets share.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import combinations

import numpy as np

from bench_core.cells import likeness
from bench_core.data import CUT, FLAT, ImageSet
from bench_core.engine.scoring.units import Units, units_of
from bench_core.features import UNNAMED, FeatureSet
from bench_core.features.patients import shared_patients
from bench_core.registry import Metric

FEW = 50
"""Units of a set (images, or the patients or prompts that they are of) below which every number of it is said to be uncertain."""


def check_sets(sets: Mapping[str, FeatureSet]) -> None:
    """Looks whether the sets lie in one space, before anything is computed.

    Raises:
        InputError: two of them have other widths or encoders; names both.
    """
    for one, other in combinations(sets.values(), 2):
        one.check_comparable(other)


class Warnings:
    """The warnings of the sets of one scoring; each is found once and told beside every metric that it concerns."""

    def __init__(self, sets: Mapping[str, FeatureSet]) -> None:
        self._of_one = {
            role: _few(role, units_of(role, sets)) + _repeats(role, features) + _flat(role, features) for role, features in sets.items()
        }
        self._of_texts = {role: cut_texts(role, features) for role, features in sets.items()}
        self._of_space = {role: _thin(role, features) for role, features in sets.items()}
        digests = {role: _digests(features) for role, features in sets.items()}
        self._copies = {role: _copies(digests, role) for role in ("real", "train") if {role, "synthetic"} <= set(sets)}
        self._split = _not_held_out(sets, digests) if {"real", "train"} <= set(sets) else ""

    def beside(self, metric: Metric) -> str:
        """What concerns a metric; every null is made from `real`, so that what it shares with the other sets always does."""
        reads = metric.reads
        told = [said for role, said in self._copies.items() if "synthetic" in reads and (role == "real" or role in reads)]
        told += [self._of_one[role] for role in reads]
        if "text" in metric.needs:
            told += [self._of_texts[role] for role in reads]
        if "vectors" in metric.needs:
            told += [self._of_space[role] for role in reads]
        return "".join([*told, self._split if "train" in reads else ""]).strip()


def shared_images(one: ImageSet, other: ImageSet) -> int:
    """How many images of one set are, pixel by pixel, images of the other."""
    return int(one.table["digest"].isin(other.table["digest"]).sum())


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


def cut_texts(role: str, features: FeatureSet) -> str:
    """Texts of the whole set of which the encoder reads only the beginning; empty where it reads all of each."""
    found = features.images.meta.get(CUT) if features.images is not None else None
    if not found:
        return ""
    return f" {found['texts']} of the {found['of']} {role} texts are cut: the encoder reads their first {found['read']} tokens."


def _few(role: str, units: Units) -> str:
    if len(units) >= FEW:
        return ""
    return f" Few images: {role} has n = {len(units.of)}." if len(units.of) < FEW else f" Few {units.word}: {role} has {units.counted()}."


def _thin(role: str, features: FeatureSet) -> str:
    width = features.values.shape[1]
    if len(features) > width:
        return ""
    return f" Few images for this space: {role} has n = {len(features)} and {width} features each, so that its covariance is not whole."


def _repeats(role: str, features: FeatureSet) -> str:
    different = len(np.unique(features.content))
    repeats = len(features) - different
    if repeats and different == 1:
        return f" All {len(features)} {role} images have the same features."
    return f" {repeats} of the {len(features)} {role} images repeat another one." if repeats else ""


def _flat(role: str, features: FeatureSet) -> str:
    """Films of the whole set that are nearly one grey (black ones, masks of 0 and 1): a subgroup is told of them too."""
    found = features.images.meta.get(FLAT) if features.images is not None else None
    if not found or not found["films"]:
        return ""
    part = "" if found["of"] == len(features.images or ()) else " that were looked at"
    return f" {found['films']} of the {found['of']} {role} images{part} are nearly one grey."


def _digests(features: FeatureSet) -> list[bytes]:
    return [blake2b(row.tobytes(), digest_size=16).digest() for row in features.values]


def _copies(digests: Mapping[str, Sequence[bytes]], role: str) -> str:
    """Synthetic images that have, bit by bit, the features of an image of another set."""
    known = set(digests[role])
    count, total = sum(one in known for one in digests["synthetic"]), len(digests["synthetic"])
    if not count:
        return ""
    twice = f": was the {role} set given twice?" if count == total else "."
    return f" {count} of the {total} synthetic images are, bit by bit, images of {role}{twice}"


def _not_held_out(sets: Mapping[str, FeatureSet], digests: Mapping[str, Sequence[bytes]]) -> str:
    """Patients and images that are held out and learned from at once."""
    real, train = sets["real"], sets["train"]
    found, alike = {"images": len(set(digests["real"]) & set(digests["train"]))}, ""
    if real.subjects is not None and train.subjects is not None:
        subjects = real.subjects.tolist(), train.subjects.tolist()
        found["patients"] = len(shared_patients(*subjects))
        alike = look_alikes(*subjects)
    told = "".join(f" Not held out: {count} {what} of real are in train too." for what, count in found.items() if count)
    return f"{told} {alike}" if alike else told


def between_sets(sets: Mapping[str, ImageSet]) -> list[str]:
    """What a reader of the numbers must know: images in two sets, patients on both sides of a split."""
    told = []
    for one, other in (("synthetic", "real"), ("synthetic", "train"), ("real", "train")):
        if one in sets and other in sets and (shared := shared_images(sets[one], sets[other])):
            told.append(f"warning: {shared} of the {len(sets[one])} {one} images are, pixel by pixel, images of {other}")
    if "train" in sets:
        subjects = [sets[role].table["subject_id"].dropna().tolist() for role in ("real", "train")]
        shared, alike = len(shared_patients(*subjects)), look_alikes(*subjects)
        told += [f"warning: {shared} patients are in both the real and the training set"] if shared else []
        told += [f"warning: {alike}"] if alike else []
    return told
