"""Halves and parts of sets: whole units, no patient on both sides, the label mix of the real images."""

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.engine.scoring.resamples import Resamples
from bench_core.features import FeatureSet
from tests.engine.scoring.plain_metrics import sets


def test_halves_keep_units_together_and_share_no_patient() -> None:
    draws = Resamples(sets(n=101), 0)
    for i in range(5):
        a, b = draws.split(i)
        assert set(a.units).isdisjoint(b.units)
        assert len(a) + len(b) == 101
        assert len(set(a.units)) - len(set(b.units)) == 1
        half = draws.half("real", i)
        assert all((half.units == u).sum() == (draws.sets["real"].units == u).sum() for u in set(half.units))
    assert not np.array_equal(draws.half("real", 1).rows, draws.half("real", 2).rows)
    assert not np.array_equal(Resamples(sets(n=101), 1).half("real", 1).rows, draws.half("real", 1).rows)
    few, many = draws.any_mix(20), draws.any_mix(80)
    one, two = draws.pair(draws.sets["real"], few, 1)
    assert len(set(one.units)) == len(set(two.units)) == len(one) == 20  # one image of each patient, never a second
    assert set(one.units).isdisjoint(two.units)
    one, two = draws.pair(draws.sets["real"], many, 1)
    assert len(one) == len(two) == 25 == len(set(one.units))
    assert set(one.units).isdisjoint(two.units)
    player = draws.player("real", draws.sets["real"], many, 1)
    assert len(player) == len(set(player.units)) == 51
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


def plain(n: int, seed: int, kind: str, shift: float = 0.0) -> FeatureSet:
    return FeatureSet(np.random.default_rng(seed).normal(size=(n, 5)) + shift, kind=kind)


def test_halves_of_real_are_the_same_for_every_synthetic_set() -> None:
    real = plain(60, 1, "real")
    turned = np.random.default_rng(5).permutation(60)
    again = FeatureSet(real.values[turned], kind="real")
    one, two = Resamples({"real": real, "synthetic": plain(40, 2, "s")}, 0), Resamples({"real": again, "synthetic": plain(30, 3, "s")}, 0)
    for number in (1, 40):
        a, b = one.half("real", number), two.half("real", number)
        assert {r.tobytes() for r in a.values} == {r.tobytes() for r in b.values} and len(a) == 30
