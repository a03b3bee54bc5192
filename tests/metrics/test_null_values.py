"""What neighbour metrics say of a perfect generator, against figures of an independent simulation.

Its script (NumPy and scikit-learn only: whole matrices of distances in float64, k = 5) drew from `numpy.random.default_rng(0)`, for D = 2,
8, 32, 128 in turn, three matrices of 2,000 x D standard normals: the reference set, the generator's set and, second, a held-out set. The
same draws are made here, because single draws scatter by more than the 0.02 that is allowed.
"""

import numpy as np
import pytest

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.density import density
from bench_core.metrics.fidelity.precision import precision
from bench_core.metrics.privacy.authenticity import authenticity
from bench_core.metrics.privacy.closer_to_train import closer_to_train
from bench_core.metrics.privacy.copy_share import copy_share
from bench_core.metrics.variety.coverage import coverage

N = 2000
NAMES = ("precision", "copy_share", "density", "coverage", "authenticity", "closer_to_train")
FIGURES = {
    2: (0.997, 0.712, 0.985, 0.973, 0.391, 0.504),
    8: (0.948, 0.617, 0.997, 0.965, 0.587, 0.508),
    32: (0.793, 0.442, 0.995, 0.967, 0.783, 0.516),
    128: (0.655, 0.332, 0.984, 0.969, 0.858, 0.504),
}


@pytest.mark.parametrize("width", FIGURES)
def test_nulls_agree_with_the_simulation(width: int) -> None:
    rng = np.random.default_rng(0)
    for drawn in FIGURES:
        reference, held_out, candidate = (rng.normal(size=(N, drawn)) for _ in range(3))
        if drawn == width:
            break
    train, real, synthetic = FeatureSet(reference), FeatureSet(held_out), FeatureSet(candidate)
    found: dict[str, Score] = {
        "precision": precision(train, synthetic), "copy_share": copy_share(train, synthetic), "density": density(train, synthetic),
        "coverage": coverage(train, synthetic), "authenticity": authenticity(train, synthetic),
        "closer_to_train": closer_to_train(train, real, synthetic),
    }  # fmt: skip
    expected = dict(zip(NAMES, FIGURES[width], strict=True))
    assert {name: score.value for name, score in found.items()} == pytest.approx(expected, abs=0.001)
