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


def selected_rows(event: Mapping[str, Any] | None, groups: Sequence[np.ndarray], limit: int = 2_000) -> list[int]:
    """Rows of the projection that a lasso, box or click on `charts.embedding` holds; context (curve 0) does not count."""
    rows: list[int] = []
    for point in ((event or {}).get("selection") or {}).get("points") or []:
        curve = int(point.get("curve_number", 0)) - 1
        index = int(point.get("point_index", -1))
        if 0 <= curve < len(groups) and 0 <= index < len(groups[curve]):
            rows.append(int(groups[curve][index]))
    return list(dict.fromkeys(rows))[:limit]


def page_of(items: Sequence[Any], page: int, per_page: int) -> Sequence[Any]:
    """The items of a page, 1-based; a page beyond the end is the last one."""
    last = max(1, -(-len(items) // per_page))
    start = (min(max(page, 1), last) - 1) * per_page
    return items[start : start + per_page]


def threshold_for(held_out: np.ndarray, share: float) -> float:
    """The distance ratio below which that share of held-out real images falls: what chance alone would flag."""
    finite = held_out[np.isfinite(held_out)]
    return float(np.quantile(finite, share)) if finite.size else 0.0
