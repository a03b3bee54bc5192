"""Slopes over the order of a reader."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bench_core.readers.trends import reader_trends
from tests.readers.studies import study


def test_a_line_is_that_of_scipy() -> None:
    from scipy.stats import linregress

    answers = study(readers="ab", scale=4)
    found = reader_trends(answers).set_index(["question", "outcome", "reader"])
    own = answers[(answers["question"] == "real_or_synthetic") & (answers["reader"] == "a")]
    line = linregress(own["position"] - own["position"].min(), (own["choice"] == own["truth"]).astype(float))
    row = found.loc["real_or_synthetic", "right", "a"]
    assert_allclose([row["change"], row["start"], row["p_value"]], [10 * line.slope, line.intercept, line.pvalue], rtol=1e-9)


def test_readers_are_the_clusters() -> None:
    from scipy.stats import ttest_1samp

    found = reader_trends(study(readers="abcd", scale=4)).set_index(["question", "outcome", "reader"]).loc["real_or_synthetic", "right"]
    slopes = found.loc[list("abcd"), "change"]
    test = ttest_1samp(slopes, 0)
    assert_allclose(found.loc["all", ["change", "p_value"]].to_list(), [slopes.mean(), test.pvalue], rtol=1e-9)
    assert_allclose(found.loc["all", ["low", "high"]].to_list(), list(test.confidence_interval()), rtol=1e-9)


@pytest.mark.parametrize("rate", [0.9, 1.05])
def test_time_changes_by_a_factor(rate: float) -> None:
    answers = study(readers="ab")
    answers = answers.assign(seconds=20 * rate ** ((answers["position"] - 1) / 10))
    row = reader_trends(answers).set_index(["question", "outcome", "reader"]).loc["quality", "seconds", "a"]
    assert_allclose([row["start"], row["change"]], [20, rate - 1], rtol=1e-9)


def test_two_answers_have_no_line() -> None:
    assert not len(reader_trends(study(readers="a", films=1, generators=())))
    assert np.isfinite(reader_trends(study(readers="a"))["start"]).all()
