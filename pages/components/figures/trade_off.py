"""The trade-off figure: two metrics against each other, a point a synthetic set."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.figures.charts import blank
from pages.components.style.numbers import arrow, number
from pages.components.style.palette import GREY, INK, Style, Theme

OPACITY = 0.22
"""Of a point that is never on the front."""
LABEL_SIDES = ("top center", "bottom center", "middle right", "middle left", "top right", "bottom right", "top left", "bottom left")


def _scaled(values: np.ndarray) -> np.ndarray:
    spread = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
    return np.full(values.shape, 0.5) if not spread else (values - np.nanmin(values)) / spread


def _place(values: np.ndarray, log: bool, span: list[float] | None) -> np.ndarray:
    """Positions on an axis, 0 at its lower and 1 at its upper end; what lies beyond is at the end."""
    low, high = span or [0.0, 1.0]
    values = np.asarray(values, dtype=float)
    if log:
        values = np.log10(np.maximum(values, 10.0**low))
    return np.clip((values - low) / (high - low), 0, 1)


def label_sides(
    x: np.ndarray, y: np.ndarray, labels: Sequence[str], reach: np.ndarray | None = None, width: float = 560, height: float = 380
) -> list[str]:
    """Where each label stands so that labels cover neither each other nor a point; greedy, first side that is free.

    Args:
        x, y: (N,) positions scaled to 0..1.
        reach: (N, 2) lengths of the error bar to the left and right, in the same scale; labels keep off it.
        width, height: of the plotting area in pixels, for the size of words; the narrowest that is common.
    """
    px, py = np.asarray(x) * width, np.asarray(y) * height
    boxes = [(a - 11, b - 11, a + 11, b + 11) for a, b in zip(px, py, strict=True)]
    if reach is not None:
        far = np.nan_to_num(np.asarray(reach)) * width
        bars = [(a - f[0], b - 2, a + f[1], b + 2) for a, b, f in zip(px, py, far, strict=True)]
    else:
        bars = []
    chosen = []
    for i, text in enumerate(labels):
        long, tall = 6.6 * len(text), 16
        options = []
        for side in LABEL_SIDES:
            vertical, horizontal = side.split()
            left = {"center": px[i] - long / 2, "right": px[i] + 13, "left": px[i] - 13 - long}[horizontal]
            low = {"top": py[i] + 12, "bottom": py[i] - 12 - tall, "middle": py[i] - tall / 2}[vertical]
            box = (left, low, left + long, low + tall)
            others = boxes[:i] + boxes[i + 1 :] + bars
            clash = sum(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)
            outside = box[0] < -30 or box[2] > width + 30
            options.append((clash + outside, LABEL_SIDES.index(side), side, box))
        best = min(options)
        chosen.append(best[2])
        boxes.append(best[3])
    return chosen


def is_wide(values: np.ndarray) -> bool:
    """Whether a logarithmic axis helps: all positive and a factor of three apart."""
    return bool((values > 0).all() and values.max() > 3 * values.min())


def log_ticks(values: np.ndarray) -> dict[str, Any]:
    """Ticks at 1, 2, 5 of each decade (all digits within one decade) around positive values, written out in full."""
    values = values[values > 0]
    low, high = np.log10(values.min()) - 0.3, np.log10(values.max()) + 0.3
    digits = (1, 2, 5) if high - low > 1.2 else (1, 1.5, 2, 3, 4, 5, 6, 8)
    ticks = [d * 10.0**e for e in range(int(np.floor(low)), int(np.ceil(high)) + 1) for d in digits]
    ticks = [t for t in ticks if low <= np.log10(t) <= high]
    return {"tickvals": ticks, "ticktext": [f"{t:g}" for t in ticks]}


def bar_ends(points: pd.DataFrame, at: Mapping[str, np.ndarray], axis: str, metric: Metric) -> np.ndarray:  # (N, 2)
    """Where the error bars end: the interval of the value, moved to where the point stands, within what the metric can be."""
    value, low, high = points[[f"{axis}_value", f"{axis}_low", f"{axis}_high"]].to_numpy(float).T
    ends = np.column_stack([at[axis] + low - value, at[axis] + high - value])
    least, most = ((-np.inf, np.inf)[i] if b is None else b for i, b in enumerate(metric.bounds))
    return np.clip(ends, least, most)


def extent(values: np.ndarray, ends: np.ndarray, log: bool) -> list[float] | None:
    """The range of an axis: all points, the bars and the band as far as they do not dwarf the points, and zero where it is near.

    Args:
        values: (N,) the points. ends: ends of bars and band; NaN where there are none.

    Returns:
        Lowest and highest, as exponents of ten where `log`; None where there is nothing to draw.
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    everything = np.append(values, ends[np.isfinite(ends)])
    if log:  # a bar or band that reaches zero would take decades; it is cut at a third of the lowest point
        everything = np.log10(np.maximum(everything, values.min() / 3))
    low, high = float(everything.min()), float(everything.max())
    pad = 0.08 * (high - low) or 0.5
    if not log and 0 <= low <= 0.5 * high:
        return [min(0.0, low) - 0.02 * high, high + pad]
    return [low - pad, high + pad]


def _band(figure: go.Figure, axis: str, low: float, high: float, theme: Theme) -> None:
    """The range of a perfect generator: grey, hatched, across the whole figure."""
    across = (
        {"xref": "paper", "x0": 0, "x1": 1, "y0": low, "y1": high}
        if axis == "y"
        else {"yref": "paper", "y0": 0, "y1": 1, "x0": low, "x1": high}
    )
    figure.add_shape(
        type="rect", layer="below", line={"width": 1, "color": GREY[theme], "dash": "dot"}, fillcolor=GREY[theme], opacity=0.16, **across
    )


def figure(
    points: pd.DataFrame,
    x: Metric,
    y: Metric,
    size: Metric | None,
    look: Mapping[str, Style],
    theme: Theme,
    *,
    encoder: str = "",
    on_front: np.ndarray | None = None,
    chance: Mapping[str, float] | None = None,
    null: bool = True,
    selected: str | None = None,
    height: int = 430,
) -> go.Figure:
    """Two metrics against each other, a point a synthetic set, with intervals, null bands and the Pareto front.

    Where nulls are drawn the matched values are plotted, since only those may be compared with a null. The order of points
    (one trace each) is the order of `points`, so that a selection can be mapped back. The opacity of a point is its `chance` of being on
    the front, where given: from OPACITY at 0 to 1.
    """
    kind = "matched" if null else "value"
    at = {a: points[f"{a}_{kind}"].fillna(points[f"{a}_value"]).to_numpy(float) for a in "xy"}
    log = {"x": x.log_axis and is_wide(at["x"]), "y": y.log_axis and is_wide(at["y"])}
    drawn, ranges = blank(theme, height), dict[str, list[float] | None]()
    for axis, metric in (("x", x), ("y", y)):
        if log[axis]:
            drawn.update_layout({f"{axis}axis": log_ticks(at[axis])})
        space = f", {encoder}" if encoder else ""
        unit = f" ({metric.unit})" if metric.unit else ""
        title = f"{metric.title}{space}{unit} <span style='font-size:12px'>{arrow(metric, axis)}</span>"  # type: ignore[arg-type]
        low, high = points[f"{axis}_null_low"].median(), points[f"{axis}_null_high"].median()
        ends = np.append(bar_ends(points, at, axis, metric).ravel(), [low, high] if null else [])
        ranges[axis] = extent(at[axis], ends, log[axis])
        drawn.update_layout({f"{axis}axis": {"title": {"text": title}, "type": "log" if log[axis] else "linear", "range": ranges[axis]}})
        if null and np.isfinite(low) and np.isfinite(high):
            _band(drawn, axis, max(low, 1e-12) if log[axis] else low, max(high, 1e-12) if log[axis] else high, theme)
    if on_front is not None and on_front.sum() > 1:
        order = np.argsort(at["x"][on_front])
        drawn.add_scatter(
            x=at["x"][on_front][order],
            y=at["y"][on_front][order],
            mode="lines",
            hoverinfo="skip",
            line={"color": GREY[theme], "width": 1.5, "dash": "dash"},
            name="Pareto front",
        )
    _points(drawn, points, at, look, theme, x, y, size, log, ranges, selected, chance or {})
    return drawn


def _points(
    figure: go.Figure,
    points: pd.DataFrame,
    at: Mapping[str, np.ndarray],
    look: Mapping[str, Style],
    theme: Theme,
    x: Metric,
    y: Metric,
    size: Metric | None,
    log: Mapping[str, bool],
    ranges: Mapping[str, list[float] | None],
    selected: str | None,
    chance: Mapping[str, float],
) -> None:
    names = points["set_name"].tolist()
    where = {a: _place(at[a], log[a], ranges[a]) for a in "xy"}
    reach = {"x": bar_ends(points, at, "x", x), "y": bar_ends(points, at, "y", y)}
    ends = _place(reach["x"], log["x"], ranges["x"])
    bars = np.column_stack([where["x"] - ends[:, 0], ends[:, 1] - where["x"]])
    sides = label_sides(where["x"], where["y"], names, bars) if names else []
    sizes = _sizes(points, size)
    for i, row in enumerate(points.to_dict("records")):
        style = look[row["generator"] or row["set_name"]]
        lengths = {a: [reach[a][i, 1] - at[a][i], at[a][i] - reach[a][i, 0]] for a in "xy"}
        error = {
            f"error_{a}": {
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, lengths[a][0])],
                "arrayminus": [max(0.0, lengths[a][1])],
                "thickness": 1.2,
                "width": 4,
                "color": style.colour(theme),
            }
            for a in "xy"
            if np.isfinite(lengths[a]).all()
        }
        chosen = row["set_name"] == selected
        opacity = OPACITY + (1 - OPACITY) * chance.get(row["set_name"], 1.0)
        hover = f"<b>{row['set_name']}</b><br>{x.title}: {number(at['x'][i])}<br>{y.title}: {number(at['y'][i])}"
        if row["set_name"] in chance:
            hover += f"<br>on the front in {chance[row['set_name']]:.0%} of draws"
        figure.add_scatter(
            x=[at["x"][i]],
            y=[at["y"][i]],
            mode="markers+text",
            text=[f"<b>{names[i]}</b>" if chosen else names[i]],
            textposition=sides[i],
            name=names[i],
            customdata=[names[i]],
            cliponaxis=False,
            hovertemplate=hover + "<extra></extra>",
            textfont={"size": 12},
            marker={
                "symbol": style.marker,
                "size": sizes[i],
                "color": style.colour(theme),
                "opacity": opacity,
                "line": {"width": 3 if chosen else 0.5, "color": INK[theme]},
            },
            selected={"marker": {"opacity": opacity}},
            unselected={"marker": {"opacity": opacity}},
            **error,
        )


def _sizes(points: pd.DataFrame, size: Metric | None, low: float = 11, high: float = 24) -> list[float]:
    """Marker diameters: area grows with how good the third metric is; smallest where it is missing."""
    if size is None or "size_value" not in points:
        return [14.0] * len(points)
    values = points["size_value"].to_numpy(float)
    worth = -values if size.goal == "minimize" else values
    area = np.nan_to_num(_scaled(worth) if np.isfinite(worth).any() else np.zeros(len(worth)), nan=0.0)
    return [float(np.sqrt(low**2 + a * (high**2 - low**2))) for a in area]
