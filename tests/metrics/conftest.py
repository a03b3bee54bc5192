"""Small simulated feature sets."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet

Make = Callable[..., FeatureSet]


@pytest.fixture
def make() -> Make:
    """`make(n, seed)`: n Gaussian images; `labelled=True` adds findings that shift the features, and text features."""
    directions = np.random.default_rng(99).normal(size=(len(FINDINGS), 64))

    def of(n: int, seed: int, d: int = 8, *, shift: float = 0, labelled: bool = False, kind: str = "", **more: object) -> FeatureSet:
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(n, d)) + shift
        if labelled:
            labels = (rng.random((n, len(FINDINGS))) < 0.3).astype(float)
            signal = labels @ directions[:, :d] * 0.5
            more = {"labels": pd.DataFrame(labels, columns=list(FINDINGS)), "text": signal + 0.3 * rng.normal(size=(n, d)), **more}
            values = values + signal
        return FeatureSet(values, kind=kind, **more)  # type: ignore[arg-type]

    return of
