import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from bench_core.memorization.recall import exact_interval, macro_f1, recall_table

PLANTED = pd.DataFrame(
    {"planting": ["shift"] * 4 + ["none"] * 2, "strength": [2.0] * 4 + [0.0] * 2, "truth": ["exact"] * 3 + ["near"] + ["unrelated"] * 2}
)
PAIRS = pd.DataFrame(
    {
        "film": [0, 0, 1, 2, 3, 4, 5], "right": [True, False, True, False, True, True, True],
        "whole": [0.99, 0.5, 0.98, 0.4, 0.6, 0.3, 0.2],
        "p_copy": [np.nan] * 7, "p_features": [0.5] * 7, "p_pixels": [0.01, 0.01, 0.02, 0.01, 0.01, 0.03, 0.5],
        "p": [0.01, 0.4, 0.02, 0.01, 0.01, 0.03, 0.5],
    }
)  # fmt: skip


def test_a_copy_is_found_with_the_film_that_it_is_a_copy_of():
    table = recall_table(PAIRS, PLANTED, least=0.01, shares=(0.001, 0.01, 0.02)).set_index(["truth", "detector", "share"])
    assert set(table.index.get_level_values("detector")) == {"features", "pixels", "vote"}, "a detector that has not looked has no row"
    assert table.loc[("exact", "pixels", 0.01), "found"].item() == 1, "film 1 is too far, film 2 was found beside another film"
    assert table.loc[("exact", "pixels", 0.02), "found"].item() == 2
    assert table.loc[("unrelated", "vote", 0.02), "recall"].item() == 0
    assert np.isnan(table.loc[("exact", "pixels", 0.001), "recall"].item()), "a share that these patients cannot promise"
    assert table.loc[("exact", "features", 0.02), "found"].item() == 0


@pytest.mark.parametrize(("found", "of"), [(0, 20), (20, 20), (7, 20), (1, 1)])
def test_intervals_are_those_of_clopper_and_pearson(found: int, of: int):
    theirs = binomtest(found, of).proportion_ci(method="exact")
    assert exact_interval(found, of) == pytest.approx((theirs.low, theirs.high))


def test_f1_is_that_of_scikit_learn():
    from sklearn.metrics import f1_score

    score, table = macro_f1(PAIRS, PLANTED, 0.02)
    called = ["exact", "exact", "near", "near", "unrelated", "unrelated"]
    assert score == pytest.approx(f1_score(PLANTED["truth"], called, average="macro"))
    assert table.loc["exact"].tolist() == [2, 1, 0]
