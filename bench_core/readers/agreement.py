"""Agreement beyond chance: Fleiss, Krippendorff, Cohen, with bootstrap intervals over what was rated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Level = Literal["nominal", "ordinal", "interval"]
DRAWS = 1000


@dataclass(frozen=True)
class Agreement:
    """A coefficient, its interval, and how many units it is read off."""

    value: float
    low: float
    high: float
    n: int


Coefficient = Callable[[np.ndarray], np.ndarray]
"""From weights of units (B, U) to coefficients (B,): NaN where all answers are one and the same."""


def fleiss_kappa(ratings: np.ndarray, seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Of an array (readers, units) of codes, NaN where nothing was said; units that a reader left out are not counted.

    References:
        Fleiss 1971, doi:10.1037/h0031619.
    """
    whole = ratings[:, ~np.isnan(ratings).any(0)]
    readers, units = whole.shape
    if readers < 2 or not units:
        return Agreement(np.nan, np.nan, np.nan, units)
    counts = (whole[:, :, None] == np.unique(whole)).sum(0)  # (U, C)
    alike = ((counts**2).sum(1) - readers) / (readers * (readers - 1))

    def coefficient(weights: np.ndarray) -> np.ndarray:
        observed = weights @ alike / weights.sum(1)
        shares = weights @ counts / (weights.sum(1, keepdims=True) * readers)
        return _beyond(observed, (shares**2).sum(1))

    return _with_interval(coefficient, units, seed, draws)


def krippendorff_alpha(ratings: np.ndarray, level: Level = "nominal", seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Of an array (readers, units) of numbers, NaN where nothing was said; units with one answer are not counted.

    References:
        Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability". The interval is a bootstrap over units; his own resamples pairs.
    """
    said = ratings[:, (~np.isnan(ratings)).sum(0) >= 2]
    units = said.shape[1]
    if not units:
        return Agreement(np.nan, np.nan, np.nan, 0)
    values = np.unique(said[~np.isnan(said)])
    counts = (said[:, :, None] == values).sum(0).astype(float)  # (U, V)
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(len(values)) * counts[:, None, :]
    pairs /= (counts.sum(1) - 1)[:, None, None]

    def coefficient(weights: np.ndarray) -> np.ndarray:
        parts = np.array_split(weights, 1 + len(weights) * len(values) // 2000)  # a long scale has many pairs of values
        return np.concatenate([_alpha(part, pairs, values, level) for part in parts])

    return _with_interval(coefficient, units, seed, draws)


def _alpha(weights: np.ndarray, pairs: np.ndarray, values: np.ndarray, level: Level) -> np.ndarray:
    together = (weights @ pairs.reshape(len(pairs), -1)).reshape(-1, len(values), len(values))  # (B, V, V)
    totals = together.sum(2)  # (B, V)
    distance = _distances(totals, values, level)
    n = totals.sum(1)
    expected = np.einsum("bv,bw,bvw->b", totals, totals, distance) / (n - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (together * distance).sum((1, 2)) / expected, np.nan)


def _distances(totals: np.ndarray, values: np.ndarray, level: Level) -> np.ndarray:  # (B, V) -> (B or 1, V, V)
    if level == "nominal":
        return np.asarray(1 - np.eye(len(values))[None])
    place = values[None] if level == "interval" else np.cumsum(totals, 1) - totals / 2
    return np.asarray((place[:, :, None] - place[:, None, :]) ** 2)


def cohen_kappa(first: np.ndarray, second: np.ndarray, *, weighted: bool = False, seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Of two answers to each unit, numbers; NaN where nothing was said.

    Args:
        weighted: disagreement counts by the square of the distance of the numbers.

    References:
        Cohen 1960, doi:10.1177/001316446002000104, and 1968, doi:10.1037/h0026256. The distances are those of the numbers, not of the ranks
        of those that occur, as in scikit-learn: a 5 against a 1 counts the same whether or not a 3 was ever given.
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    one, other = first[both], second[both]
    units = len(one)
    if not units:
        return Agreement(np.nan, np.nan, np.nan, 0)
    values = np.unique(np.concatenate([one, other]))
    cost = (values[:, None] - values) ** 2 if weighted else 1 - np.eye(len(values))
    rows, columns = (one[:, None] == values).astype(float), (other[:, None] == values).astype(float)
    apart = (one - other) ** 2 if weighted else (one != other).astype(float)

    def coefficient(weights: np.ndarray) -> np.ndarray:
        total = weights.sum(1)
        expected = np.einsum("bv,vw,bw->b", weights @ rows, cost, weights @ columns) / total**2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(expected > 0, 1 - weights @ apart / total / expected, np.nan)

    return _with_interval(coefficient, units, seed, draws)


def _beyond(observed: np.ndarray, chance: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)


def _with_interval(coefficient: Coefficient, units: int, seed: int, draws: int) -> Agreement:
    """Percentiles of draws of as many units with replacement; none where more than a twentieth of the draws have no coefficient."""
    value = float(coefficient(np.ones((1, units)))[0])
    if np.isnan(value) or units < 2 or not draws:
        return Agreement(value, np.nan, np.nan, units)
    weights = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), draws).astype(float)
    drawn = coefficient(weights)
    if np.isnan(drawn).mean() > 0.05:
        return Agreement(value, np.nan, np.nan, units)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Agreement(value, float(low), float(high), units)
