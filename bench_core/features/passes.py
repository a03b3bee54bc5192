"""What a pass over the pairs of two sets is asked for and what it finds, and sums of outer products."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from bench_core.features.kernels import KERNELS
from bench_core.features.place import place
from bench_core.features.threads import each


@dataclass(frozen=True, eq=False)
class PassRequest:
    """What a pass over the pairs of two sets shall find.

    Attributes:
        widths: candidates that are listed for each row of the one and of the other set.
        apart: only rows of other patients with other contents are listed.
        balls: (N, K) and (M, K) float64, sorted squared radii of balls around the rows; (N, 0) where none are counted.
        sums: whether kernels are added up.
    """

    widths: tuple[int, int]
    apart: bool
    balls: tuple[np.ndarray, np.ndarray]
    sums: bool

    @property
    def lists(self) -> bool:
        """Whether nearest rows are listed."""
        return bool(self.widths[0] or self.widths[1])

    @property
    def counts(self) -> bool:
        """Whether rows inside balls are counted."""
        return any(radii.shape[1] for radii in self.balls)


ROWS = 8192
"""Rows whose products are added up at a time."""


def scatter(values: np.ndarray, mean: np.ndarray) -> np.ndarray:  # (N, D), (D,) -> (D, D) float64
    """Sum of the outer products of all rows minus their mean, here or wherever the adder in charge makes them."""
    adder = place().adder
    found = adder(values, mean) if adder else None
    return products(values, mean) if found is None else found


def products(values: np.ndarray, mean: np.ndarray) -> np.ndarray:  # (N, D), (D,) -> (D, D) float64
    """The same, here; those of parts of the rows add up to those of all."""
    total = np.zeros((len(mean), len(mean)))
    for start in range(0, len(values), ROWS):
        apart = values[start : start + ROWS] - mean
        total += apart.T @ apart
    return total


class PassFindings:
    """What a pass has collected for the rows of one set."""

    def __init__(self, rows: int, width: int, balls: int, sums: bool) -> None:
        self.near, self.at = np.full((rows, width), np.inf, np.float32), np.full((rows, width), -1, np.int32)
        self.limit = np.full(rows, np.inf if width else -np.inf, np.float32)
        self.inside = np.zeros((rows, balls), np.int32)
        self.sums = np.zeros((len(KERNELS), rows if sums else 0))

    def part(self, rows: slice) -> "PassFindings":
        """Some of the rows, as a view: what is added to it is added here."""
        out = copy(self)
        out.near, out.at, out.limit, out.inside = self.near[rows], self.at[rows], self.limit[rows], self.inside[rows]
        out.sums = self.sums[:, rows]
        return out

    def add(self, other: "PassFindings") -> None:
        """Takes in what another thread or machine has collected for the same rows."""
        from bench_core.features.tiles import merge

        if other.near.shape[1]:
            each(len(self.near), self.near.size, lambda part: merge(self.near, self.at, other.near, other.at, (part.start, part.stop)))
        if other.inside.shape == self.inside.shape:
            self.inside += other.inside
        self.sums += other.sums


def reach_of(radii: np.ndarray) -> np.ndarray:  # (N, K) float64 -> (N,) float32
    """The largest radii, rounded up; -inf where there are none."""
    if not radii.shape[1]:
        return np.full(len(radii), -np.inf, np.float32)
    return np.nextafter(radii[:, -1].astype(np.float32), np.float32(np.inf))
