"""Fewer of many: how many of each set a map holds, and which of its points a figure needs to draw."""

from collections.abc import Sequence

import numpy as np

CELLS = 256
"""Cells along the longer side of a map. Points in one cell lie on each other at the size of a figure."""


def even_shares(counts: Sequence[int], most: int) -> list[int]:
    """How many to keep of each: what is small stays whole, what is large is cut to one size, together at most `most`."""
    left, shares = most, [0] * len(counts)
    order = sorted(range(len(counts)), key=lambda i: counts[i])
    for done, i in enumerate(order):
        shares[i] = min(counts[i], left // (len(order) - done))
        left -= shares[i]
    return shares


def evenly(count: int, wanted: int) -> np.ndarray:  # (wanted,) rows, ascending
    """That many rows of `count`, at even steps from the first to the last."""
    return np.linspace(0, count - 1, min(wanted, count)).round().astype(int)


def points_to_draw(xy: np.ndarray, sets: np.ndarray, groups: Sequence[np.ndarray], most: int) -> list[np.ndarray]:
    """The rows of each group that a figure of `most` points draws, ascending: every set of every group keeps an even share.

    Args:
        xy: where each point lies, (N, 2).
        sets: a number per point that says of which set it is, (N,).
        groups: rows of each group.
    """
    parts = [[rows[sets[rows] == s] for s in np.unique(sets[rows])] for rows in groups]
    shares = iter(even_shares([len(rows) for of_group in parts for rows in of_group], most))
    return [
        np.sort(np.concatenate([rows[_uncrowded(xy[rows], next(shares))] for rows in of_group])) if of_group else np.empty(0, int)
        for of_group in parts
    ]


def _uncrowded(xy: np.ndarray, most: int) -> np.ndarray:  # rows
    """Up to `most` points: first one of each cell, then a second one, and so on."""
    if len(xy) <= most:
        return np.arange(len(xy))
    low = xy.min(axis=0)
    cells = np.floor((xy - low) * (CELLS / max(float((xy.max(axis=0) - low).max()), 1e-12))).astype(np.int64)
    order = np.random.default_rng(0).permutation(len(xy))  # which one of a cell comes first has nothing to do with the order of the table
    cell = (cells[:, 0] * (CELLS + 1) + cells[:, 1])[order]
    by_cell = np.argsort(cell, kind="stable")
    firsts = np.flatnonzero(np.r_[True, np.diff(cell[by_cell]) != 0])
    rank = np.empty(len(xy), np.int64)
    rank[by_cell] = np.arange(len(xy)) - np.repeat(firsts, np.diff(np.r_[firsts, len(xy)]))
    return order[np.argsort(rank, kind="stable")[:most]]
