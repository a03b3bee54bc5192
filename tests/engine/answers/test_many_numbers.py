"""Many numbers at once: chances agree with the ranges, and Benjamini-Hochberg holds what it promises."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from bench_core.engine.answers.many_numbers import chances, many_numbers
from bench_core.engine.scoring.uncertainty import SPLITS


def rows(far: np.ndarray, low: float = 1.0, high: float = 1.0) -> pd.DataFrame:
    """Numbers whose matched score lies so far from a null of 5 with that range."""
    return pd.DataFrame({"matched": 5 + far, "null": 5.0, "null_low": 5 - low, "null_high": 5 + high, "status": "ok", "family": "a"})


def test_the_end_of_a_range_stands_for_one_in_twenty_on_its_side() -> None:
    found = many_numbers(rows(np.array([0.0, 0.9999, 1.001, -1.999, -2.001, 4.0]), low=2.0), [])
    assert found["chance"].to_numpy()[:2] == pytest.approx([1.0, 0.05], abs=2e-4)
    assert found["outside"].tolist() == [False, False, True, False, True, True]
    assert found["chance"].iloc[5] == pytest.approx(2 * student.sf(4 * student.ppf(0.975, SPLITS), SPLITS))


def test_what_has_no_range_has_no_chance() -> None:
    frame = rows(np.array([3.0, 3.0, 3.0]))
    frame.loc[0, "null_high"], frame.loc[1, "status"] = np.nan, "skipped"
    found = many_numbers(frame, [])
    assert found["chance"].isna().tolist() == [True, True, False] == (~found["remains"]).tolist()


def test_adjusted_chances_are_those_of_benjamini_and_hochberg() -> None:
    """By their definition: the smallest of m p(j) / j over all j at or above its rank."""
    frame = rows(np.array([0.2, 3.0, 1.1, 1.4, 0.9]))
    p = chances(frame).to_numpy()
    order = np.argsort(p)
    stepped = np.minimum.accumulate((p[order] * 5 / np.arange(1, 6))[::-1])[::-1]
    expected = np.empty(5)
    expected[order] = np.minimum(stepped, 1)
    assert many_numbers(frame, [])["adjusted"].to_numpy() == pytest.approx(expected)


def test_groups_are_allowed_for_apart_and_rows_keep_their_index() -> None:
    frame = rows(np.array([1.2, 0.1, 0.1, 0.1, 0.1, 0.1])).assign(family=["a", "b", "b", "b", "b", "b"])
    frame.index = [7, 3, 9, 1, 0, 2]
    assert many_numbers(frame, ["family"])["remains"].to_dict()[7]
    assert not many_numbers(frame, [])["remains"].any()
    assert many_numbers(frame.iloc[:0], []).empty


def test_of_perfect_generators_few_pages_name_any() -> None:
    """Twenty numbers a page, of generators as perfect as the range says: some are outside on most pages, few remain."""
    rng = np.random.default_rng(3)
    drawn = student.rvs(SPLITS, size=(400, 20), random_state=rng) / student.ppf(0.975, SPLITS)
    pages = [many_numbers(rows(far), []) for far in drawn]
    assert np.mean([page["outside"].any() for page in pages]) > 0.5
    assert np.mean([page["remains"].any() for page in pages]) < 0.09
