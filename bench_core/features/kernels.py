"""Kernels between rows: a cubic one, and a Gaussian one between rows of unit length.

Cubic: `(x.y / D + 1)^3` (Binkowski 2018, arXiv:1801.01401). Gaussian: of width 10 (Jayasumana 2024, arXiv:2401.09603).
Products come from a float32 matrix product of centred rows; what centring took away is put back in float64, where all else happens too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench_core.features.rows import Rows

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
        """The terms of two sets of rows."""
        inverses = [np.divide(1.0, r.lengths, out=np.zeros(len(r)), where=r.lengths > 0) for r in (a, b)]
        dots = a.along(b.mean, centred=False) - a.mean @ b.mean, b.along(a.mean, centred=False)
        return Terms(1 / a.values.shape[1], *dots, *inverses)


def diagonal(rows: Rows, kernel: Kernel) -> np.ndarray:  # (N,)
    """The kernel of each row with itself."""
    return (rows.lengths**2 / rows.values.shape[1] + 1) ** 3 if kernel == "cubic" else np.ones(len(rows))
