"""What was clicked: reducers from chart and grid events to ids. The selection lives in the address, never in a figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

CORNERS = 40
"""Corners of an outline that are kept at most, so that it fits into an address."""


def clicked_name(event: Mapping[str, Any] | None) -> str | None:
    """The `customdata` name of the point that a trade-off chart reports, None when nothing (or only a line) was hit."""
    for point in ((event or {}).get("selection") or {}).get("points") or []:
        data = point.get("customdata")
        if isinstance(data, Mapping):
            data = data.get("0")
        if isinstance(data, list | tuple):
            data = data[0] if data else None
        if data:
            return str(data)
    return None


def clicked_row(event: Mapping[str, Any] | None) -> int | None:
    """The row of the table cell that was clicked, None where none is."""
    cells = ((event or {}).get("selection") or {}).get("cells") or []
    return int(cells[0][0]) if cells else None


def areas_of(event: Mapping[str, Any] | None) -> list[np.ndarray]:  # each (n, 2)
    """The outlines that a lasso and boxes on a chart have, in its coordinates; of many corners an even part."""
    selection = (event or {}).get("selection") or {}
    areas = [_outline(a) for a in selection.get("box") or [] if len(a["x"]) == 2]
    areas += [np.column_stack([a["x"], a["y"]]).astype(float) for a in selection.get("lasso") or [] if len(a["x"]) > 2]
    return [area[:: -(-len(area) // CORNERS)] for area in areas]


def curves_of(event: Mapping[str, Any] | None) -> list[int]:
    """The numbers of the curves of which a selection holds points: the legend may have hidden others."""
    points = ((event or {}).get("selection") or {}).get("points") or []
    return sorted({int(point.get("curve_number", 0)) for point in points})


def areas_text(areas: Sequence[np.ndarray]) -> str:
    """Outlines as they stand in the address."""
    return "_".join(",".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in area.ravel()) for area in areas)


def areas_from(text: str | None) -> list[np.ndarray]:
    """Outlines from the address; what is none is left out."""
    areas = []
    for part in (text or "").split("_"):
        try:
            numbers = np.array(part.split(","), float)
        except ValueError:
            continue
        if len(numbers) >= 6 and len(numbers) % 2 == 0 and np.isfinite(numbers).all():
            areas.append(numbers.reshape(-1, 2))
    return areas


def rows_within(xy: np.ndarray, rows: np.ndarray, areas: Sequence[np.ndarray]) -> np.ndarray:
    """Those of the rows that lie in one of the outlines."""
    if not areas or not len(rows):
        return np.empty(0, np.int64)
    return rows[np.any([_inside(xy[rows], area) for area in areas], axis=0)]


def _outline(box: Mapping[str, Any]) -> np.ndarray:  # (4, 2)
    (left, right), (low, high) = box["x"], box["y"]
    return np.array([(left, low), (right, low), (right, high), (left, high)])


def _inside(xy: np.ndarray, outline: np.ndarray) -> np.ndarray:  # (N,) bool
    """Which points a closed outline holds: a ray to the right crosses its edges an odd number of times."""
    near = np.flatnonzero(((xy >= outline.min(axis=0)) & (xy <= outline.max(axis=0))).all(axis=1))
    x, y = xy[near].T
    odd = np.zeros(len(near), dtype=bool)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    inside = np.zeros(len(xy), dtype=bool)
    inside[near[odd]] = True
    return inside


TRY_OUT = 50
"""A set of fewer images is a try-out: its numbers are wide, and it would enter everybody's tables and correlations."""


def try_outs(sizes: Mapping[str, int]) -> list[str]:
    """Names of the sets of fewer than TRY_OUT images, by their sizes; none where all are so small."""
    small = [name for name, images in sizes.items() if images < TRY_OUT]
    return small if len(small) < len(sizes) else []


def page_of(items: Sequence[Any], page: int, per_page: int) -> Sequence[Any]:
    """The items of a page, 1-based; a page beyond the end is the last one."""
    last = max(1, -(-len(items) // per_page))
    start = (min(max(page, 1), last) - 1) * per_page
    return items[start : start + per_page]
