"""What is done to the perfect generator: one cell is one fault at one strength."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.data import FINDINGS
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet, Sets
from bench_core.registry import Fault, faults, find_fault

UNSPOILED = ""
"""In place of the id of a fault: the perfect generator as it is. What is flagged of it is chance."""


@dataclass(frozen=True)
class Cell:
    """One fault at one strength; none at all (`fault` is None) for the perfect generator itself."""

    fault: Fault | None
    strength: float = 0.0
    variant: str = ""

    @property
    def name(self) -> str:
        """What tells it from all other cells, in one line."""
        return f"{self.id} {self.strength:g} {self.variant}".strip()

    @property
    def id(self) -> str:
        """The id of the fault, or UNSPOILED."""
        return self.fault.id if self.fault else UNSPOILED

    @property
    def spoils_films(self) -> bool:
        """Whether every film is spoiled by itself, and encoded anew."""
        return self.fault is not None and self.fault.works_on == "film"

    @property
    def words(self) -> str:
        """What is done, as people say it."""
        return self.fault.words(self.strength, self.variant) if self.fault else "a perfect generator"


def cells_of(names: Sequence[str] | None, sets: Sets) -> list[Cell]:
    """The perfect generator, then all strengths of these faults that these sets allow; None: of all faults that can be made of them.

    Raises:
        UnknownName: there is no such fault.
        NotPossible: one that was named cannot be made of them.
    """
    chosen = [find_fault(name) for name in names] if names is not None else list(faults().values())
    for one in chosen if names is not None else ():
        if why := lacking(one, sets):
            raise NotPossible(why, "Or leave that fault out.")
    return [Cell(None), *(cell for one in chosen if not lacking(one, sets) for cell in _strengths(one, sets["real"]))]


def lacking(fault: Fault, sets: Sets) -> str:
    """Why a fault cannot be made of these sets, and what to do; empty if it can."""
    if fault.works_on == "film" and sets["real"].images is None:
        return f"{fault.title} changes pixels, and these are features. Import the images."
    if "train" in fault.needs and "train" not in sets:
        return f"{fault.title} needs training images, and none were given. Give a training set."
    if fault.alter and sets["train"].images is None:
        return f"{fault.title} changes pixels, and these are features. Import the images."
    if "labels" in fault.needs and not _labelled(sets["real"]):
        return f"{fault.title} needs finding labels, and the real set has none. Import it with columns of findings."
    return ""


def _strengths(fault: Fault, real: FeatureSet) -> Iterator[Cell]:
    for variant in fault.variants:
        if variant in FINDINGS and not (real.label(variant) == 1).any():
            continue  # there is nothing to lose
        for strength in fault.strengths:
            yield Cell(fault, strength, variant)


def _labelled(features: FeatureSet) -> bool:
    return not all(np.isnan(features.label(f)).all() for f in FINDINGS)
