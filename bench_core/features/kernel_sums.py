"""Sums of a kernel over parts of the pairs of two sets."""

from functools import cached_property

import numpy as np

from bench_core.features.kernels import KERNELS, UNIT, Kernel, diagonal
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassRequest
from bench_core.features.place import place
from bench_core.features.rows import blocks


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
        from bench_core.features.tiles import total

        if not len(rows) or not len(columns):
            return 0.0
        pairs, bell = self._pairs, self._kernel == "gaussian"
        if len(columns) == len(np.unique(columns)) == len(pairs.b):
            return float(self.margins[0][rows].sum())
        if len(rows) == len(np.unique(rows)) == len(pairs.a):
            return float(self.margins[1][columns].sum())
        t = pairs.terms
        if pairs.kept and 50 * len(rows) * len(columns) > len(pairs.a) * len(pairs.b):
            found = total(pairs.product, rows, columns, bell, t.scale, t.dots_a, t.dots_b, t.inverse_a, t.inverse_b)
            return float(found) * self._factor
        carrier = place().carrier
        if carrier and not pairs.kept:
            nothing = np.empty((len(rows), 0)), np.empty((len(columns), 0))
            found = carrier(pairs.take(0, rows, columns), PassRequest((0, 0), False, nothing, True))
            if found:
                return float(found[0].sums[self._number].sum()) * self._factor
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
