"""People against metrics: rank correlations, and what is correlated."""

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from bench_core.readers.accuracy import area
from bench_core.readers.against_metrics import generator_scores, human_against_metrics, human_scores, rank_correlation
from tests.readers.studies import study


def test_spearman_is_that_of_scipy() -> None:
    from scipy.stats import spearmanr

    a, b = np.random.default_rng(0).integers(0, 6, (2, 30)).astype(float)
    expected = spearmanr(a, b)
    rho, low, high, p = rank_correlation(a, b)
    assert_allclose([rho, p], [expected.statistic, expected.pvalue], rtol=1e-9)
    assert low < rho < high


def test_few_pairs_are_tried_in_all_orders() -> None:
    rho, low, _, p = rank_correlation(np.arange(4.0), np.arange(4.0))
    assert (rho, p) == (1.0, 2 / 24) and np.isnan(low)
    assert np.isnan(rank_correlation(np.ones(9), np.arange(9.0))).all()
    assert np.isnan(rank_correlation(np.arange(2.0), np.arange(2.0))).all()


def test_the_interval_covers() -> None:
    rng = np.random.default_rng(0)
    there = 6 / np.pi * np.arcsin(0.5 / 2)
    held = []
    for _ in range(400):
        a = rng.normal(size=40)
        _, low, high, _ = rank_correlation(a, 0.5 * a + np.sqrt(0.75) * rng.normal(size=40))
        held.append(low <= there <= high)
    assert 0.92 < np.mean(held) < 0.98


def test_films_and_generators_against_metrics() -> None:
    answers = study(generators=("one", "two", "six"))
    films = human_scores(answers)
    called = films[films["score"] == "called synthetic"].set_index("image_id")
    assert len(called) == 36 and (called["readers"] == 3).all(), "synthetic films only"
    same = pd.DataFrame({"image_id": called.index, "metric": "realism", "encoder": None, "value": -called["value"].to_numpy()})
    generators = generator_scores(answers)
    results = generators[generators["score"] == "auc"].assign(metric="fid", encoder="eye").drop(columns="score")
    found = human_against_metrics(films, same, generators, results).set_index(["score", "metric", "over"])
    assert_allclose(found.loc[("called synthetic", "realism", "films"), "rho"], -1)
    assert found.loc[("called synthetic", "realism", "films"), "n"] == 36
    assert_allclose(found.loc[("auc", "fid", "generators"), "rho"], 1)
    own = answers[(answers["question"] == "real_or_synthetic") & (answers["reader"] == "a")]
    one = area(own.loc[own["generator"] == "one", "rating"].to_numpy(), own.loc[own["truth"] == "real", "rating"].to_numpy())[0]
    assert abs(generators.set_index(["score", "generator"]).loc[("auc", "one"), "value"] - one) < 0.3
