"""Sums of kernels over the pairs of two sets: `(x.y / D + 1)^3` (Binkowski 2018, arXiv:1801.01401), and a Gaussian of width 10 between rows
of unit length (Jayasumana 2024, arXiv:2401.09603).

Products come from a float32 matrix product of centred rows; what centring took away is put back in float64, where all else happens too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from bench_core.distances import Rows, blocks

if TYPE_CHECKING:
    from bench_core.pairs import Pairs

Kernel = Literal["cubic", "gaussian"]
KERNELS: tuple[Kernel, ...] = ("cubic", "gaussian")
UNIT = math.exp(-1 / 100)
"""`exp(-|x - y|^2 / (2 * 10^2))` of unit rows is this times `exp(x.y / 100)`, and the second factor is what sums run over."""


@dataclass(frozen=True, eq=False)
class Terms:
    """What turns a product of centred rows into kernels: `x.y = p + dots_a + dots_b`, and one over the lengths of the rows."""

    scale: float
    dots_a: np.ndarray  # (N,)
    dots_b: np.ndarray  # (M,)
    inverse_a: np.ndarray  # (N,)
    inverse_b: np.ndarray  # (M,)

    @staticmethod
    def of(a: Rows, b: Rows) -> Terms:
        inverses = [np.divide(1.0, r.lengths, out=np.zeros(len(r)), where=r.lengths > 0) for r in (a, b)]
        dots = a.along(b.mean, centred=False) - a.mean @ b.mean, b.along(a.mean, centred=False)
        return Terms(1 / a.values.shape[1], *dots, *inverses)


def diagonal(rows: Rows, kernel: Kernel) -> np.ndarray:  # (N,)
    """The kernel of each row with itself."""
    return (rows.lengths**2 / rows.values.shape[1] + 1) ** 3 if kernel == "cubic" else np.ones(len(rows))


class KernelSums:
    """Sums of one kernel over parts of two sets; within one set with the diagonal."""

    def __init__(self, pairs: Pairs, kernel: Kernel) -> None:
        self._pairs, self._number, self._factor = pairs, KERNELS.index(kernel), 1.0 if kernel == "cubic" else UNIT
        self._kernel = kernel

    @cached_property
    def margins(self) -> tuple[np.ndarray, np.ndarray]:  # (N,), (M,)
        """Sums of each whole row and of each whole column."""
        rows, columns = (sums[self._number] * self._factor for sums in self._pairs.sums())
        if self._pairs.within:
            rows = rows + diagonal(self._pairs.a, self._kernel)
            columns = rows
        return rows, columns

    def total(self, rows: np.ndarray, columns: np.ndarray) -> float:
        """Sum over those rows and columns."""
        from bench_core.tiles import total

        if not len(rows) or not len(columns):
            return 0.0
        pairs, bell = self._pairs, self._kernel == "gaussian"
        if len(columns) == len(np.unique(columns)) == len(pairs.b):
            return float(self.margins[0][rows].sum())
        if len(rows) == len(np.unique(rows)) == len(pairs.a):
            return float(self.margins[1][columns].sum())
        t = pairs.terms
        if pairs.kept and 50 * len(rows) * len(columns) > len(pairs.a) * len(pairs.b):
            return total(pairs.product, rows, columns, bell, t.scale, t.dots_a, t.dots_b, t.inverse_a, t.inverse_b) * self._factor
        out, right = 0.0, pairs.b.centred[columns]
        for part in blocks(len(rows), max(len(columns), right.shape[1])):
            some = rows[part]
            p = pairs.a.centred[some] @ right.T
            of = t.dots_a[some], t.dots_b[columns], t.inverse_a[some], t.inverse_b[columns]
            out += total(p, np.arange(len(some)), np.arange(len(columns)), bell, t.scale, *of)
        return out * self._factor

    def total_without(self, rows: np.ndarray, columns: np.ndarray) -> float:
        """Sum over all but those rows and columns: the whole minus what is left out, which costs little when that is little."""
        of_rows, of_columns = self.margins
        return float(of_rows.sum() - of_rows[rows].sum() - of_columns[columns].sum()) + self.total(rows, columns)
