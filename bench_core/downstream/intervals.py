"""Intervals of figures and of differences between arms: over patients of the test set and over trainings, both drawn anew together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Resamples:
    """Weightings of test images and of trainings. The first is the plain mean; all arms see the same ones, so that differences are paired.

    Attributes:
        images: (B, N) how often each image was drawn; a patient's images come together.
        trainings: (B, S) the weight of each training, rows summing to 1.
    """

    images: np.ndarray
    trainings: np.ndarray

    @classmethod
    def of(cls, units: np.ndarray, trainings: int, count: int = 200, seed: int = 0) -> Resamples:  # units (N,) int
        """Patients with replacement, trainings with replacement.

        A mean over few drawn trainings varies too little, by (S - 1) / S; the weights are stretched about 1 / S to mend it.
        """
        rng = np.random.default_rng([seed, 77])
        patients, of_image = np.unique(units, return_inverse=True)
        drawn = rng.multinomial(len(patients), np.full(len(patients), 1 / len(patients)), size=count)
        images = np.vstack([np.ones(len(units)), drawn[:, of_image]])
        even = np.full((1, trainings), 1 / trainings)
        chosen = rng.multinomial(trainings, even[0], size=count) / trainings
        stretch = np.sqrt(trainings / (trainings - 1)) if trainings > 1 else 1.0
        return cls(images, np.vstack([even, 1 / trainings + stretch * (chosen - 1 / trainings)]))

    def mean(self, figures: Sequence[np.ndarray]) -> np.ndarray:  # S times (B, F) -> (B, F)
        """Figures of several trainings, weighted."""
        found: np.ndarray = np.einsum("bs,sbf->bf", self.trainings, np.stack(figures))
        return found


@dataclass(frozen=True)
class Interval:
    """A value and where its 95 percent interval ends; NaN where it cannot be told."""

    value: float
    low: float
    high: float


def interval(values: np.ndarray) -> Interval:  # (B,): the first is the value itself
    """Percentiles of the resampled values."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(drawn) < len(values) / 2:
        return Interval(float(values[0]), np.nan, np.nan)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(values[0]), float(min(low, values[0])), float(max(high, values[0])))
