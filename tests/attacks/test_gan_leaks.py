"""GAN-Leaks in its three forms against the authors' code and the DOMIAS package (tests/reference/membership.py)."""

import json

import numpy as np
import pytest

from bench_core.attacks.gan_leaks import gan_leaks
from bench_core.attacks.gan_leaks_by_data import gan_leaks_by_data
from bench_core.attacks.gan_leaks_by_generator import gan_leaks_by_generator
from bench_core.features import FeatureSet
from tests.reference import membership

THEIRS = {name: np.array(values) for name, values in json.loads(membership.FILE.read_text()).items()}


@pytest.fixture(scope="module")
def sets() -> list[FeatureSet]:
    return [FeatureSet(values) for values in membership.features()]


def test_the_distances_of_the_authors(sets: list[FeatureSet]) -> None:
    records, released, _, other = sets
    np.testing.assert_allclose(-gan_leaks(records, released), THEIRS["gan_leaks_loss"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(np.exp(-(gan_leaks(records, released) ** 2)), THEIRS["domias_gan_leaks"], rtol=1e-5)
    calibrated = THEIRS["gan_leaks_reference_loss"] - THEIRS["gan_leaks_loss"]
    np.testing.assert_allclose(gan_leaks_by_generator(records, released, other), calibrated, rtol=1e-4, atol=1e-5)


def test_the_calibration_by_data_of_the_package(sets: list[FeatureSet]) -> None:
    records, released, reference, _ = sets
    ours = 1 / (1 + np.exp(-gan_leaks_by_data(records, released, reference)))
    np.testing.assert_allclose(ours, THEIRS["domias_gan_leaks_cal"], rtol=1e-5)
