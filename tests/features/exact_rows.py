"""Rows whose products are exact in float32, and what a pass over them should find."""

import numpy as np

from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassRequest
from bench_core.features.rows import Rows, Space
from bench_core.features.tiles import gap


def rows_of(values: np.ndarray, patients: int = 0) -> Rows:
    """Rows with equal contents numbered alike, some to a patient."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    content = np.unique(values, axis=0, return_inverse=True)[1].reshape(-1)
    patient = np.arange(len(values)) // patients if patients else -1 - np.arange(len(values))
    return Rows(values, Space(), np.stack([patient, content], axis=1))


def whole(seed: int, n: int, d: int) -> np.ndarray:
    """Integers whose column means are 0: all products are exact in float32, in whatever order they are added up."""
    half = np.random.default_rng(seed).integers(-6, 7, size=(n // 2, d))
    return np.concatenate([half, -half]).astype(np.float32)


def balls(rows: Rows, others: Rows, k: int = 3) -> np.ndarray:  # (N, k)
    """Distances of each row to its first others, exactly: some pairs lie on the very edge of a ball."""
    out = [[gap(rows.values, i, others.values, j) for j in range(i % 5, i % 5 + k)] for i in range(len(rows))]
    return np.sort(np.array(out), axis=1)


def wanted_of(pairs: Pairs, widths: tuple[int, int] = (7, 7), apart: bool = False, counted: bool = True, sums: bool = True) -> PassRequest:
    none = np.empty((len(pairs.a), 0)), np.empty((len(pairs.b), 0))
    given = (balls(pairs.a, pairs.b), balls(pairs.b, pairs.a)[:, :2]) if counted and not pairs.within else none
    return PassRequest(widths, apart, given, sums)
