"""The Roe-Metz model of several readers' ratings: studies out of thin air, whose true areas are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench_core.readers.readings import Readings

Structure = Literal["HL", "LL", "HH", "LH"]
_CASES = {"H": (0.3, 0.3, 0.2, 0.2), "L": (0.1, 0.1, 0.2, 0.6)}
_READERS = {"L": 0.0082, "H": 0.0447}


@dataclass(frozen=True)
class RoeMetz:
    """Variances of what a rating is made of; those of cases and error add up to 1.

    Attributes:
        case: of a film, for all readers and modalities; modality_case: of it under one modality; reader_case: of it for one reader.
        error: of one rating; reader: of a reader's mean; modality_reader: of it under one modality (positive and negative films apart).

    References:
        Roe and Metz 1997, doi:10.1016/S1076-6332(97)80032-3; reader variances of Hillis 2018, doi:10.1002/sim.7616, table 2.
    """

    case: float
    modality_case: float
    reader_case: float
    error: float
    reader: float
    modality_reader: float

    @classmethod
    def of(cls, structure: Structure) -> "RoeMetz":
        """By two letters: are readers alike in which films they find hard (high or low), and do they differ in skill (high or low)."""
        reader = _READERS[structure[1]]
        return cls(*_CASES[structure[0]], reader, reader)

    @property
    def variance(self) -> float:
        """Of a rating of a film of one kind."""
        return self.case + self.modality_case + self.reader_case + self.error + self.reader + self.modality_reader


def simulate(
    model: RoeMetz, areas: Sequence[float], sizes: tuple[int, int, int], studies: int, rng: np.random.Generator, scale: int = 0
) -> Readings:
    """Ratings of many studies; their expected area over all readers is `areas`, or on a scale `area_on_scale`.

    Args:
        areas: one for each modality.
        sizes: readers, positive cases, negative cases.
        scale: ratings from 1 to `scale`, cut so that each is about as frequent over both kinds; 0: as they are.
    """
    readers, *cases = sizes
    means = _separations(model, areas)
    sides = [_side(model, (studies, len(areas), readers, count), rng) for count in cases]
    sides[0] += means[:, None, None]
    if scale:
        cuts = _cuts(model, means, scale)
        sides = [1.0 + np.searchsorted(cuts, side) for side in sides]
    return Readings(*sides)


def area_on_scale(model: RoeMetz, area: float, scale: int) -> float:
    """Expected area of ratings that are cut into a scale."""
    from scipy.stats import norm

    mean = _separations(model, [area])
    edges = np.concatenate([[-np.inf], _cuts(model, mean, scale), [np.inf]]) / np.sqrt(model.variance)
    negative = np.diff(norm.cdf(edges))
    positive = np.diff(norm.cdf(edges - mean[0] / np.sqrt(model.variance)))
    return float((positive * (np.cumsum(negative) - negative / 2)).sum())


def _separations(model: RoeMetz, areas: Sequence[float]) -> np.ndarray:
    from scipy.stats import norm

    found: np.ndarray = norm.ppf(np.asarray(areas, float)) * np.sqrt(2 * model.variance)
    return found


def _cuts(model: RoeMetz, means: np.ndarray, scale: int) -> np.ndarray:
    """Where a scale is cut: the quantiles of a normal distribution with mean and variance of all ratings together."""
    from scipy.stats import norm

    middle = float(means.mean()) / 2
    found: np.ndarray = norm.ppf(np.arange(1, scale) / scale, middle, np.sqrt(model.variance + middle**2))
    return found


def _side(model: RoeMetz, shape: tuple[int, int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Ratings (studies, T, R, films) of the films of one kind, with mean 0."""
    studies, modalities, readers, films = shape
    parts = (
        (model.case, (studies, 1, 1, films)), (model.modality_case, (studies, modalities, 1, films)),
        (model.reader_case, (studies, 1, readers, films)), (model.error, shape), (model.reader, (studies, 1, readers, 1)),
        (model.modality_reader, (studies, modalities, readers, 1)),
    )  # fmt: skip
    total = np.zeros(shape)
    for variance, of in parts:
        total += np.sqrt(variance) * rng.standard_normal(of)
    return total
