"""Simulated studies have the areas and the correlations that they are asked for."""

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.roe_metz import RoeMetz, area_on_scale, simulate


def test_variances_add_up() -> None:
    for structure in ("HL", "LL", "HH", "LH"):
        model = RoeMetz.of(structure)  # type: ignore[arg-type]
        assert_allclose(model.case + model.modality_case + model.reader_case + model.error, 1)
        assert model.reader == (0.0447 if structure[1] == "H" else 0.0082)


def test_areas_and_correlations() -> None:
    model = RoeMetz.of("HH")
    drawn = simulate(model, (0.7, 0.9), (4, 20, 20), 600, np.random.default_rng(0))
    assert_allclose(drawn.areas.mean((0, 2)), [0.7, 0.9], atol=0.01)
    first, second = drawn.positive[:, 0, 0, 0], drawn.positive[:, 0, 1, 0]
    expected = (model.case + model.modality_case) / model.variance
    assert abs(np.corrcoef(first, second)[0, 1] - expected) < 0.1


def test_a_scale_has_its_own_area() -> None:
    model = RoeMetz.of("LL")
    drawn = simulate(model, (0.8,), (3, 15, 15), 800, np.random.default_rng(1), 5)
    assert set(np.unique(drawn.positive)) == {1.0, 2, 3, 4, 5}
    assert_allclose(drawn.areas.mean(), area_on_scale(model, 0.8, 5), atol=0.006)
    assert area_on_scale(model, 0.8, 5) < 0.8
    assert_allclose(area_on_scale(model, 0.8, 400), 0.8, atol=1e-4)
