"""Random orders of a set's images that depend on the seed and on what the images are, never on the order of rows."""

import numpy as np

from bench_core.features.base import Features


def shuffled(features: Features, rng: np.random.Generator, units: np.ndarray | None = None) -> np.ndarray:  # (N,)
    """Rows in a random order in which the images of one unit (a patient; in a synthetic set a prompt) stay together.

    `units` (N,) says otherwise which images belong together.
    """
    content = features.content
    unit = np.unique(features.units if units is None else units, return_inverse=True)[1]
    first = np.full(unit.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, unit, content)
    place = np.empty(len(first), int)  # of each unit in the new order
    place[np.argsort(first, kind="stable")] = rng.permutation(len(first))
    turn = np.empty(len(unit), int)  # of each image: a part of a unit is no choice of the lowest features
    turn[np.argsort(content, kind="stable")] = rng.permutation(len(unit))
    return np.lexsort((turn, place[unit]))


def by_content(features: Features) -> np.ndarray:  # (N,)
    """Rows in an order that is the same however the set is ordered."""
    return np.argsort(features.content, kind="stable")


def one_each(features: Features, rows: np.ndarray) -> np.ndarray:  # (S,)
    """Those rows, the first images of all units before any second one."""
    units = features.units[rows]
    by_unit = np.argsort(units, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(units[by_unit]) > 0])
    turn = np.empty(len(rows), int)  # which image of its unit each is
    turn[by_unit] = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    return rows[np.argsort(turn, kind="stable")]
