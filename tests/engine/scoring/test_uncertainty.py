"""Intervals, nulls and the subsets they come from."""

from typing import Any

import numpy as np
import pytest

from bench_core.data import Score
from bench_core.engine.scoring import uncertainty
from bench_core.engine.scoring.uncertainty import measure
from bench_core.features import FeatureSet
from bench_core.registry import find_metric, metric
from tests.engine.scoring.plain_metrics import found, gaussian, jackknifed_mean, mean_gap, plugin, sets, synthetic_mean


def test_the_half_width_of_a_mean_is_its_closed_form() -> None:
    widths = [(m.high - m.low) / 2 / 1.96 for s in range(12) for m in [found(mean_gap, sets(s * 10))] if m.high and m.low is not None]
    assert np.mean(widths) == pytest.approx(np.sqrt(1 / 50 + 1 / 80), rel=0.15)  # 50 patients, not 100 images
    alone = [found(jackknifed_mean, {"synthetic": gaussian(80, s, "synthetic")}) for s in range(12)]
    assert np.mean([(m.high - m.low) / 2 / 1.96 for m in alone if m.high and m.low is not None]) == pytest.approx(np.sqrt(1 / 80), rel=0.15)


@pytest.mark.parametrize(("function", "m"), [(mean_gap, 30), (mean_gap, 100), (synthetic_mean, 40), (synthetic_mean, 300)])
def test_the_null_range_holds_a_perfect_generator_nineteen_times_in_twenty(function: Any, m: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "HALVES", 2)  # intervals are not looked at here
    inside, off, width = [], [], []
    for seed in range(120):
        r = found(function, sets(seed * 7 + 1, m=m, t=12, patients=1))
        assert r.matched is not None
        assert r.null_low is not None
        assert r.null_high is not None
        inside.append(r.null_low <= r.matched <= r.null_high)
        off.append(r.matched - r.null)
        width.append(r.null_high - r.null_low)
    assert np.mean(inside) >= 0.88
    assert np.mean(width) / (2 * 1.96 * np.std(off)) < 1.4  # a range that is too wide sees no fault


def test_without_a_real_set_there_is_no_null() -> None:
    given = sets()
    del given["real"]
    m = found(synthetic_mean, given)
    assert m.low is not None
    assert (m.matched, m.null, m.null_low, m.null_high) == (None, None, None, None)


def test_too_few_images_for_the_repeats_is_a_note() -> None:
    given = {name: f.take(np.arange(12)) for name, f in sets().items()}
    m = measure(find_metric("precision"), given, settings={"k": 5})
    assert m.low is None
    assert m.null is None
    assert "No interval" in m.note
    assert "No null" in m.note


def test_nulls_are_shared_and_follow_what_decides_them(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    @metric(title="Calls", family="fidelity", goal="minimize", paper="arXiv:0")
    def calls_made(real: FeatureSet, synthetic: FeatureSet, *, power: int = 1) -> Score:
        """Counts how often it is called."""
        nonlocal calls
        calls += 1
        return Score(float(synthetic.values[:, 0].mean()) ** power)

    def calls_of(given: dict[str, FeatureSet], seed: int = 0, power: int = 1) -> int:
        before = calls
        measure(plugin(calls_made), given, settings={"power": power}, seed=seed, nulls=nulls)
        return calls - before

    nulls: dict[str, Any] = {}
    one = sets()
    whole = calls_of(one)
    assert calls_of({**one, "synthetic": gaussian(80, 9, "synthetic")}) == whole - 3 * uncertainty.SPLITS
    assert len(nulls) == 1
    assert calls_of({**one, "synthetic": gaussian(22, 9, "synthetic")}) == whole
    assert calls_of({**one, "real": gaussian(100, 9, "real")}) == whole
    assert calls_of(one, seed=1) == whole
    assert calls_of(one, power=2) == whole
    assert len(nulls) == 5
