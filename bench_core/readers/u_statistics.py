"""The one-shot variance of a reader-averaged ROC area: unbiased, for any pattern of who read what, from moments of the successes."""

from dataclasses import dataclass

import numpy as np

from bench_core.readers.covariances import moment_sums
from bench_core.readers.obuchowski_rockette import Estimate, estimate, estimate_share
from bench_core.readers.readings import Readings, by_reader

_PARTS = np.array(
    [
        [0, 0, 0, 0, 0, 0, 1, -1],
        [0, 0, 0, 0, 0, 1, 0, -1],
        [0, 0, 0, 1, 0, 0, 0, -1],
    ]
)
"""The variances of negative cases, positive cases and readers by themselves, from the eight moments."""
_SHARES = np.array([[1, 0, 1, 0, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]])
"""What share of the variance of one reading each of them adds to that of the mean, from the weights of the moments."""


@dataclass(frozen=True)
class Moments:
    """What two modalities (or one and itself) have in common.

    Attributes:
        moments: products of two successes, in expectation: same reader or not, same negative case or not, same positive or not.  (..., 8)
        weights: of each in the variance of the mean.  (..., 8)
        biased: the same moments with all that two pairs may share, as a bootstrap has them.  (..., 8)
    """

    moments: np.ndarray
    weights: np.ndarray
    biased: np.ndarray

    @property
    def covariance(self) -> np.ndarray:
        """Of the two reader-averaged areas."""
        found: np.ndarray = (self.moments * self.weights).sum(-1)
        return found

    @property
    def parts(self) -> np.ndarray:  # (..., 3)
        """Variances that come from negative cases, positive cases and readers alone, biased (they say only how many degrees are free)."""
        return np.where(self._shares != 0, self.biased @ _PARTS.T, 0.0)

    @property
    def degrees(self) -> np.ndarray:  # (..., 3)
        """Of negative cases, positive cases, readers."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._shares != 0, np.round(1 / self._shares - 1), np.inf)

    @property
    def _shares(self) -> np.ndarray:
        return np.where(np.abs(found := self.weights @ _SHARES.T) < 1e-12, 0.0, found)


def moments(readings: Readings, first: int, second: int) -> Moments:
    """Of two modalities by their places.

    References:
        Gallas et al. 2009, doi:10.1080/03610920802610084; Gallas 2006, doi:10.1016/j.acra.2005.11.030.
    """
    found_sums, found_pairs = moment_sums(readings)
    sums, pairs = (by_reader(found, readings.shape)[..., first, :, second, :] for found in (found_sums, found_pairs))  # (4, ..., R, R)
    same = np.eye(readings.shape[1])
    eight_sums, eight_pairs = (
        np.moveaxis(np.concatenate([(found * same).sum((-1, -2)), (found * (1 - same)).sum((-1, -2))]), 0, -1) for found in (sums, pairs)
    )
    all_pairs = eight_pairs.sum(-1, keepdims=True)
    weights = eight_pairs / all_pairs
    weights[..., 7] -= 1
    return Moments(_ratio(eight_sums, eight_pairs), weights, _ratio(_all_within(eight_sums), _all_within(eight_pairs)))


def _ratio(sums: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pairs > 0, sums / pairs, 0.0)


def _all_within(exact: np.ndarray) -> np.ndarray:  # (..., 8) -> (..., 8)
    """Sums over pairs that share at least so much, from sums over pairs that share exactly so much."""
    cube = exact.reshape(*exact.shape[:-1], 2, 2, 2)  # reader differs, negative case differs... in the order of `moments`
    for axis in (-3, -2, -1):
        cube = np.cumsum(cube, axis)
    return cube.reshape(exact.shape)


def mean_area(readings: Readings, modality: int, *, null: float = 0.5, level: float = 0.95) -> Estimate:
    """Reader-averaged area under one modality, for other readers and other cases; a reader counts by the pairs that they read.

    References:
        Degrees of freedom as iMRMC 4 has them (`dfBDG`): Satterthwaite's, at least those of the scarcest of readers, negative and
        positive cases (Gaylor and Hopper 1969). iMRMC rounds them down and makes the interval on the plain scale; see `estimate_share`. NaN
        where the estimated variance is not positive.
    """
    found = moments(readings, modality, modality)
    se, df = _noise(found.covariance, found.parts, found.degrees)
    return estimate_share(_area(readings, modality), se, df, null=null, level=level)


def area_difference(readings: Readings, first: int, second: int, *, level: float = 0.95) -> Estimate:
    """Reader-averaged area under one modality less that under another."""
    one, other, both = moments(readings, first, first), moments(readings, second, second), moments(readings, first, second)
    variance = one.covariance + other.covariance - 2 * both.covariance
    parts = one.parts + other.parts - 2 * both.parts
    value = _area(readings, first) - _area(readings, second)
    se, df = _noise(variance, parts, np.minimum(one.degrees, other.degrees))
    return estimate(value, se, df, level=level)


def _area(readings: Readings, modality: int) -> np.ndarray:
    one = readings.of([modality])
    found: np.ndarray = one.success.sum((-1, -2, -3)) / one.pairs_read.sum((-1, -2, -3))
    return found


def _noise(variance: np.ndarray, parts: np.ndarray, degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard error and degrees of freedom."""
    with np.errstate(divide="ignore", invalid="ignore"):
        noise = np.where(np.isinf(degrees) | (degrees <= 0), 0.0, parts**2 / degrees**3).sum(-1)
        df = np.maximum(variance**2 / noise, degrees.min(-1))
    return np.sqrt(np.where(variance > 0, variance, np.nan)), df
