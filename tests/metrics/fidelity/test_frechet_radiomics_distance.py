"""The distance of radiomics features: its formula, awkward tables, the authors' package."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import sqrtm

from bench_core.errors import TooFewImages
from bench_core.metrics.fidelity.frechet_radiomics_distance import log_distance
from tests.reference import radiomics as reference


def table(n: int, seed: int, d: int = 6, shift: float = 0.0) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(n, d)) * 10.0 ** np.arange(d) + shift
    return pd.DataFrame(values, columns=[f"glcm_{i}" for i in range(d)])


def slow_log_distance(real: np.ndarray, synthetic: np.ndarray) -> float:
    mean, sd = real.mean(axis=0), real.std(axis=0)
    a, b = (real - mean) / sd, (synthetic - mean) / sd
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return float(np.log(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real)))


def test_it_is_the_log_of_the_distance_of_scores_by_the_real_images() -> None:
    real, synthetic = table(80, 0), table(60, 1, shift=2.0) * 1.3
    value, used, left_out = log_distance(real, synthetic)
    assert value == pytest.approx(slow_log_distance(real.to_numpy(), synthetic.to_numpy()), rel=1e-5)
    assert used == list(real.columns)
    assert left_out == []
    # each feature in other units: the same
    assert log_distance(real * 7 + 3, synthetic * 7 + 3)[0] == pytest.approx(value, rel=1e-5)
    assert log_distance(synthetic, real)[0] != pytest.approx(value, rel=0.01)  # the first one is the measure


def test_columns_that_cannot_be_compared_are_left_out_by_name() -> None:
    real, synthetic = table(80, 0), table(60, 1)
    expected = log_distance(real, synthetic)[0]
    for frame in (real, synthetic):
        frame["constant"] = 0.1 + 0.2  # its mean is rounded
    real["gap"], synthetic["gap"] = 1.0 + np.arange(80), np.where(np.arange(60) == 7, np.nan, np.arange(60))
    real["endless"], synthetic["endless"] = np.where(np.arange(80) == 3, -np.inf, np.arange(80)), np.arange(60.0)
    real["here only"] = np.arange(80.0)
    value, used, left_out = log_distance(real, synthetic)
    assert value == pytest.approx(expected)
    assert left_out == ["constant", "gap", "endless", "here only"]
    assert len(used) == 6
    with pytest.raises(TooFewImages, match="no radiomic feature"):
        log_distance(real[["constant"]], synthetic[["constant"]])


def test_awkward_tables() -> None:
    few, other = table(10, 0, d=5), table(8, 1, d=5)
    assert np.isfinite(log_distance(few.iloc[:4], other.iloc[:3])[0])  # fewer images than features
    assert np.isfinite(log_distance(few, few)[0])
    assert log_distance(few, few)[0] < -10
    with pytest.raises(TooFewImages):
        log_distance(few, other.iloc[:1])
    order = np.random.default_rng(0).permutation(10)
    assert log_distance(few.iloc[order], other)[0] == pytest.approx(log_distance(few, other)[0], rel=1e-6)


def test_equal_to_frd_score() -> None:
    expected = json.loads(reference.FILE.read_text())
    real, synthetic = (pd.DataFrame(t) for t in reference.tables())
    assert log_distance(real, synthetic)[0] == pytest.approx(expected["log_distance"], rel=1e-5)
