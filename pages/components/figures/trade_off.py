"""The trade-off figure: two metrics against each other, one point per synthetic set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.figures.axes import Axis
from pages.components.figures.charts import blank
from pages.components.figures.point_labels import label_sides
from pages.components.style.numbers import compared, counted, number, of_all, perfect, places_of
from pages.components.style.palette import GREY, INK, Look, Theme

OPACITY = 0.22
"""Of a point that is never on the front."""


@dataclass(frozen=True)
class Axes:
    """What is drawn against what.

    Attributes:
        size: what the area of a point grows with; None: all have the same.
        encoder: in whose space, for the titles.
    """

    x: Metric
    y: Metric
    size: Metric | None = None
    encoder: str = ""


@dataclass(frozen=True)
class Layers:
    """What is drawn besides the points.

    Attributes:
        null: the range of a perfect generator. Matched values are plotted then, since only those may be compared with it.
        on_front: (N,) bool, which points the line of the Pareto front runs through; None: no line.
        chance: how likely a set is on the front, by its name: its point is the fainter the less likely, from OPACITY at 0 to 1.
    """

    null: bool = True
    on_front: np.ndarray | None = None
    chance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """How it looks: style by generator or set, theme, the set that stands out, height in pixels."""

    look: Look
    theme: Theme
    selected: str | None = None
    height: int = 430


POINTS_AND_NULL = Layers()


def figure(points: pd.DataFrame, axes: Axes, scene: Scene, layers: Layers = POINTS_AND_NULL) -> go.Figure:
    """Two metrics against each other, one point per synthetic set, with intervals, null bands and the Pareto front.

    The order of points (one trace each) is the order of `points`, so that a selection can be mapped back.
    """
    x, y = (Axis.of(points, side, metric, layers.null) for side, metric in (("x", axes.x), ("y", axes.y)))
    drawn = blank(scene.theme, scene.height)
    for axis in (x, y):
        drawn.update_layout({f"{axis.side}axis": axis.layout(axes.encoder)})
        if np.isfinite(axis.null).all():
            _draw_band(drawn, axis, scene.theme)
    on_front = layers.on_front
    if on_front is not None and on_front.sum() > 1:
        order = np.argsort(x.at[on_front])
        drawn.add_scatter(
            x=x.at[on_front][order], y=y.at[on_front][order], mode="lines", hoverinfo="skip",
            line={"color": GREY[scene.theme], "width": 1.5, "dash": "dash"}, name="Pareto front",
        )  # fmt: skip
    _draw_points(drawn, points, (x, y), _sizes(points, axes.size), scene, layers)
    return drawn


def _draw_band(figure: go.Figure, axis: Axis, theme: Theme) -> None:
    """The range of a perfect generator: grey, across the whole figure."""
    low, high = (max(end, 1e-12) if axis.log else end for end in axis.null)
    across, along = ("x", "y") if axis.side == "y" else ("y", "x")
    ends = {f"{across}ref": "paper", f"{across}0": 0, f"{across}1": 1, f"{along}0": low, f"{along}1": high}
    figure.add_shape(
        type="rect", layer="below", line={"width": 1, "color": GREY[theme], "dash": "dot"}, fillcolor=GREY[theme], opacity=0.16, **ends
    )


def _draw_points(
    figure: go.Figure, points: pd.DataFrame, axes: tuple[Axis, Axis], sizes: Sequence[float], scene: Scene, layers: Layers
) -> None:
    names = points["set_name"].tolist()
    sides = _sides(names, *axes)
    for i, row in enumerate(points.to_dict("records")):
        style = scene.look.of(row["set_name"], row["generator"])
        chosen = row["set_name"] == scene.selected
        opacity = OPACITY + (1 - OPACITY) * layers.chance.get(row["set_name"], 1.0)
        hover = _hover(row, axes, layers)
        figure.add_scatter(
            x=[axes[0].at[i]],
            y=[axes[1].at[i]],
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
                "color": style.colour(scene.theme),
                "opacity": opacity,
                "line": {"width": 3 if chosen else 0.5, "color": INK[scene.theme]},
            },
            selected={"marker": {"opacity": opacity}},
            unselected={"marker": {"opacity": opacity}},
            **{f"error_{a.side}": _error(a, i, style.colour(scene.theme)) for a in axes if np.isfinite(a.bars[i]).all()},
        )


def _hover(row: Mapping[str, Any], axes: tuple[Axis, Axis], layers: Layers) -> str:
    """What a point says: its set, and for each axis what is drawn and what stands beside it; the bars are those of all images."""
    lines = [f"<b>{escape(str(row['set_name']))}</b>, {counted(int(row['x_n_synthetic']), 'synthetic image')}"]
    for axis in axes:
        found = {name: row[f"{axis.side}_{name}"] for name in ("value", "low", "high", "matched", "null", "null_low", "null_high")}
        if layers.null and np.isfinite(found["null"]):
            large = compared(found)
            told = [f"drawn, at the sizes that compare: {number(large, places_of(large))}", perfect(found), of_all(found)]
        else:
            told = [f"drawn, {of_all(found)}"]
        lines += [f"<b>{escape(axis.metric.title)}</b>", *(f"   {t}" for t in told)]
    chance = layers.chance.get(row["set_name"])
    return "<br>".join([*lines, *([f"on the front in {chance:.0%} of draws"] if chance is not None else [])])


def _sides(names: Sequence[str], x: Axis, y: Axis) -> list[str]:
    """Where the label of each point stands, off the error bars along x."""
    if not names:
        return []
    at, ends = x.place(x.at), x.place(x.bars)
    return label_sides(at, y.place(y.at), names, np.column_stack([at - ends[:, 0], ends[:, 1] - at]))


def _error(axis: Axis, i: int, colour: str) -> dict[str, Any]:
    """The error bar of point i along an axis."""
    below, above = axis.at[i] - axis.bars[i, 0], axis.bars[i, 1] - axis.at[i]
    return {
        "type": "data", "symmetric": False, "array": [max(0.0, above)], "arrayminus": [max(0.0, below)], "thickness": 1.2, "width": 4,
        "color": colour,
    }  # fmt: skip


def _sizes(points: pd.DataFrame, size: Metric | None, low: float = 11, high: float = 24) -> list[float]:
    """Marker diameters: area grows with how good the third metric is; smallest where it is missing."""
    if size is None or "size_value" not in points:
        return [14.0] * len(points)
    values = points["size_value"].to_numpy(float)
    worth = -values if size.goal == "minimize" else values
    area = np.nan_to_num(_scaled(worth) if np.isfinite(worth).any() else np.zeros(len(worth)), nan=0.0)
    return [float(np.sqrt(low**2 + a * (high**2 - low**2))) for a in area]


def _scaled(values: np.ndarray) -> np.ndarray:
    spread = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
    return np.full(values.shape, 0.5) if not spread else (values - np.nanmin(values)) / spread
