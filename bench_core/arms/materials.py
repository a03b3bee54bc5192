"""What an arm chooses from: rows of one pool of training images."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Stage:
    """A part of a training: every batch is drawn, with replacement, from these rows of the pool.

    Attributes:
        rows: one that is there twice is drawn twice as often.
        share: of the steps of the whole training.
    """

    rows: np.ndarray  # (N,) int
    share: float = 1.0


@dataclass(frozen=True)
class Materials:
    """Rows of the pool, by what the images are.

    Attributes:
        real: real training images that may be used.
        synthetic: as many synthetic images as are added.
        more: as many real images of training patients who are not in use; fewer where there are not so many.
        altered, reconstructed: as many real images, changed; of patients in `real` only.
        rng: of this training; arms of one seed are given equal ones.
    """

    real: np.ndarray  # (N,) int
    synthetic: np.ndarray  # (A,) int
    altered: np.ndarray  # (A,) int
    reconstructed: np.ndarray  # (A,) int
    rng: np.random.Generator
    more: np.ndarray = field(default_factory=lambda: np.empty(0, int))  # (M,) int

    def some(self, rows: np.ndarray, count: int) -> np.ndarray:
        """So many of those rows: without replacement as far as they go, then again."""
        whole = [self.rng.permutation(rows) for _ in range(-(-count // len(rows)))]
        return joined(whole)[:count]


def joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    """All those rows."""
    return np.concatenate(parts)
