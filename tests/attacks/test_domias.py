"""DOMIAS against the authors' code (tests/reference/membership.py), and where its densities end."""

import json

import numpy as np
import pytest

from bench_core.attacks.domias import domias
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from tests.reference import membership


def test_the_ratio_of_the_authors() -> None:
    records, released, reference, _ = map(FeatureSet, membership.features())
    theirs = np.array(json.loads(membership.FILE.read_text())["domias_kde"])
    np.testing.assert_allclose(np.exp(domias(records, released, reference)), theirs, rtol=1e-4)


def test_what_has_no_density() -> None:
    alike = FeatureSet(np.ones((40, 3)))
    assert domias(alike, alike, alike).tolist() == [0] * 40
    few = FeatureSet(np.random.default_rng(0).normal(size=(8, 20)))
    with pytest.raises(TooFewImages, match="8 components needs more than 8 images: 8 released"):
        domias(few, few, few)
