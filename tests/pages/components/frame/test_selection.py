"""Clicks and lassos become ids."""

from typing import Any

import numpy as np
import pytest

from pages.components.frame.selection import clicked_name, clicked_row, page_of, selected_rows, threshold_for


@pytest.mark.parametrize("data", [["copycat"], "copycat", {"0": "copycat"}, ("copycat",)])
def test_a_click_gives_the_name_of_the_set(data: object) -> None:
    assert clicked_name({"selection": {"points": [{"curve_number": 0}, {"customdata": data}]}}) == "copycat"


@pytest.mark.parametrize("event", [None, {}, {"selection": None}, {"selection": {"points": []}}, {"selection": {"points": [{"x": 1}]}}])
def test_a_click_beside_the_points_gives_nothing(event: dict | None) -> None:
    assert clicked_name(event) is None


GROUPS = [np.array([5, 7, 9]), np.array([0, 2])]
XY = np.array([(0, 0), (9, 9), (2, 2), (9, 9), (9, 9), (1, 1), (9, 9), (3, 1), (9, 9), (1, 3)], dtype=float)


def _event(points: list[tuple[int, int]], **areas: Any) -> dict[str, Any]:
    return {"selection": {"points": [{"curve_number": c, "point_index": p} for c, p in points], "box": [], "lasso": [], **areas}}


def test_clicks_map_drawn_points_back_to_rows_and_ignore_context() -> None:
    event = _event([(0, 1), (1, 2), (2, 0), (1, 2), (2, 99), (9, 0)])
    assert selected_rows(event, XY, GROUPS, GROUPS).tolist() == [9, 0]
    assert selected_rows(event, XY, GROUPS, [GROUPS[0][1:], GROUPS[1]]).tolist() == [0]
    assert selected_rows(None, XY, GROUPS, GROUPS).tolist() == []


def test_a_lasso_holds_points_that_are_not_drawn_too() -> None:
    triangle = {"xref": "x", "yref": "y", "x": [0.5, 4.0, 0.5], "y": [0.5, 0.5, 4.0]}
    drawn = [GROUPS[0][:1], GROUPS[1]]
    assert selected_rows(_event([(1, 0), (2, 1)], lasso=[triangle]), XY, GROUPS, drawn).tolist() == [5, 7, 9, 2]
    assert selected_rows(_event([(1, 0)], lasso=[triangle]), XY, GROUPS, drawn).tolist() == [5, 7, 9]  # the legend hides the other one
    assert selected_rows(_event([], lasso=[triangle]), XY, GROUPS, drawn).tolist() == []


def test_boxes_and_lassos_add_up() -> None:
    boxes = [{"x": [1.5, 0.5], "y": [0.5, 3.5]}, {"x": [-1, 0.5], "y": [-1, 0.5]}]
    corner = {"x": [2.5, 3.5, 3.5, 2.5], "y": [0.5, 0.5, 1.5, 1.5]}
    found = selected_rows(_event([(1, 0), (2, 0)], box=boxes, lasso=[corner]), XY, GROUPS, GROUPS)
    assert found.tolist() == [5, 7, 9, 0]


def test_an_area_without_corners_holds_nothing() -> None:
    event = _event([(1, 1)], box=[{"x": [], "y": []}], lasso=[{"x": [], "y": []}])
    assert selected_rows(event, XY, GROUPS, GROUPS).tolist() == [7]


def test_a_lasso_with_a_dent_leaves_the_dent_out() -> None:
    letter_u = {"x": [0, 3, 3, 2, 2, 1, 1, 0], "y": [0, 0, 3, 3, 1, 1, 3, 3]}
    xy = np.array([(0.5, 2), (1.5, 2), (2.5, 2), (1.5, 0.5), (4, 0.5)])
    rows = [np.arange(5)]
    assert selected_rows(_event([(1, 0)], lasso=[letter_u]), xy, rows, rows).tolist() == [0, 2, 3]


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


def test_the_row_of_a_clicked_cell() -> None:
    assert clicked_row({"selection": {"rows": [], "columns": [], "cells": [(3, "name")]}}) == 3
    assert clicked_row(None) is clicked_row({"selection": {"cells": []}}) is None
