"""What was clicked: reducers from chart and grid events to ids. The selection lives in the address, never in a figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


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


def selected_rows(
    event: Mapping[str, Any] | None, xy: np.ndarray, groups: Sequence[np.ndarray], drawn: Sequence[np.ndarray]
) -> np.ndarray:  # (n,) rows
    """Rows of the projection that a lasso, box or click on `charts.embedding` holds, those that are not drawn included.

    Grey context (curve 0) does not count, nor do groups of which no drawn point is held: the legend may have hidden them.

    Args:
        xy: where each row lies, (N, 2).
        groups: rows of each group; `drawn`: those that the figure shows, curve i + 1 being group i.
    """
    selection = (event or {}).get("selection") or {}
    curves, clicked = set(), []
    for point in selection.get("points") or []:
        curve, index = int(point.get("curve_number", 0)) - 1, int(point.get("point_index", -1))
        if 0 <= curve < len(drawn) and 0 <= index < len(drawn[curve]):
            curves.add(curve)
            clicked.append(int(drawn[curve][index]))
    areas = [_outline(a) for a in selection.get("box") or [] if len(a["x"]) == 2]
    areas += [np.column_stack([a["x"], a["y"]]) for a in selection.get("lasso") or [] if len(a["x"]) > 2]
    if not areas or not curves:
        return np.array(list(dict.fromkeys(clicked)), dtype=np.int64)
    rows = np.concatenate([groups[curve] for curve in sorted(curves)])
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


def page_of(items: Sequence[Any], page: int, per_page: int) -> Sequence[Any]:
    """The items of a page, 1-based; a page beyond the end is the last one."""
    last = max(1, -(-len(items) // per_page))
    start = (min(max(page, 1), last) - 1) * per_page
    return items[start : start + per_page]


def threshold_for(held_out: np.ndarray, share: float) -> float:
    """The distance ratio below which that share of held-out real images falls: what chance alone would flag."""
    finite = held_out[np.isfinite(held_out)]
    return float(np.quantile(finite, share)) if finite.size else 0.0
