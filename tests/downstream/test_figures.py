"""Thresholds come from validation images, and gains are paired."""

import numpy as np
import pytest

from bench_core.downstream.draws import Cell
from bench_core.downstream.figures import Figures, curves
from bench_core.downstream.intervals import Resamples
from bench_core.downstream.loop import Trained

LABELS = np.tile([0.0, 0.0, 1.0], 40)[:, None]
RNG = np.random.default_rng(2)


def trained(shift: float, noise: float = 0.2) -> Trained:
    def scores() -> np.ndarray:
        return np.clip(0.3 + shift + 0.4 * LABELS + noise * RNG.normal(size=LABELS.shape), 0, 1)

    return Trained(scores(), scores(), 10)


def test_a_threshold_that_fits_the_scale_of_the_scores_is_chosen_on_validation_images() -> None:
    figures = Figures(("Edema",), LABELS, Resamples.of(np.arange(120), 2, count=20), {}, ("Edema",))
    rows = figures.rows(Cell("real_only", 1.0, None), [trained(0.25, 0.05), trained(-0.3, 0.05)], LABELS, {"n_real": 5})
    found = {(r["measure"], r["finding"]): r for r in rows}
    assert found["f1", "Edema"]["value"] > 0.95
    assert found["auroc", "all"]["value"] == found["auroc", "Edema"]["value"]
    assert ("auroc", "rare") not in found and found["auroc", "all"]["kept_at"] == 10


def test_a_gain_is_the_difference_and_its_interval_narrower_than_the_figures_own() -> None:
    figures = Figures(("Edema",), LABELS, Resamples.of(np.arange(120), 2), {}, ("Edema",))
    base = [trained(0.0), trained(0.0)]
    near = [Trained(t.validation, np.clip(t.test + 0.001 * RNG.normal(size=t.test.shape), 0, 1), 10) for t in base]
    real = {r["measure"]: r for r in figures.rows(Cell("real_only", 1.0, None), base, LABELS, {}) if r["finding"] == "all"}
    other = {r["measure"]: r for r in figures.rows(Cell("augmented", 1.0, None), near, LABELS, {}) if r["finding"] == "all"}
    assert other["auroc"]["gain"] == pytest.approx(other["auroc"]["value"] - real["auroc"]["value"])
    assert other["auroc"]["gain_high"] - other["auroc"]["gain_low"] < 0.3 * (real["auroc"]["high"] - real["auroc"]["low"])


def test_curves_go_from_corner_to_corner() -> None:
    points = curves(Cell("mixed", 1.0, 2.0), [trained(0.0), trained(0.1)], LABELS, ("Edema",))
    roc = [(p["x"], p["y"]) for p in points if p["curve"] == "roc" and p["finding"] == "all"]
    assert roc[-1] == (1.0, 1.0) and all(y >= x - 0.05 for x, y in roc)
    assert sum(p["count"] for p in points if p["curve"] == "calibration") == 240
