"""Ratings of several readers as arrays: who ranked which positive case above which negative one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Readings:
    """What every reader said of every case, under every modality; NaN where a reader did not read a case, or it is not of that modality.

    Further dimensions may stand in front: many simulated studies are judged at once.

    Attributes:
        positive: ratings of positive (synthetic) cases; the higher, the surer that the case is positive.  (..., T, R, P)
        negative: of negative (real) ones.  (..., T, R, N)
    """

    positive: np.ndarray
    negative: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Modalities and readers."""
        return self.positive.shape[-3], self.positive.shape[-2]

    @cached_property
    def read(self) -> tuple[np.ndarray, np.ndarray]:  # (..., A, P), (..., A, N) float64
        """1 where a case was read, by arm: a modality and a reader, A = T R."""
        return (~np.isnan(_arms(self.positive))).astype(float), (~np.isnan(_arms(self.negative))).astype(float)

    @cached_property
    def success(self) -> np.ndarray:  # (..., A, P, N)
        """1 where the positive case is rated above the negative one, 1/2 where both are rated alike, 0 below or where one was not read."""
        above = _arms(self.positive)[..., :, None] - _arms(self.negative)[..., None, :]
        found: np.ndarray = np.nan_to_num((1 + np.sign(above)) / 2, nan=0.0)
        return found

    @property
    def pairs_read(self) -> np.ndarray:  # (..., A, P, N)
        """1 where both cases of a pair were read."""
        found: np.ndarray = self.read[0][..., :, None] * self.read[1][..., None, :]
        return found

    @cached_property
    def counts(self) -> tuple[np.ndarray, np.ndarray]:  # (..., A), (..., A)
        """Positive and negative cases that were read in each arm."""
        return self.read[0].sum(-1), self.read[1].sum(-1)

    @cached_property
    def flat_areas(self) -> np.ndarray:  # (..., A)
        """Areas under the empirical ROC curve (trapezoids: ties count one half), NaN where one side has no case."""
        pairs = self.counts[0] * self.counts[1]
        with np.errstate(invalid="ignore"):
            found: np.ndarray = self.success.sum((-1, -2)) / pairs
            return found

    @cached_property
    def areas(self) -> np.ndarray:  # (..., T, R)
        """The same, by modality and reader."""
        return self.flat_areas.reshape(*self.flat_areas.shape[:-1], *self.shape)

    def of(self, modalities: list[int]) -> "Readings":
        """Only these modalities."""
        return Readings(self.positive[..., modalities, :, :], self.negative[..., modalities, :, :])


def _arms(ratings: np.ndarray) -> np.ndarray:
    *studies, modalities, readers, cases = ratings.shape
    return ratings.reshape(*studies, modalities * readers, cases)


def by_reader(matrix: np.ndarray, shape: tuple[int, int]) -> np.ndarray:  # (..., A, A) -> (..., T, R, T, R)
    """A matrix over arms, with a place for modality and reader of each side."""
    return matrix.reshape(*matrix.shape[:-2], *shape, *shape)
