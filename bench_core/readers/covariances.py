"""Covariances of empirical ROC areas that were read off the same cases, by three ways that agree in large studies."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from bench_core.readers.readings import Readings

Way = Literal["jackknife", "delong", "u_statistic"]


def covariances(readings: Readings, way: Way = "delong") -> np.ndarray:  # (..., A, A)
    """Covariance of the areas of each two arms (a modality and a reader each), given the readers: it is that of drawing other cases.

    Cases that only one of two arms read add nothing to their covariance.

    References:
        DeLong et al. 1988, doi:10.2307/2531595; Gallas 2006, doi:10.1016/j.acra.2005.11.030 (unbiased); Quenouille's jackknife over cases.
        In a fully crossed study the three are those of RJafroc (`varCov`) to the last digit.
    """
    return WAYS[way](readings)


def _delong(readings: Readings) -> np.ndarray:
    read_positive, read_negative = readings.read
    positives, negatives = readings.counts
    by_positive = readings.success.sum(-1) / negatives[..., None]  # share of negatives below each positive case
    by_negative = readings.success.sum(-2) / positives[..., None]
    area = readings.flat_areas[..., None]
    parts = ((by_positive - area, read_positive), (by_negative - area, read_negative))
    found: np.ndarray = np.sum([sample_covariance(deviations * read, read) for deviations, read in parts], axis=0)
    return found


def sample_covariance(deviations: np.ndarray, read: np.ndarray) -> np.ndarray:
    """Of two means, each over the cases of its arm; the deviations of cases that were not read are 0."""
    shared = _gram(read)
    counts = read.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _gram(deviations) * shared / (shared - 1) / (counts[..., :, None] * counts[..., None, :])
    return np.where(shared > 1, found, 0.0)


def _jackknife(readings: Readings) -> np.ndarray:
    positives, negatives = readings.counts
    total = readings.success.sum((-1, -2))[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        without_positive = (total - readings.success.sum(-1)) / ((positives - 1) * negatives)[..., None]
        without_negative = (total - readings.success.sum(-2)) / (positives * (negatives - 1))[..., None]
    left = np.concatenate([without_positive, without_negative], -1)  # (..., A, P + N) the area without each case
    read = np.concatenate(readings.read, -1)
    cases = read.sum(-1)
    mean = (np.where(read > 0, left, 0.0).sum(-1) / cases)[..., None]
    weight = np.sqrt((cases - 1) / cases)
    found: np.ndarray = _gram(np.where(read > 0, left - mean, 0.0)) * weight[..., :, None] * weight[..., None, :]
    return found


def _u_statistic(readings: Readings) -> np.ndarray:
    sums, pairs = moment_sums(readings)
    with np.errstate(invalid="ignore", divide="ignore"):
        moments = np.where(pairs > 0, sums / pairs, 0.0)  # (4, ..., A, A)
    area = pairs.sum(0)
    weights = pairs / np.where(area > 0, area, 1)
    found: np.ndarray = (weights * moments).sum(0) - moments[3]
    return found


def _moment_sums(values: np.ndarray) -> np.ndarray:  # (..., A, P, N) -> (4, ..., A, A)
    """Sums of products of two arms over two pairs of a positive and a negative case each.

    In order: the pairs share both cases, the negative one only, the positive one only, none.
    """
    same = _gram(values.reshape(*values.shape[:-2], -1))
    negative = _gram(values.sum(-2)) - same
    positive = _gram(values.sum(-1)) - same
    return np.stack([same, negative, positive, _gram(values.sum((-1, -2))[..., None]) - same - negative - positive])


def moment_sums(readings: Readings) -> tuple[np.ndarray, np.ndarray]:  # (4, ..., A, A) each
    """Those sums of the successes, and how many products each has."""
    return _moment_sums(readings.success), _moment_sums(readings.pairs_read)


def _gram(rows: np.ndarray) -> np.ndarray:  # (..., A, K) -> (..., A, A)
    found: np.ndarray = rows @ np.swapaxes(rows, -1, -2)
    return found


WAYS: dict[Way, Callable[[Readings], np.ndarray]] = {"jackknife": _jackknife, "delong": _delong, "u_statistic": _u_statistic}
