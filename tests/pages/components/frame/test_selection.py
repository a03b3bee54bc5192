"""Clicks and lassos become ids."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pages.components.frame.selection import (
    areas_from,
    areas_of,
    areas_text,
    clicked_name,
    clicked_row,
    curves_of,
    page_of,
    rows_within,
    try_outs,
)


@pytest.mark.parametrize("data", [["copycat"], "copycat", {"0": "copycat"}, ("copycat",)])
def test_a_click_gives_the_name_of_the_set(data: object) -> None:
    assert clicked_name({"selection": {"points": [{"curve_number": 0}, {"customdata": data}]}}) == "copycat"


@pytest.mark.parametrize("event", [None, {}, {"selection": None}, {"selection": {"points": []}}, {"selection": {"points": [{"x": 1}]}}])
def test_a_click_beside_the_points_gives_nothing(event: dict | None) -> None:
    assert clicked_name(event) is None


XY = np.array([(0, 0), (9, 9), (2, 2), (9, 9), (9, 9), (1, 1), (9, 9), (3, 1), (9, 9), (1, 3)], dtype=float)
ALL = np.arange(len(XY))
TRIANGLE = {"xref": "x", "yref": "y", "x": [0.5, 4.0, 0.5], "y": [0.5, 0.5, 4.0]}


def _event(points: Sequence[int] = (), **areas: Any) -> dict[str, Any]:
    return {"selection": {"points": [{"curve_number": c} for c in points], "box": [], "lasso": [], **areas}}


def _within(event: dict[str, Any], xy: np.ndarray = XY, rows: np.ndarray = ALL) -> list[int]:
    return rows_within(xy, rows, areas_from(areas_text(areas_of(event)))).tolist()  # by way of the address


def test_a_lasso_holds_the_points_inside() -> None:
    assert _within(_event(lasso=[TRIANGLE])) == [2, 5, 7, 9]
    assert _within(_event(lasso=[TRIANGLE]), rows=np.array([9, 5, 0])) == [9, 5]
    assert _within(_event()) == []
    assert areas_of(None) == []


def test_boxes_and_lassos_add_up() -> None:
    boxes = [{"x": [1.5, 0.5], "y": [0.5, 3.5]}, {"x": [-1, 0.5], "y": [-1, 0.5]}]
    corner = {"x": [2.5, 3.5, 3.5, 2.5], "y": [0.5, 0.5, 1.5, 1.5]}
    assert _within(_event(box=boxes, lasso=[corner])) == [0, 5, 7, 9]


def test_an_area_without_corners_is_none() -> None:
    assert areas_of(_event(box=[{"x": [], "y": []}], lasso=[{"x": [], "y": []}])) == []


def test_a_lasso_with_a_dent_leaves_the_dent_out() -> None:
    letter_u = {"x": [0, 3, 3, 2, 2, 1, 1, 0], "y": [0, 0, 3, 3, 1, 1, 3, 3]}
    xy = np.array([(0.5, 2), (1.5, 2), (2.5, 2), (1.5, 0.5), (4, 0.5)])
    assert _within(_event(lasso=[letter_u]), xy, np.arange(5)) == [0, 2, 3]


def test_a_drawn_outline_of_many_corners_fits_into_an_address() -> None:
    turn = np.linspace(0, 2 * np.pi, 500)
    circle = {"x": (10 * np.cos(turn)).tolist(), "y": (10 * np.sin(turn)).tolist()}
    areas = areas_of(_event(lasso=[circle]))
    assert len(areas[0]) <= 40
    assert len(areas_text(areas)) < 600
    inside = rows_within(np.array([(0, 0), (6.5, 6.5), (9.5, 9.5)]), np.arange(3), areas_from(areas_text(areas)))
    assert inside.tolist() == [0, 1]


@pytest.mark.parametrize("text", [None, "", "1,2,3,4", "a,b,c,d,e,f", "1,2,3,4,5,6,7", "1,2,3,4,nan,6"])
def test_what_is_no_outline_in_an_address_is_left_out(text: str | None) -> None:
    assert areas_from(text) == []


def test_curves_that_hold_selected_points_are_known() -> None:
    assert curves_of(_event([2, 0, 2])) == [0, 2]
    assert curves_of(None) == []


def test_pages_are_one_based_and_clamped() -> None:
    items = list(range(10))
    assert page_of(items, 1, 4) == [0, 1, 2, 3]
    assert page_of(items, 3, 4) == [8, 9]
    assert page_of(items, 99, 4) == [8, 9]
    assert page_of([], 1, 4) == []


def test_try_outs_are_small_sets_among_larger_ones() -> None:
    assert try_outs({"a": 12, "b": 49, "c": 50, "d": 2_000}) == ["a", "b"]
    assert try_outs({"a": 12, "b": 49}) == [] == try_outs({})


def test_the_row_of_a_clicked_cell() -> None:
    assert clicked_row({"selection": {"rows": [], "columns": [], "cells": [(3, "name")]}}) == 3
    assert clicked_row(None) is clicked_row({"selection": {"cells": []}}) is None
