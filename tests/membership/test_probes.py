"""Many logistic probes at once, against one at a time by another optimiser."""

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership.probes import findings_of, fit, halves, play, with_one


def people(n: int = 120, width: int = 5, seed: int = 0) -> FeatureSet:
    """Patients of two records, two findings that follow from the features but for chance."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, width))
    labels = (rng.random((n, 2)) < 1 / (1 + np.exp(-2 * values[:, :2]))).astype(float)
    labels[::7, 1] = np.nan
    table = pd.DataFrame(labels, columns=["Edema", "Fracture"])
    return FeatureSet(values, subjects=[f"p{i // 2}" for i in range(n)], labels=table)


def test_it_finds_the_minimum_of_each_probe() -> None:
    from scipy.optimize import minimize

    records = people()
    x, y = with_one(records.values), np.stack([records.label("Edema"), records.label("Fracture")], axis=1)
    member = halves(records.units, 3, 1)
    weights = fit(x, y, member, 0.05, 300)
    for k, mine in enumerate(member):
        for f in range(2):
            use = mine & ~np.isnan(y[:, f])

            def cost(w: np.ndarray, use: np.ndarray = use, f: int = f, n: int = int(mine.sum())) -> float:
                lost = np.logaddexp(0, -(x[use] @ w) * (2 * y[use, f] - 1)).sum() / n
                return float(lost + 0.025 * (w[:-1] ** 2).sum())

            best = minimize(cost, np.zeros(x.shape[1]), tol=1e-10).x
            np.testing.assert_allclose(weights[k, :, f], best, atol=2e-3)


def test_every_patient_is_in_half_of_the_probes_with_all_records() -> None:
    member = halves(np.repeat(np.arange(30), 3), 8, 0)
    assert member.shape == (8, 90) and np.all(member.sum(axis=0) == 4)
    assert np.array_equal(member[:, ::3], member[:, 1::3])
    assert len({row.tobytes() for row in member}) == 8
    assert not np.array_equal(member, halves(np.repeat(np.arange(30), 3), 8, 1))


def test_probes_of_a_game_answer_better_on_whom_they_know() -> None:
    from bench_core.membership.likelihood import loss

    records = people(width=30)
    game = play(records, 10, penalty=1e-3, seed=3)
    lost = np.stack([loss(probe, records) for probe in game.probes])
    assert game.probes[0].findings == ("Edema", "Fracture") and len(game.probes) == 10
    assert lost[game.member].mean() < 0.8 * lost[~game.member].mean()


def test_a_constant_feature_has_no_say() -> None:
    records = people()
    flat = FeatureSet(np.c_[records.values, np.full(120, 3.0)], subjects=records.subjects, labels=records.labels)
    plain, more = (play(one, 2, seed=0).probes[0].logits(one) for one in (records, flat))
    np.testing.assert_allclose(plain, more, atol=1e-4)


def test_findings_need_positives_and_negatives() -> None:
    labels = pd.DataFrame({f: np.r_[np.ones(i + 8), np.zeros(42 - i)] for i, f in enumerate(FINDINGS[:4])})
    assert findings_of(FeatureSet(np.zeros((50, 1)), labels=labels)) == FINDINGS[2:4]
    with pytest.raises(TooFewImages, match="No finding has 10 positives"):
        findings_of(FeatureSet(np.zeros((50, 1))))
