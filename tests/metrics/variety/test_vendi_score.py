"""Vendi score: closed forms, the authors' package, codes."""

import json

import numpy as np
import pytest

from bench_core import registry
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.metrics.variety.vendi_score import vendi_score
from tests.metrics.conftest import Make
from tests.reference import variety as reference


def vendi(values: object, **settings: object) -> float:
    return vendi_score(FeatureSet(np.array(values, float)), **settings).value  # type: ignore[arg-type]


def test_vendi_of_the_known_kernel() -> None:
    rows = [[1, 0, 0], [0.9, 0.19**0.5, 0], [0, 0, 1]]  # K = [[1, .9, 0], [.9, 1, 0], [0, 0, 1]]
    assert vendi(rows) == pytest.approx(2.1573, abs=5e-5)
    assert vendi(np.array(rows) * [[3], [0.1], [50]]) == pytest.approx(2.1573, abs=5e-5)  # lengths do not matter


@pytest.mark.parametrize("q", [0.1, 0.5, 1.0, 2.0, 50.0])
def test_vendi_counts_equal_groups(q: float) -> None:
    assert vendi(np.eye(7), q=q) == pytest.approx(7)
    assert vendi(np.ones((9, 3)), q=q) == pytest.approx(1)
    assert vendi(np.repeat(np.eye(4, 10), 6, axis=0), q=q) == pytest.approx(4)


def test_vendi_of_unequal_groups_is_the_entropy_of_their_shares() -> None:
    rows, p = np.repeat(np.eye(3), [5, 3, 2], axis=0), np.array([0.5, 0.3, 0.2])
    assert vendi(rows) == pytest.approx(np.exp(-(p * np.log(p)).sum()))
    assert vendi(rows, q=2) == pytest.approx(1 / (p**2).sum())


def test_vendi_equals_the_authors_package() -> None:
    found = json.loads(reference.FILE.read_text())["vendi"]
    for q in reference.ORDERS:
        assert vendi(reference.features(), q=q) == pytest.approx(found[str(q)], rel=1e-9)


@pytest.mark.parametrize(("n", "d"), [(30, 5), (5, 30), (6, 6)])
def test_both_forms_of_vendi_are_one(n: int, d: int) -> None:
    values = np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)
    unit = values / np.linalg.norm(values.astype(float), axis=1, keepdims=True)
    shares = np.linalg.eigvalsh(unit @ unit.T / n)
    shares = shares[shares > 1e-12]
    assert vendi(values) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), rel=1e-9)
    assert vendi(np.pad(values, ((0, 0), (0, 40)))) == pytest.approx(vendi(values), rel=1e-9)


def test_vendi_sees_a_spread_that_shrank() -> None:
    values = np.random.default_rng(0).normal(size=(100, 10)) + 2
    mean = values.mean(axis=0)
    assert vendi(mean + 0.3 * (values - mean)) < 0.7 * vendi(values)


def test_a_row_of_zeros_is_one_more_direction() -> None:
    assert vendi([[1, 0], [0, 1], [0, 0]]) == pytest.approx(3)
    assert vendi([[0.0, 0], [0, 0]]) == pytest.approx(1)


def test_vendi_with_a_gaussian_kernel() -> None:
    k = np.exp(-(3**2) / (2 * 2**2))
    p = np.array([1 + k, 1 - k]) / 2
    assert vendi([[0, 0], [3, 0]], kernel="rbf", bandwidth=2) == pytest.approx(np.exp(-(p * np.log(p)).sum()))
    values = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    square = ((values[:, None].astype(float) - values) ** 2).sum(axis=2)
    shares = np.linalg.eigvalsh(np.exp(-square / 2) / 40)
    assert vendi(values, kernel="rbf", bandwidth=1) == pytest.approx(np.exp(-(shares * np.log(np.maximum(shares, 1e-300))).sum()), rel=1e-5)
    with pytest.raises(InputError, match="bandwidth = 0 with the rbf kernel.*median distance between real"):
        vendi(values, kernel="rbf")


def test_vendi_of_codes_compares_place_by_place() -> None:
    codes = FeatureSet(np.array([[1, 2, 3, 4], [1, 2, 3, 4], [9, 9, 9, 9], [1, 2, 9, 9]]), distance="hamming")
    kernel = np.array([[1, 1, 0, 0.5], [1, 1, 0, 0.5], [0, 0, 1, 0.5], [0.5, 0.5, 0.5, 1]])
    shares = np.linalg.eigvalsh(kernel / 4)
    shares = shares[shares > 1e-12]
    assert vendi_score(codes).value == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))


@pytest.mark.parametrize("name", ["vendi_score", "beta_recall"])
def test_a_perfect_generator_is_inside_its_null_and_a_collapsed_one_is_not(name: str, make: Make) -> None:
    metric = registry.find_metric(name)
    real = make(300, 0, shift=2, kind="real")
    mean = make(150, 7, shift=2).values.mean(axis=0)
    for synthetic, inside in ((make(150, 1, shift=2).values, True), (mean + 0.5 * (make(150, 1, shift=2).values - mean), False)):
        found = measure(metric, {"real": real, "synthetic": FeatureSet(synthetic)}, settings=metric.settings().model_dump())
        assert found.matched is not None
        assert found.null_low is not None
        assert found.null_high is not None
        assert (found.null_low <= found.matched <= found.null_high) == inside
