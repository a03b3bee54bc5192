"""Sums of the cubic kernel `(x.y / D + 1)^3` (Binkowski 2018, arXiv:1801.01401) over parts of two matrices, in float64."""

from functools import cached_property

import numpy as np

from bench_core.distances import blocks

KEPT = 16_000_000
"""Elements of the largest kernel matrix that is kept (128 MB)."""


class CubicKernel:
    """The kernel between the rows of two matrices; kept as a matrix if that is small, computed in blocks if not."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:  # (N, D), (M, D)
        self._x, self._y = x, y

    @cached_property
    def _matrix(self) -> np.ndarray | None:  # (N, M)
        return _cubic(self._x, self._y) if len(self._x) * len(self._y) <= KEPT else None

    def _part(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        if self._matrix is not None:
            return self._matrix[np.ix_(rows, columns)]
        return _cubic(self._x[rows], self._y[columns])

    def total(self, rows: np.ndarray, columns: np.ndarray) -> float:
        """Sum over those rows and columns."""
        return float(sum(self._part(rows[part], columns).sum() for part in blocks(len(rows), len(columns))))

    @cached_property
    def margins(self) -> tuple[np.ndarray, np.ndarray]:  # (N,), (M,)
        """Sums of each whole row and of each whole column."""
        rows, columns = np.empty(len(self._x)), np.zeros(len(self._y))
        everything = np.arange(len(columns))
        for part in blocks(len(rows), len(columns)):
            kernel = self._part(np.arange(part.start, part.stop), everything)
            rows[part] = kernel.sum(axis=1)
            columns += kernel.sum(axis=0)
        return rows, columns

    def total_without(self, rows: np.ndarray, columns: np.ndarray) -> float:
        """Sum over all but those rows and columns: the whole minus what is left out, which costs little when that is little."""
        of_rows, of_columns = self.margins
        return float(of_rows.sum() - of_rows[rows].sum() - of_columns[columns].sum()) + self.total(rows, columns)


def cubic_diagonal(x: np.ndarray) -> np.ndarray:  # (N, D) -> (N,)
    """The kernel of each row with itself."""
    x = x.astype(np.float64)
    return (np.einsum("nd,nd->n", x, x) / x.shape[1] + 1) ** 3


def _cubic(x: np.ndarray, y: np.ndarray) -> np.ndarray:  # (S, D), (T, D) -> (S, T)
    kernel = x.astype(np.float64) @ y.astype(np.float64).T
    kernel /= x.shape[1]
    kernel += 1
    return kernel**3
