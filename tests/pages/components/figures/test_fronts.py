"""The Pareto front is drawn on the shortfall from the null, and incomparable points are named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core.api import pareto_front, shortfall
from bench_core.registry import Target
from pages.components.figures.fronts import differences, front, trade_off_points
from tests.pages.fake import Fake, metric_of

LOWER, HIGHER = metric_of("frechet_distance"), metric_of("authenticity")


def test_shortfall_is_cut_at_zero_in_every_direction() -> None:
    assert shortfall(18.0, 4.0, LOWER) == 14.0
    assert shortfall(2.0, 4.0, LOWER) == 0.0
    assert shortfall(0.6, 0.8, HIGHER) == pytest.approx(0.2)
    assert shortfall(0.9, 0.8, HIGHER) == 0.0
    middle = replace(LOWER, goal=Target(0.5))
    assert shortfall(0.8, 0.52, middle) == pytest.approx(0.28)
    assert shortfall(0.5, 0.52, middle) == 0.0


def test_shortfall_without_a_null_is_the_value_turned_so_that_lower_is_better() -> None:
    assert shortfall(3.0, None, LOWER) == 3.0
    assert shortfall(0.7, float("nan"), HIGHER) == -0.7


def test_pareto_front_keeps_ties_and_drops_missing() -> None:
    costs = np.array([[0, 0], [0, 0], [0, 1], [1, 0], [np.nan, -5], [2, 2]])
    assert pareto_front(costs).tolist() == [True, True, False, False, False, False]
    assert pareto_front(np.array([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0], [2.0, 2.0]])).tolist() == [True, True, True, False]


def _points(**columns: list[float]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({f"{a}_{f}": columns.get(f"{a}_{f}", [np.nan] * n) for a in "xy" for f in ("value", "matched", "null")})


def test_garbage_with_perfect_authenticity_does_not_beat_a_perfect_generator() -> None:
    points = _points(
        x_value=[4.0, 60.0], x_matched=[4.0, 60.0], x_null=[4.0, 4.0], y_value=[0.8, 1.0], y_matched=[0.8, 1.0], y_null=[0.8, 0.8]
    )
    assert front(points, LOWER, HIGHER).tolist() == [True, False]
    assert front(points, LOWER, HIGHER, raw=True).tolist() == [True, True]


def test_front_compares_matched_values() -> None:
    points = _points(
        x_value=[1.0, 9.0], x_matched=[9.0, 5.0], x_null=[4.0, 4.0], y_value=[0.8, 0.8], y_matched=[0.8, 0.8], y_null=[0.8, 0.8]
    )
    assert front(points, LOWER, HIGHER).tolist() == [False, True]


def test_points_are_sets_with_both_numbers() -> None:
    fake = Fake()
    results = fake.results("r", "t", "e")
    results.loc[(results["set_name"] == "copycat") & (results["metric"] == "coverage"), "status"] = "skipped"
    results.loc[(results["set_name"] == "phantom-gan") & (results["metric"] == "tstr_auroc"), "status"] = "failed"
    points = trade_off_points(results, "coverage", "frechet_distance", "tstr_auroc")
    assert "copycat" not in set(points["set_name"])
    assert np.isnan(points.set_index("set_name").loc["phantom-gan", "size_value"])
    assert len(points) == 6


def test_one_metric_on_both_axes_still_gives_points() -> None:
    points = trade_off_points(Fake().results("r", "t", "e"), "recall", "recall", None)
    assert (points["x_value"] == points["y_value"]).all() and len(points) == 7


def test_differences_name_what_makes_points_incomparable() -> None:
    row = {"metric": "recall", "n_synthetic": 200, "n_real": 2000, "n_train": None, "version": 1, "encoder_revision": "a"}
    assert differences([row, dict(row)]) == []
    found = differences([row, {**row, "n_synthetic": 4}, {**row, "encoder_revision": "b"}])
    assert found == ["the number of synthetic images differs (200, 4)", "the revision of the encoder differs (a, b)"]


def test_different_metrics_may_differ() -> None:
    row = {"metric": "recall", "n_synthetic": 200, "n_real": 2000, "version": 1, "encoder_revision": "a"}
    assert differences([row, {**row, "metric": "copy_share", "version": 2}]) == []
