"""How maps and figures are thinned: small sets stay whole, and so do points that lie alone."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.engine.answers.thinning import even_shares, evenly


@pytest.mark.parametrize(
    ("counts", "most", "shares"),
    [
        ([5, 5], 20, [5, 5]),
        ([388, 8, 100], 100, [46, 8, 46]),
        ([10, 10, 10], 20, [6, 7, 7]),
        ([], 10, []),
        ([0, 50], 10, [0, 10]),
    ],
)
def test_small_sets_stay_whole_and_large_ones_share_the_rest(counts: list[int], most: int, shares: list[int]):
    assert even_shares(counts, most) == shares


def test_rows_are_taken_at_even_steps_and_once():
    assert evenly(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly(0, 9).tolist() == []
    for wanted in (1, 2, 67, 99, 100):
        rows = evenly(100, wanted)
        assert len(set(rows.tolist())) == wanted
        assert wanted < 2 or np.diff(rows).max() <= np.ceil(99 / (wanted - 1))


@pytest.fixture
def points() -> pd.DataFrame:
    """A crowd of 3,000 images, 40 lone ones, and a small set amid the crowd."""
    rng = np.random.default_rng(0)
    crowd = rng.normal(0, 0.01, (3000, 2))
    lone = np.column_stack([np.linspace(-4, 4, 40), np.linspace(4, 6, 40)])
    small = rng.normal(0, 0.01, (60, 2))
    x, y = np.concatenate([crowd, lone, small]).T
    return pd.DataFrame({"x": x, "y": y, "set_id": ["big"] * 3040 + ["small"] * 60})


def test_lone_points_and_small_sets_are_drawn_whole(points: pd.DataFrame):
    (drawn,) = api.points_to_draw(points, [np.arange(3100)], 200)
    assert len(drawn) == len(set(drawn.tolist())) == 200
    assert set(range(3000, 3100)) <= set(drawn.tolist())  # 40 lone ones, 60 of the small set
    assert (np.diff(drawn) > 0).all()


def test_groups_keep_their_rows_and_all_is_drawn_where_it_fits(points: pd.DataFrame):
    groups = [np.arange(0, 3100, 2), np.empty(0, int), np.arange(1, 3100, 2)]
    few = api.points_to_draw(points, groups, 1000)
    assert [len(rows) for rows in few] == [500, 0, 500]
    assert all(set(part) <= set(whole) for part, whole in zip(few, groups, strict=True))
    for whole, part in zip(groups, api.points_to_draw(points, groups, 3100), strict=True):
        np.testing.assert_array_equal(whole, part)
