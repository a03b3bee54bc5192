"""The Fréchet distance at infinite size: unbiased where the plain one is not, and dgm-eval's protocol."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from sklearn.linear_model import LinearRegression

from bench_core import registry
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.frechet_distance import frechet_distance
from bench_core.metrics.fidelity.frechet_distance_infinity import frechet_distance_infinity
from tests.metrics.conftest import Make


def slow_frechet(a: np.ndarray, b: np.ndarray) -> float:
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real))


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_it_finds_the_distance_of_the_distributions(make: Make, shift: float) -> None:
    d, true = 16, 16 * shift**2
    pairs = [(make(300, 2 * seed, d), make(160, 2 * seed + 1, d, shift=shift)) for seed in range(24)]
    plain = np.array([frechet_distance(*pair).value for pair in pairs])
    found = np.array([frechet_distance_infinity(*pair).value for pair in pairs])
    error = found.std() / np.sqrt(len(pairs))
    assert abs(found.mean() - true) < 3 * error
    assert plain.mean() - true > 8 * error


def test_repeats_measure_the_same_line(make: Make) -> None:
    pairs = [(make(300, 2 * seed, 16), make(160, 2 * seed + 1, 16, shift=0.3)) for seed in range(16)]
    whole = np.array([(score := frechet_distance_infinity(*pair)).value for pair in pairs])
    few = np.array([frechet_distance_infinity(*pair, **score.repeat_with).value for pair in pairs])
    assert abs(whole.mean() - few.mean()) < 3 * (whole - few).std() / np.sqrt(len(pairs))


def test_both_sets_shrink_together(make: Make) -> None:
    real, synthetic = make(400, 0), make(200, 1)
    table = frechet_distance_infinity(real, synthetic, sizes=5, draws=2).tables["sizes"]
    assert len(table) == 10
    assert table["n_synthetic"].min() == 20  # a tenth, more than 2 D
    np.testing.assert_allclose(table["n_real"] / table["n_synthetic"], 2, rtol=0.03)
    whole = table[table["shrunk_by"] == 1]
    np.testing.assert_allclose(whole["distance"], frechet_distance(real, synthetic).value)
    narrow = frechet_distance_infinity(real, synthetic, per_dimension=15).tables["sizes"]
    assert narrow["n_synthetic"].min() == 120


def test_the_protocol_of_dgm_eval(make: Make) -> None:
    real, synthetic = make(300, 0, 6), make(250, 1, 6, shift=0.2)
    seeds = [frechet_distance_infinity(real, synthetic, rule="dgm_eval", seed=s) for s in range(12)]
    table = seeds[0].tables["sizes"]
    sizes = np.linspace(25, 250, 15).astype(int)
    assert table["n_synthetic"].tolist() == sizes.tolist()
    assert set(table["n_real"]) == {300}
    line = LinearRegression().fit(1 / table[["n_synthetic"]].to_numpy(), table["distance"])
    assert seeds[0].value == pytest.approx(line.intercept_)

    rng = np.random.default_rng(5)
    a, b = real.values.astype(float), synthetic.values.astype(float)
    references = []
    for _ in range(12):
        distances = [slow_frechet(a, rng.choice(b, size, replace=False)) for size in sizes]
        references.append(LinearRegression().fit(1 / sizes[:, None], distances).intercept_)
    values = [s.value for s in seeds]
    assert np.mean(values) == pytest.approx(np.mean(references), abs=3 * np.hypot(np.std(values), np.std(references)) / np.sqrt(12))


def test_too_few_images_for_a_line(make: Make) -> None:
    with pytest.raises(TooFewImages, match=r"synthetic has n = 150 images; with D = 64 .* n = 128 on, and drawing one needs 160"):
        frechet_distance_infinity(make(400, 0, 64, kind="real"), make(150, 1, 64, kind="synthetic"))
    with pytest.raises(TooFewImages, match="real has n = 1 images"):
        frechet_distance_infinity(make(1, 0, 64, kind="real"), make(150, 1, 64, kind="synthetic"))


def test_two_hundred_images_of_64_features_have_all_numbers(make: Make) -> None:
    sets = {"real": make(400, 0, 64, kind="real"), "synthetic": make(200, 1, 64, kind="synthetic")}
    metric = registry.find_metric("frechet_distance_infinity")
    found = measure(metric, sets, settings=metric.settings(sizes=4, draws=1).model_dump())
    assert found.note == ""
    for number in (found.low, found.high, found.matched, found.null, found.null_low, found.null_high):
        assert number is not None
        assert np.isfinite(number)


def test_awkward_sets(make: Make) -> None:
    same = make(100, 0)
    assert frechet_distance_infinity(same, make(100, 0)).value <= 1e-6
    constant = FeatureSet(np.ones((50, 4)))
    assert frechet_distance_infinity(constant, FeatureSet(np.full((50, 4), 3.0))).value == pytest.approx(16)
    assert frechet_distance_infinity(same, make(90, 1), seed=1).value == frechet_distance_infinity(same, make(90, 1), seed=1).value
    assert frechet_distance_infinity(same, make(90, 1), seed=1).value != frechet_distance_infinity(same, make(90, 1), seed=2).value
