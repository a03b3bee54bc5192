"""Intervals, nulls and the subsets they come from."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS, Score
from bench_core.engine.scoring import uncertainty
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.uncertainty import Measurement, measure
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


def sets(seed: int = 0, n: int = 100, m: int = 80, t: int = 150, patients: int = 2) -> dict[str, FeatureSet]:
    return {
        "real": gaussian(n, seed, "real", patients),
        "synthetic": gaussian(m, seed + 1, "synthetic"),
        "train": gaussian(t, seed + 2, "train"),
    }


def plugin(function: Any) -> Metric:
    return function.plugin


def found(function: Any, given: dict[str, FeatureSet], **more: Any) -> Measurement:
    return measure(plugin(function), given, settings={}, **more)


def test_the_half_width_of_a_mean_is_its_closed_form() -> None:
    widths = [(m.high - m.low) / 2 / 1.96 for s in range(12) for m in [found(mean_gap, sets(s * 10))] if m.high and m.low is not None]
    assert np.mean(widths) == pytest.approx(np.sqrt(1 / 50 + 1 / 80), rel=0.15)  # 50 patients, not 100 images
    alone = [found(jackknifed_mean, {"synthetic": gaussian(80, s, "synthetic")}) for s in range(12)]
    assert np.mean([(m.high - m.low) / 2 / 1.96 for m in alone if m.high and m.low is not None]) == pytest.approx(np.sqrt(1 / 80), rel=0.15)


@pytest.mark.parametrize(("function", "m"), [(mean_gap, 30), (mean_gap, 100), (synthetic_mean, 40), (synthetic_mean, 300)])
def test_the_null_range_holds_a_perfect_generator_nineteen_times_in_twenty(function: Any, m: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "HALVES", 2)  # intervals are not looked at here
    inside = []
    for seed in range(120):
        r = found(function, sets(seed * 7 + 1, m=m, t=12, patients=1))
        assert r.matched is not None
        assert r.null_low is not None
        assert r.null_high is not None
        inside.append(r.null_low <= r.matched <= r.null_high)
    assert 0.88 <= np.mean(inside) <= 0.995


def test_matched_uses_one_size() -> None:
    sizes: list[tuple[int, int]] = []

    @metric(title="Sizes", family="fidelity", goal="minimize", paper="arXiv:0")
    def sizes_seen(real: FeatureSet, synthetic: FeatureSet) -> Score:
        """Writes down the sizes of its sets."""
        sizes.append((len(real), len(synthetic)))
        return Score(0.0)

    found(sizes_seen, sets(m=300))
    halves, null, matched = sizes[1:41], sizes[41:-20], sizes[-20:]
    assert sizes[0] == (100, 300)
    assert set(halves) == {(50, 150)}
    assert {s for s in null if s[1] > 26} == set(matched) == {(50, 50)}
    assert sum(s[1] <= 26 for s in null) == 40  # pairs without a common patient, for the range
    sizes.clear()
    found(sizes_seen, sets(m=20))
    assert sizes[41:-20] == [(50, 20)] * 40
    assert sizes[-20:] == [(50, 20)] * 20


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
    one, two = draws.pair(draws.sets["real"], 20, 1)
    assert len(set(one.units)) == len(set(two.units)) == 20  # one image of each patient first
    assert set(one.units).isdisjoint(two.units)
    one, two = draws.pair(draws.sets["real"], 80, 1)
    assert len(one) == len(two) >= 48
    assert set(one.units).isdisjoint(two.units)
    assert len(set(draws.cut(draws.sets["real"], 51, 1).units)) == 51
    groups = draws.groups("real")
    assert sum(101 - len(g) for g in groups) == 101


def test_training_images_imitate_the_label_mix() -> None:
    rng = np.random.default_rng(0)

    def labelled(n: int, share: float, kind: str) -> FeatureSet:
        labels = pd.DataFrame((rng.random((n, 14)) < share).astype(float), columns=list(FINDINGS))
        labels.loc[:, FINDINGS[3:]] = 0.0
        return FeatureSet(rng.normal(size=(n, 3)), kind=kind, labels=labels)

    draws = Resamples({"train": labelled(2000, 0.2, "train"), "synthetic": labelled(100, 0.4, "synthetic")}, 0)
    pair = draws.like(100, 1)
    assert len(set(pair[0].rows) | set(pair[1].rows)) == 200
    for chosen in pair:
        for finding in FINDINGS[:3]:
            assert chosen.label(finding).sum() == pytest.approx(draws.sets["synthetic"].label(finding).sum(), abs=2)
    assert pair[0].label(FINDINGS[0]).sum() > 30  # the training set has 20 in 100
    assert not np.array_equal(pair[0].rows, draws.like(100, 2)[0].rows)
    assert [len(p) for p in draws.like(5000, 1)] == [1000, 1000]


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


@pytest.mark.filterwarnings("error")
def test_one_image_has_a_null_with_a_range() -> None:
    given = sets()
    m = measure(find_metric("realism"), {**given, "synthetic": given["synthetic"].take([0])}, settings={"k": 5, "ceiling": 10.0})
    assert m.low is None and m.null is not None and m.null_low is not None and m.null_high is not None
    assert m.null_low < m.null < m.null_high


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
