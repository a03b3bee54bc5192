"""Labelled sets to score."""

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet


def labelled(n: int, seed: int, kind: str, d: int = 6) -> FeatureSet:
    rng = np.random.default_rng(seed)
    labels = pd.DataFrame((rng.random((n, 14)) < 0.3).astype(float), columns=list(FINDINGS))
    labels["Fracture"] = 0.0
    signal = labels.to_numpy() @ np.random.default_rng(5).normal(size=(14, d))
    return FeatureSet(signal + rng.normal(size=(n, d)), text=signal, kind=kind, labels=labels, encoder="enc")


@pytest.fixture(scope="module")
def sets() -> dict[str, FeatureSet]:
    return {"synthetic": labelled(80, 0, "synthetic"), "real": labelled(120, 1, "real"), "train": labelled(200, 2, "train")}
