"""Records whose membership is asked, in one set that does not say which are members; what the attacker knows; the scores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import Decoded, ImageSet, content_key
from bench_core.errors import BenchError, InputError, NotPossible, TooFewImages
from bench_core.features import UNNAMED, FeatureSet
from bench_core.features.patients import shared_patients
from bench_core.membership.targets import Shadow
from bench_core.pixels.grey import Storage
from bench_core.registry import Attack


@dataclass(frozen=True)
class JoinedImages(ImageSet):
    """Images of several sets one after the other, each read as its own set reads it."""

    parts: tuple[ImageSet, ...] = ()

    def path(self, row: int) -> Path:
        """See `ImageSet.path`."""
        part, inner = self._part(row)
        return part.path(inner)

    def needs_making(self, row: int) -> bool:
        """See `ImageSet.needs_making`."""
        part, inner = self._part(row)
        return part.needs_making(inner)

    def read(self, row: int) -> np.ndarray:  # (H, W) uint8
        """See `ImageSet.read`."""
        part, inner = self._part(row)
        return part.read(inner)

    def _decoded(self, row: int, read: Callable[[Path, Storage], Decoded]) -> Decoded:
        part, inner = self._part(row)
        return part._decoded(inner, read)

    def _part(self, row: int) -> tuple[ImageSet, int]:
        for part in self.parts:
            if row < len(part):
                return part, row
            row -= len(part)
        raise IndexError(row)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What an attacker has: see `registry.attack`. None: has it not."""

    released: FeatureSet | None = None
    reference: FeatureSet | None = None
    other: FeatureSet | None = None
    model: Any = None
    shadows: Sequence[Shadow] | None = None


LACKS: Mapping[str, str] = {
    "released": "It needs the images that the generator made: give a synthetic set.",
    "reference": "It needs real images of patients who are neither members nor asked about: give a real set with more patients.",
    "other": "It needs images of another generator, which learned from other data: name one (--other SET).",
    "model": "It asks the model itself: name a model that can be queried on this machine.",
    "shadows": "It needs models trained by the attacker, with what they learned from.",
}


@dataclass(frozen=True, eq=False)
class MembershipScores:
    """What an attack said, and what is true.

    Attributes:
        values: (N,) float64, high = member.
        member: (N,) bool.
        patients: (N,) int, equal numbers for records of one patient; a record of unknown patient stands alone.
        rows: (N,) row of each record in the set that it came from: of members in theirs, of the others in theirs.
    """

    values: np.ndarray
    member: np.ndarray
    patients: np.ndarray
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, int))

    def take(self, rows: np.ndarray) -> "MembershipScores":
        """Those records."""
        return MembershipScores(self.values[rows], self.member[rows], self.patients[rows], self.rows[rows] if len(self.rows) else self.rows)


def together(members: FeatureSet, others: FeatureSet) -> FeatureSet:
    """Members, then non-members, as one set.

    Raises:
        InputError: they cannot be compared, or one patient lies on both sides.
    """
    members.check_comparable(others)
    check_patients(members, others)
    sides = (("member", members), ("other", others))
    subjects = None
    if members.subjects is not None or others.subjects is not None:
        subjects = np.concatenate([_named(side, features) for side, features in sides])
    text = None if members.text is None or others.text is None else np.concatenate([members.text, others.text])
    labels = None
    if members.labels is not None and others.labels is not None:
        labels = pd.concat([members.labels, others.labels], ignore_index=True)
    return FeatureSet(
        np.concatenate([members.values, others.values]), encoder=members.encoder, distance=members.distance, text=text, subjects=subjects,
        labels=labels, images=_joined(members, others), key=content_key("records", members.key, others.key), kind="records",
        logits=members.logits,
    )  # fmt: skip


def _named(side: str, features: FeatureSet) -> np.ndarray:  # (N,) of str
    """The patients; those without a name get one that no other set's can be."""
    if features.subjects is None:
        return np.array([f"{UNNAMED}{side}{row}" for row in range(len(features))])
    return np.array([f"{UNNAMED}{side}{name}" if str(name).startswith(UNNAMED) else str(name) for name in features.subjects])


def _joined(*sides: FeatureSet) -> ImageSet | None:
    parts = tuple(side.images.take(side.rows) for side in sides if side.images is not None)
    if len(parts) < len(sides):
        return None
    table = pd.concat([part.table for part in parts], ignore_index=True)
    return JoinedImages(content_key("joined", [part.id for part in parts]), "records", "real", Path(), table, parts=parts)


def check_patients(members: FeatureSet, others: FeatureSet) -> None:
    """Members and non-members must be different people.

    Raises:
        InputError: a patient lies on both sides; names one.
    """
    if members.subjects is None or others.subjects is None:
        return
    if both := shared_patients(members.subjects, others.subjects):
        raise InputError(
            f"{len(both)} patients lie on both sides: {both[0]!r} is in the {members.kind or 'training'} set and in the "
            f"{others.kind or 'held-out'} set.",
            "Members and non-members must be different patients: leave them out of one set.",
        )


def scores_of(
    attack: Attack,
    members: FeatureSet,
    others: FeatureSet,
    known: Knowledge,
    *,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> MembershipScores:
    """Carries out an attack on members and non-members.

    Raises:
        NotPossible: what it reads is not there.
        TooFewImages: released or reference set are too small for it.
        InputError: a patient lies on both sides, or sets cannot be compared.
    """
    check_possible(attack, known)
    records = together(members, others)
    return scored(attack, records, np.arange(len(records)) < len(members), known, settings=settings, seed=seed)


def scored(
    attack: Attack,
    records: FeatureSet,
    member: np.ndarray,  # (N,) bool
    known: Knowledge,
    *,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> MembershipScores:
    """As `scores_of`, of records that lie in one set already."""
    check_possible(attack, known)
    seeded = {"seed": seed} if "seed" in (attack.function.__kwdefaults__ or {}) else {}
    given = [records, *(getattr(known, name) for name in attack.reads[1:])]
    values = np.asarray(attack.function(*given, **(settings or {}), **seeded), np.float64)
    if values.shape != (len(records),) or not np.isfinite(values).all():
        raise BenchError(f"Attack {attack.id!r} gave no finite score for each of {len(records)} records, but shape {values.shape}.")
    rows = np.concatenate([np.arange(int(member.sum())), np.arange(int((~member).sum()))])
    placed = np.empty(len(member), int)
    placed[np.concatenate([np.flatnonzero(member), np.flatnonzero(~member)])] = rows
    return MembershipScores(values, member, records.units, placed)


def check_possible(attack: Attack, known: Knowledge) -> None:
    """Raises NotPossible or TooFewImages where an attack lacks something, and says what would be needed."""
    for name in attack.reads[1:]:
        found = getattr(known, name)
        if found is None:
            raise NotPossible(f"{attack.title} cannot run: there is no {name} to read.", LACKS[name])
        if isinstance(found, FeatureSet) and len(found) < attack.min_samples:
            raise TooFewImages(f"{attack.title} needs {attack.min_samples} {name} images; there are {len(found)}.")
        if isinstance(found, FeatureSet) and "vectors" in attack.needs and not found.vectors:
            raise NotPossible(f"{attack.title} needs vectors; {found.encoder!r} gives codes.", "Choose another encoder.")
