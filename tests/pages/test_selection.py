"""Clicks and lassos become ids."""

import numpy as np
import pytest

from pages.components.selection import clicked_name, page_of, selected_rows, threshold_for


@pytest.mark.parametrize("data", [["copycat"], "copycat", {"0": "copycat"}, ("copycat",)])
def test_a_click_gives_the_name_of_the_set(data: object) -> None:
    assert clicked_name({"selection": {"points": [{"curve_number": 0}, {"customdata": data}]}}) == "copycat"


@pytest.mark.parametrize("event", [None, {}, {"selection": None}, {"selection": {"points": []}}, {"selection": {"points": [{"x": 1}]}}])
def test_a_click_beside_the_points_gives_nothing(event: dict | None) -> None:
    assert clicked_name(event) is None


def test_lasso_maps_points_of_groups_back_to_rows_and_ignores_context() -> None:
    groups = [np.array([5, 7, 9]), np.array([0, 2])]
    points = [(0, 1), (1, 2), (2, 0), (1, 2), (2, 99), (9, 0)]
    event = {"selection": {"points": [{"curve_number": c, "point_index": p} for c, p in points]}}
    assert selected_rows(event, groups) == [9, 0]
    assert selected_rows(event, groups, limit=1) == [9]
    assert selected_rows(None, groups) == []


def test_pages_are_one_based_and_clamped() -> None:
    items = list(range(10))
    assert page_of(items, 1, 4) == [0, 1, 2, 3]
    assert page_of(items, 3, 4) == [8, 9]
    assert page_of(items, 99, 4) == [8, 9]
    assert page_of([], 1, 4) == []


def test_threshold_flags_that_share_of_held_out_images() -> None:
    held_out = np.random.default_rng(0).normal(1, 0.1, 5000)
    for share in (0.01, 0.05):
        assert (held_out < threshold_for(held_out, share)).mean() == pytest.approx(share, abs=0.001)
    assert threshold_for(np.array([]), 0.01) == 0.0
    assert threshold_for(np.array([np.nan, 2.0]), 0.5) == 2.0
