"""Rows of vectors: their rounding bound, distances, repeats."""

import numpy as np
import pytest

from bench_core.features import passes_on_torch
from bench_core.features.rows import Space


@pytest.mark.parametrize("width", [16, 768, 4096])
def test_the_worst_order_of_adding_stays_within_half_the_rounding_bound(width: int) -> None:
    """One product after the other inside each portion, on the rows with the largest partial sums: equal ones."""
    x = (np.random.default_rng(0).normal(size=(2000, width)) + 1).astype(np.float32)
    product = np.zeros(len(x), np.float32)
    for start in range(0, width, passes_on_torch.DEEP):
        part = x[:, start : start + passes_on_torch.DEEP]
        product += np.cumsum(part * part, axis=1, dtype=np.float32)[:, -1]
    exact = np.einsum("nd,nd->n", x, x, dtype=np.float64)
    off = 2 * np.abs(product - exact) / (2 * exact)  # of a distance, which is two norms less twice the product
    assert 0 < off.max() < Space().rounding(width) / 2
