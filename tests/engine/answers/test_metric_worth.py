"""Metrics beside utility: the correlation, its interval, families left out, and words that do not overclaim."""

import numpy as np
import pytest

from bench_core import registry
from bench_core.engine.answers.comparison import NumberWithDraws
from bench_core.engine.answers.metric_worth import correlation, reading
from bench_core.frames import METRIC_WORTH


def told(n: int, noise: float, families: int = 3) -> dict[str, float]:
    rng = np.random.default_rng(n)
    names = [f"s{i}" for i in range(n)]
    numbers = {s: NumberWithDraws(float(i), None, None, i + 0.1 * rng.normal(size=50), 200) for i, s in enumerate(names)}
    order = np.arange(n) if noise == 0 else rng.permutation(n)
    gains = {
        s: {"gain": -0.01 * g, "gain_low": -0.01 * g - 0.002, "gain_high": -0.01 * g + 0.002} for s, g in zip(names, order, strict=True)
    }
    return correlation(numbers, gains, registry.find_metric("frechet_distance"), {s: str(i % families) for i, s in enumerate(names)})


def test_a_metric_that_ranks_as_the_gain_does_is_told_with_up_being_better() -> None:
    found = told(12, 0)
    assert found["rho"] == pytest.approx(1) and found["low"] > 0.8 and found["left_low"] == pytest.approx(1) and found["n"] == 12


def test_one_that_says_nothing_has_an_interval_across_zero() -> None:
    found = told(12, 1)
    assert found["low"] < 0 < found["high"] and found["left_low"] <= found["rho"] <= found["left_high"]


def row(**more: float) -> dict:
    where = {"classifier": "linear", "arm": "augmented", "share": 1.0, "measure": "auroc", "metric": "frechet_distance", "n": 7}
    return {**where, "rho": 0.9, "low": 0.5, "high": 1.0, "left_low": 0.7, "left_high": 1.0, **more}


def test_few_sets_are_no_rule_and_chance_is_told() -> None:
    said = reading(METRIC_WORTH.of([row()]), {"frechet_distance": "Fréchet distance"})
    assert "Fréchet distance" in said and "n = 7" in said and "not a rule" in said and "by chance" in said
    assert "not with each family" in reading(METRIC_WORTH.of([row(left_low=-0.2)]), {})
    assert "No metric's interval leaves out 0" in reading(METRIC_WORTH.of([row(low=-0.1)]), {})
    assert "told of so few" in reading(METRIC_WORTH.of([]), {})
