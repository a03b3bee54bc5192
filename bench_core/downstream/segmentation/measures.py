"""How well a mask lies on another: Dice overlap and mean distance of surfaces."""

import numpy as np

from bench_core.registry import Tallies

DICE, DISTANCE = "segmentation_dice", "segmentation_surface_distance"


def dice(drawn: np.ndarray, truth: np.ndarray) -> np.ndarray:  # (..., S, S) bool, twice -> (...)
    """Twice the common area over both areas; NaN where there is nothing to draw."""
    both = drawn.sum(axis=(-2, -1)) + truth.sum(axis=(-2, -1))
    there = truth.any(axis=(-2, -1))
    found: np.ndarray = np.where(there, 2 * (drawn & truth).sum(axis=(-2, -1)) / np.maximum(both, 1), np.nan)
    return found


def surface_distance(drawn: np.ndarray, truth: np.ndarray) -> float:  # (S, S) bool, twice
    """Mean distance from each edge to the nearest point of the other (average symmetric surface distance), in percent of the film's side.

    NaN where there is nothing to draw; the film's diagonal where nothing was drawn.
    """
    from scipy import ndimage

    side = truth.shape[-1]
    if not truth.any():
        return float("nan")
    if not drawn.any():
        return float(100 * np.hypot(*truth.shape) / side)
    edges = [mask & ~ndimage.binary_erosion(mask) for mask in (drawn, truth)]  # beyond the film there is nothing
    away = [ndimage.distance_transform_edt(~edge) for edge in edges]
    each = np.concatenate([away[1][edges[0]], away[0][edges[1]]])
    return float(100 * each.mean() / side)


def tallies_of(values: np.ndarray, structures: tuple[str, ...]) -> Tallies:  # (N, C), NaN where an image has not the structure
    """The mean over images that have a structure, and the mean of these means over structures."""
    there = np.isfinite(values)
    counts = np.stack([np.where(there, values, 0), there], axis=2)  # (N, C, 2)
    each = {name: Tallies(counts[:, i], _mean) for i, name in enumerate(structures)}

    def over_structures(sums: np.ndarray) -> np.ndarray:  # (B, 2 C)
        means = _mean(sums.reshape(-1, 2)).reshape(len(sums), -1)
        known = np.isfinite(means)
        found: np.ndarray = np.where(known, means, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        return found

    return Tallies(counts.reshape(len(counts), -1), over_structures, each)


def _mean(sums: np.ndarray) -> np.ndarray:  # (B, 2) -> (B,)
    found: np.ndarray = np.where(sums[:, 1] > 0, sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], 1), np.nan)
    return found
