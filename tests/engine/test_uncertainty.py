"""Intervals, nulls and the subsets they come from."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS, Score
from bench_core.engine import uncertainty
from bench_core.engine.resamples import Resamples
from bench_core.engine.uncertainty import Measured, measure
from bench_core.errors import Cancelled
from bench_core.features import FeatureSet
from bench_core.registry import Metric, find_metric, metric


@metric(title="Mean gap", family="fidelity", goal="minimize", paper="arXiv:0")
def mean_gap(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Difference of the means of the first feature, whose interval and null range are known in closed form."""
    return Score(float(synthetic.values[:, 0].mean() - real.values[:, 0].mean()))


@metric(title="Mean", family="privacy", goal="minimize", paper="arXiv:0")
def synthetic_mean(train: FeatureSet, synthetic: FeatureSet) -> Score:
    """Mean of the first feature."""
    return Score(float(synthetic.values[:, 0].mean()))


@metric(title="Mean", family="fidelity", goal="minimize", paper="arXiv:0", interval="jackknife")
def jackknifed_mean(synthetic: FeatureSet) -> Score:
    """Mean of the first feature."""
    return Score(float(synthetic.values[:, 0].mean()))


def gaussian(n: int, seed: int, kind: str, patients: int = 1) -> FeatureSet:
    """n images; each patient has that many, all alike but for a thousandth."""
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(size=(-(-n // patients), 3)), patients, axis=0)[:n] + 1e-3 * rng.normal(size=(n, 3))
    return FeatureSet(values, kind=kind, subjects=np.arange(n) // patients if patients > 1 else None)


def sets(seed: int = 0, n: int = 100, m: int = 80, t: int = 150) -> dict[str, FeatureSet]:
    return {"real": gaussian(n, seed, "real", 2), "synthetic": gaussian(m, seed + 1, "synthetic"), "train": gaussian(t, seed + 2, "train")}


def plugin(function: Any) -> Metric:
    return function.plugin


def found(function: Any, given: dict[str, FeatureSet], **more: Any) -> Measured:
    return measure(plugin(function), given, settings={}, **more)


def test_the_half_width_of_a_mean_is_its_closed_form() -> None:
    widths = [(m.high - m.low) / 2 / 1.96 for s in range(12) for m in [found(mean_gap, sets(s * 10))] if m.high and m.low is not None]
    assert np.mean(widths) == pytest.approx(np.sqrt(1 / 50 + 1 / 80), rel=0.15)  # 50 patients, not 100 images
    alone = [found(jackknifed_mean, {"synthetic": gaussian(80, s, "synthetic")}) for s in range(12)]
    assert np.mean([(m.high - m.low) / 2 / 1.96 for m in alone if m.high and m.low is not None]) == pytest.approx(np.sqrt(1 / 80), rel=0.15)


def test_the_null_range_holds_a_perfect_generator_nineteen_times_in_twenty() -> None:
    inside = []
    for seed in range(150):
        m = found(mean_gap, sets(seed * 7 + 1))
        assert m.matched is not None
        assert m.null_low is not None
        assert m.null_high is not None
        inside.append(m.null_low <= m.matched <= m.null_high)
    assert 0.9 <= np.mean(inside) <= 0.995


@pytest.mark.parametrize("m", [40, 80, 400])
def test_the_null_range_without_real_in_the_metric(m: int) -> None:
    inside = []
    for seed in range(150):
        r = found(synthetic_mean, sets(seed * 7 + 1, m=m))
        assert r.matched is not None
        assert r.null_low is not None
        assert r.null_high is not None
        inside.append(r.null_low <= r.matched <= r.null_high)
    assert 0.9 <= np.mean(inside) <= 0.995


def test_matched_uses_one_size() -> None:
    sizes: list[tuple[int, int]] = []

    @metric(title="Sizes", family="fidelity", goal="minimize", paper="arXiv:0")
    def sizes_seen(real: FeatureSet, synthetic: FeatureSet) -> Score:
        """Writes down the sizes of its sets."""
        sizes.append((len(real), len(synthetic)))
        return Score(0.0)

    found(sizes_seen, sets(m=300))
    halves, null, matched = sizes[1:41], sizes[41:61], sizes[61:81]
    assert sizes[0] == (100, 300)
    assert set(halves) == {(50, 150)}
    assert null == matched == [(50, 50)] * 20
    sizes.clear()
    found(sizes_seen, sets(m=30))
    assert sizes[41:61] == sizes[61:81] == [(50, 30)] * 20


def test_train_stays_whole() -> None:
    seen: set[int] = set()

    @metric(title="Sizes", family="privacy", goal="minimize", paper="arXiv:0")
    def train_size(train: FeatureSet, synthetic: FeatureSet) -> Score:
        """Writes down the size of the training set."""
        seen.add(len(train))
        return Score(0.0)

    found(train_size, sets())
    assert seen == {150}


def test_halves_keep_units_together_and_share_no_patient() -> None:
    draws = Resamples(sets(n=101), 0)
    for i in range(5):
        a, b = draws.split(i)
        assert set(a.units).isdisjoint(b.units)
        assert len(a) + len(b) == 101
        assert abs(len(a) - len(b)) <= 3
        half = draws.half("real", i)
        assert all((half.units == u).sum() == (draws.sets["real"].units == u).sum() for u in set(half.units))
    assert not np.array_equal(draws.half("real", 1).rows, draws.half("real", 2).rows)
    assert not np.array_equal(Resamples(sets(n=101), 1).half("real", 1).rows, draws.half("real", 1).rows)
    groups = draws.groups("real")
    assert sum(101 - len(g) for g in groups) == 101


def test_training_images_imitate_the_label_mix() -> None:
    rng = np.random.default_rng(0)

    def labelled(n: int, share: float, kind: str) -> FeatureSet:
        labels = pd.DataFrame((rng.random((n, 14)) < share).astype(float), columns=list(FINDINGS))
        labels.loc[:, FINDINGS[3:]] = 0.0
        return FeatureSet(rng.normal(size=(n, 3)), kind=kind, labels=labels)

    draws = Resamples({"train": labelled(2000, 0.2, "train"), "synthetic": labelled(100, 0.4, "synthetic")}, 0)
    chosen = draws.like(100, 1)
    assert len(set(chosen.rows)) == 100
    for finding in FINDINGS[:3]:
        assert chosen.label(finding).sum() == draws.sets["synthetic"].label(finding).sum()
    assert not np.array_equal(chosen.rows, draws.like(100, 2).rows)
    assert len(set(draws.like(2000, 1).rows)) == 2000


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
    assert calls_of({**one, "synthetic": gaussian(80, 9, "synthetic")}) == whole - uncertainty.SPLITS
    assert len(nulls) == 1
    assert calls_of({**one, "synthetic": gaussian(40, 9, "synthetic")}) == whole
    assert calls_of({**one, "real": gaussian(100, 9, "real")}) == whole
    assert calls_of(one, seed=1) == whole
    assert calls_of(one, power=2) == whole
    assert len(nulls) == 5


def test_a_cancelled_run_stops_between_repeats() -> None:
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return count > 5

    with pytest.raises(Cancelled):
        found(mean_gap, sets(), cancelled=cancelled)
    assert count == 6
