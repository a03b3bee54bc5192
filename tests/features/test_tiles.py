"""The compiled code."""

import numpy as np
import pytest
import torch

from bench_core.features import passes_on_torch
from bench_core.features.tiles import gap


@pytest.mark.parametrize("width", [1, 7, 8, 40, 771])
def test_exact_gaps_are_those_of_the_compiled_code_to_the_last_bit(width: int) -> None:
    x, y = (np.random.default_rng(seed).normal(size=(20, width)).astype(np.float32) for seed in (0, 1))
    found = passes_on_torch.gaps(torch.tensor(x), torch.tensor(y)).numpy()
    np.testing.assert_array_equal(found, [gap(x, i, y, i) for i in range(20)])
