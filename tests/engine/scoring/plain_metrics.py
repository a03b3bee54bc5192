"""Metrics whose intervals and null ranges are known in closed form, and Gaussian sets for them."""

from typing import Any

import numpy as np

from bench_core.data import Score
from bench_core.engine.scoring.uncertainty import Measurement, measure
from bench_core.features import FeatureSet
from bench_core.registry import Metric, metric


@metric(title="Mean gap", family="fidelity", goal="minimize", paper="arXiv:0")
def mean_gap(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Difference of the means of the first feature, whose interval and null range are known in closed form."""
    return Score(float(synthetic.values[:, 0].mean() - real.values[:, 0].mean()))


@metric(title="Mean", family="privacy", goal="minimize", paper="arXiv:0")
def synthetic_mean(train: FeatureSet, synthetic: FeatureSet) -> Score:
    """Mean of the first feature."""
    return Score(float(synthetic.values[:, 0].mean()))


@metric(title="Mean", family="fidelity", goal="minimize", paper="arXiv:0", interval="jackknife")
def jackknifed_mean(synthetic: FeatureSet) -> Score:
    """Mean of the first feature."""
    return Score(float(synthetic.values[:, 0].mean()))


def gaussian(n: int, seed: int, kind: str, patients: int = 1) -> FeatureSet:
    """n images; each patient has that many, all alike but for a thousandth."""
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(size=(-(-n // patients), 3)), patients, axis=0)[:n] + 1e-3 * rng.normal(size=(n, 3))
    return FeatureSet(values, kind=kind, subjects=np.arange(n) // patients if patients > 1 else None)


def sets(seed: int = 0, n: int = 100, m: int = 80, t: int = 150, patients: int = 2) -> dict[str, FeatureSet]:
    return {
        "real": gaussian(n, seed, "real", patients),
        "synthetic": gaussian(m, seed + 1, "synthetic"),
        "train": gaussian(t, seed + 2, "train"),
    }


def plugin(function: Any) -> Metric:
    return function.plugin


def found(function: Any, given: dict[str, FeatureSet], **more: Any) -> Measurement:
    return measure(plugin(function), given, settings={}, **more)
