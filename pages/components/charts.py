"""Plotly figures as pure functions of data. One template; text takes the colour of the theme; nothing here reads or stores."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.numbers import arrow, number
from pages.components.palette import COLOURS, GREY, INK, Style, Theme

FONT = '"Source Sans", "Source Sans 3", "Helvetica Neue", Arial, sans-serif'
CONFIG = {
    "displaylogo": False,
    "toImageButtonOptions": {"format": "svg", "filename": "triadcxr"},
    "modeBarButtonsToRemove": ["autoScale2d", "zoomIn2d", "zoomOut2d"],
}
LABEL_SIDES = ("top center", "bottom center", "middle right", "middle left", "top right", "bottom right", "top left", "bottom left")


def blank(theme: Theme, height: int, **layout: Any) -> go.Figure:
    """An empty figure in the look of the product: thin axes, light grid, no box, no title."""
    grid = "rgba(138,148,158,0.18)"
    axis = dict(gridcolor=grid, zeroline=False, linecolor=GREY[theme], ticks="outside", tickcolor=grid, ticklen=4, automargin=True,
                title=dict(standoff=8, font=dict(size=14)), tickfont=dict(size=12))  # fmt: skip
    figure = go.Figure()
    figure.update_layout(
        height=height, margin=dict(l=8, r=8, t=8, b=8), paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font=dict(family=FONT, size=13, color=INK[theme]), xaxis=axis, yaxis=axis, showlegend=False, hovermode="closest",
        hoverlabel=dict(font=dict(family=FONT, size=13)), modebar=dict(bgcolor="rgba(0,0,0,0)", orientation="h"), dragmode="pan",
    )  # fmt: skip
    return figure.update_layout(**layout)


def _scaled(values: np.ndarray, log: bool) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if log:
        values = np.log10(np.where(values > 0, values, np.nan))
    spread = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
    return np.full(values.shape, 0.5) if not spread else (values - np.nanmin(values)) / spread


def label_sides(x: np.ndarray, y: np.ndarray, labels: Sequence[str], width: float = 720, height: float = 400) -> list[str]:
    """Where each label stands so that labels cover neither each other nor a point; greedy, first side that is free.

    Args:
        x, y: (N,) positions scaled to 0..1.
        width, height: of the plotting area in pixels, for the size of words.
    """
    px, py = np.asarray(x) * width, np.asarray(y) * height
    boxes = [(a - 11, b - 11, a + 11, b + 11) for a, b in zip(px, py, strict=True)]
    chosen = []
    for i, text in enumerate(labels):
        long, tall = 6.6 * len(text), 16
        options = []
        for side in LABEL_SIDES:
            vertical, horizontal = side.split()
            left = {"center": px[i] - long / 2, "right": px[i] + 13, "left": px[i] - 13 - long}[horizontal]
            low = {"top": py[i] + 12, "bottom": py[i] - 12 - tall, "middle": py[i] - tall / 2}[vertical]
            box = (left, low, left + long, low + tall)
            others = boxes[:i] + boxes[i + 1 :]
            clash = sum(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)
            outside = box[0] < -30 or box[2] > width + 30
            options.append((clash + outside, LABEL_SIDES.index(side), side, box))
        best = min(options)
        chosen.append(best[2])
        boxes.append(best[3])
    return chosen


def _band(figure: go.Figure, axis: str, low: float, high: float, theme: Theme) -> None:
    """The range of a perfect generator: grey, hatched, across the whole figure."""
    across = dict(xref="paper", x0=0, x1=1, y0=low, y1=high) if axis == "y" else dict(yref="paper", y0=0, y1=1, x0=low, x1=high)
    figure.add_shape(type="rect", layer="below", line=dict(width=1, color=GREY[theme], dash="dot"), fillcolor=GREY[theme], opacity=0.16,
                     **across)  # fmt: skip


def trade_off(
    points: pd.DataFrame,
    x: Metric,
    y: Metric,
    size: Metric | None,
    look: Mapping[str, Style],
    theme: Theme,
    *,
    encoder: str = "",
    on_front: np.ndarray | None = None,
    null: bool = True,
    selected: str | None = None,
    height: int = 430,
) -> go.Figure:
    """Two metrics against each other, a point a synthetic set, with intervals, null bands and the Pareto front.

    Where nulls are drawn the matched values are plotted, since only those may be compared with a null. The order of points
    (one trace each) is the order of `points`, so that a selection can be mapped back.
    """
    kind = "matched" if null else "value"
    at = {a: points[f"{a}_{kind}"].fillna(points[f"{a}_value"]).to_numpy(float) for a in "xy"}
    log = {"x": x.log_axis and bool((at["x"] > 0).all()), "y": y.log_axis and bool((at["y"] > 0).all())}
    figure = blank(theme, height)
    for axis, metric in (("x", x), ("y", y)):
        space = f", {encoder}" if encoder else ""
        unit = f" ({metric.unit})" if metric.unit else ""
        title = f"{metric.title}{space}{unit} <span style='font-size:12px'>{arrow(metric, axis)}</span>"  # type: ignore[arg-type]
        bottom = {} if log[axis] or metric.bounds[0] is None or (at[axis] < 0).any() else {"rangemode": "tozero"}
        figure.update_layout({f"{axis}axis": dict(title=dict(text=title), type="log" if log[axis] else "linear", **bottom)})
        low, high = points[f"{axis}_null_low"].median(), points[f"{axis}_null_high"].median()
        if null and np.isfinite(low) and np.isfinite(high):
            _band(figure, axis, max(low, 1e-12) if log[axis] else low, max(high, 1e-12) if log[axis] else high, theme)
    if on_front is not None and on_front.sum() > 1:
        order = np.argsort(at["x"][on_front])
        figure.add_scatter(x=at["x"][on_front][order], y=at["y"][on_front][order], mode="lines", hoverinfo="skip",
                           line=dict(color=GREY[theme], width=1.5, dash="dash"), name="Pareto front")  # fmt: skip
    _points(figure, points, at, look, theme, x, y, size, log, selected)
    return figure


def _points(figure: go.Figure, points: pd.DataFrame, at: Mapping[str, np.ndarray], look: Mapping[str, Style], theme: Theme, x: Metric,
            y: Metric, size: Metric | None, log: Mapping[str, bool], selected: str | None) -> None:  # fmt: skip
    names = points["set_name"].tolist()
    sides = label_sides(_scaled(at["x"], log["x"]), _scaled(at["y"], log["y"]), names) if names else []
    sizes = _sizes(points, size)
    for i, row in enumerate(points.to_dict("records")):
        style = look[row["generator"] or row["set_name"]]
        bars = {a: [row[f"{a}_high"] - row[f"{a}_value"], row[f"{a}_value"] - row[f"{a}_low"]] for a in "xy"}
        error = {f"error_{a}": dict(type="data", symmetric=False, array=[max(0.0, bars[a][0])], arrayminus=[max(0.0, bars[a][1])],
                                    thickness=1.2, width=4, color=style.colour(theme)) for a in "xy" if np.isfinite(bars[a]).all()}  # fmt: skip
        chosen = row["set_name"] == selected
        hover = f"<b>{row['set_name']}</b><br>{x.title}: {number(at['x'][i])}<br>{y.title}: {number(at['y'][i])}"
        figure.add_scatter(
            x=[at["x"][i]], y=[at["y"][i]], mode="markers+text", text=[f"<b>{names[i]}</b>" if chosen else names[i]], textposition=sides[i],
            name=names[i], customdata=[names[i]], cliponaxis=False, hovertemplate=hover + "<extra></extra>", textfont=dict(size=12),
            marker=dict(symbol=style.marker, size=sizes[i], color=style.colour(theme), opacity=1,
                        line=dict(width=3 if chosen else 0.5, color=INK[theme])),
            selected=dict(marker=dict(opacity=1)), unselected=dict(marker=dict(opacity=1)), **error,
        )  # fmt: skip


def _sizes(points: pd.DataFrame, size: Metric | None, low: float = 11, high: float = 24) -> list[float]:
    """Marker diameters: area grows with how good the third metric is; smallest where it is missing."""
    if size is None or "size_value" not in points:
        return [14.0] * len(points)
    values = points["size_value"].to_numpy(float)
    worth = -values if size.goal == "minimize" else values
    area = np.nan_to_num(_scaled(worth, False) if np.isfinite(worth).any() else np.zeros(len(worth)), nan=0.0)
    return [float(np.sqrt(low**2 + a * (high**2 - low**2))) for a in area]


def distance_histogram(synthetic: np.ndarray, held_out: np.ndarray, threshold: float, colour: str, theme: Theme, name: str,
                       current: float | None = None, height: int = 190) -> go.Figure:  # fmt: skip
    """Distance ratios of synthetic images over those of held-out real images, as shares, with the threshold between."""
    top = float(np.nanmax(np.concatenate([synthetic, held_out, [threshold]])) * 1.02)
    bins = np.linspace(0, max(top, 1e-6), 41)
    figure = blank(theme, height, barmode="overlay", bargap=0.04, showlegend=True, dragmode=False,
                   legend=dict(orientation="h", x=1, xanchor="right", y=1.02, yanchor="bottom", font=dict(size=12)))  # fmt: skip
    middles, width = (bins[:-1] + bins[1:]) / 2, bins[1] - bins[0]
    for values, label, tone, pattern in ((held_out, "held-out real", GREY[theme], "/"), (synthetic, name, colour, "")):
        counts = np.histogram(values[np.isfinite(values)], bins)[0] / max(1, np.isfinite(values).sum())
        figure.add_bar(x=middles, y=counts, width=width, name=label, marker=dict(color=tone, pattern=dict(shape=pattern, size=5), line_width=0),
                       opacity=0.72, hovertemplate="ratio %{x:.2f}: %{y:.1%}<extra>" + label + "</extra>")  # fmt: skip
    figure.add_vline(x=threshold, line=dict(color=INK[theme], width=2, dash="dot"))
    if current is not None and np.isfinite(current):
        figure.add_scatter(x=[current], y=[0], mode="markers", marker=dict(symbol="triangle-up", size=13, color=INK[theme]), name="this image",
                           cliponaxis=False, hovertemplate="this image: %{x:.3f}<extra></extra>")  # fmt: skip
    figure.update_xaxes(title_text="distance to the nearest training image / spacing of training images there", range=[0, top])
    return figure.update_yaxes(title_text="share of images", tickformat=".0%")


def embedding(points: pd.DataFrame, groups: Sequence[tuple[str, np.ndarray, str, str]], theme: Theme, *, found: int | None = None,
              height: int = 600) -> go.Figure:  # fmt: skip
    """UMAP points in WebGL: first everything as grey context, then one trace a group, so 50,000 stay smooth.

    Args:
        points: columns x and y.
        groups: (name, rows (n,), colour, marker); trace i + 1 is group i, point j is row `rows[j]`.
        found: row that is ringed.
    """
    figure = blank(theme, height, showlegend=True, dragmode="lasso",
                   legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom", itemsizing="constant", font=dict(size=12)))  # fmt: skip
    xy = points[["x", "y"]].to_numpy(np.float32)
    shown = np.zeros(len(points), dtype=bool)
    for _, rows, _, _ in groups:
        shown[rows] = True
    context = np.flatnonzero(~shown)
    small = 5 if len(points) < 8_000 else 3.5
    figure.add_scattergl(x=xy[context, 0], y=xy[context, 1], mode="markers", name="others", showlegend=bool(len(context)),
                         marker=dict(size=small - 1, color=GREY[theme], opacity=0.28), hoverinfo="skip")  # fmt: skip
    for name, rows, colour, marker in groups:
        figure.add_scattergl(x=xy[rows, 0], y=xy[rows, 1], mode="markers", name=name, hovertemplate=f"{name}<extra></extra>",
                             marker=dict(size=small + 1.5, color=colour, symbol=marker, opacity=0.85, line=dict(width=0)),
                             unselected=dict(marker=dict(opacity=0.18)))  # fmt: skip
    if found is not None:
        figure.add_scattergl(x=xy[[found], 0], y=xy[[found], 1], mode="markers", name="this image", hoverinfo="skip",
                             marker=dict(size=20, color="rgba(0,0,0,0)", line=dict(width=3, color=INK[theme])))  # fmt: skip
    figure.update_xaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False)
    return figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False, scaleanchor="x")


FINDING_COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "dark": {"present": "#FFFFFF", "absent": "#5B6B7A", "uncertain": "#B8A9D9"},
    "light": {"present": "#1B2127", "absent": "#A9B4BE", "uncertain": "#7A68A6"},
}
"""Colours of finding states; never those of generators (COLOURS)."""

assert not {c for theme in COLOURS for c in COLOURS[theme]} & {c for t in FINDING_COLOURS.values() for c in t.values()}
