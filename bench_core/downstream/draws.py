"""Who trains, who validates, and what is put beside the real images: drawn once for all arms, so that they differ by nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.errors import NotPossible
from bench_core.features import FeatureSet

NONE_LEFT = NotPossible("All real training images are in use at this share: there are none to add.")
"""Why an arm that adds real images cannot be trained."""
VALIDATE = 0.1
"""Of the training patients, those who only say when to stop and where to put thresholds."""


@dataclass(frozen=True)
class Cell:
    """What is trained once per seed.

    Attributes:
        arm: its id. share: of the real training patients. ratio: added images for each real one; None: all synthetic ones there are.
    """

    arm: str
    share: float
    ratio: float | None

    @property
    def name(self) -> str:
        """For what is kept of it."""
        return f"{self.arm} {self.share:g} {'all' if self.ratio is None else format(self.ratio, 'g')}"


@dataclass(frozen=True)
class Draw:
    """Rows of one seed, share and ratio.

    Attributes:
        real: of the training set. synthetic: of the synthetic set, as many as are added.
        more: of the training set, rows of patients who neither are in use nor validate; as many as `synthetic`, or all there are.
        bases: (A,) the real rows that are altered or reconstructed, none of another patient; variants: (A,) the how manieth time.
    """

    real: np.ndarray
    synthetic: np.ndarray
    bases: np.ndarray
    variants: np.ndarray
    more: np.ndarray


@dataclass(frozen=True)
class Draws:
    """Draws from one training and one synthetic set.

    Attributes:
        validates: share of the patients who validate. of_images: every image counts as a patient of its own, so that patients lie on
            both sides.
    """

    train: FeatureSet
    synthetic: int
    seed: int = 0
    validates: float = VALIDATE
    of_images: bool = False

    @property
    def validation(self) -> np.ndarray:
        """Rows of the patients who validate: the same for all seeds."""
        return np.flatnonzero(np.isin(self._units, self._order[: self._held]))

    @property
    def _units(self) -> np.ndarray:  # (N,) int
        return np.arange(len(self.train)) if self.of_images else self.train.units

    @property
    def _order(self) -> np.ndarray:
        rng: np.random.Generator = np.random.default_rng([self.seed, 0])
        return rng.permutation(np.unique(self._units))

    @property
    def _held(self) -> int:
        return max(1, round(self.validates * len(self._order)))

    def draw(self, number: int, share: float, ratio: float | None) -> Draw:
        """The rows of one seed; those of a smaller share are among those of a larger one."""
        rng = np.random.default_rng([self.seed, 1 + number])
        patients = rng.permutation(np.sort(self._order[self._held :]))
        kept = patients[: max(1, round(share * len(patients)))]
        place = np.full(self._units.max() + 1, len(kept))
        place[kept] = np.arange(len(kept))
        of_row = place[self._units]
        real = np.argsort(of_row, kind="stable")[: int((of_row < len(kept)).sum())]
        count = self.synthetic if ratio is None else min(self.synthetic, max(1, round(ratio * len(real))))
        order = np.arange(count)
        chosen = rng.permutation(self.synthetic)[:count]
        others = np.flatnonzero(np.isin(self._units, patients[len(kept) :]))
        return Draw(real, chosen, real[order % len(real)], order // len(real), rng.permutation(others)[:count])


def distinct(draws: Sequence[Draw]) -> Iterator[tuple[int, int]]:
    """The changed images that those draws need: pairs of a row and a variant, each once."""
    pairs = np.concatenate([np.stack([d.bases, d.variants], axis=1) for d in draws])
    for row, variant in np.unique(pairs, axis=0):
        yield int(row), int(variant)
