"""What remains of a set at every threshold of a filter: one small chart a number, over the share of images that stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bench_core.api import Metric
from pages.components.figures.axes import extent
from pages.components.figures.charts import blank
from pages.components.style.numbers import arrow, number
from pages.components.style.palette import GREY, INK, Theme


@dataclass(frozen=True)
class Remains:
    """What is drawn.

    Attributes:
        curve: rows of `frames.WHAT_REMAINS`, one per metric and threshold; with matched values and nulls where these were asked for.
        now: the rows at the threshold that is chosen; where a number cannot be had there, only the line stands.
        metrics: those of the charts, in their order.
    """

    curve: pd.DataFrame
    now: pd.DataFrame
    metrics: list[str]


def chart(remains: Remains, known: Mapping[str, Metric], colour: str, theme: Theme, height: int = 400) -> go.Figure:
    """The charts, two by two. Where nulls are there it draws matched values: only they compare with a perfect generator."""
    titles = (f"{known[m].title} <span style='font-size:11px'>{arrow(known[m])}</span>" for m in remains.metrics)
    shares = remains.curve["share"]
    ends = [1.02, min(shares.min(), remains.now["share"].min()) - 0.02]
    whole = {"height": height, "margin": {"l": 8, "r": 8, "t": 26, "b": 8}, "dragmode": False, "shapes": []}
    layout = {**blank(theme, height).to_plotly_json()["layout"], **_panels(tuple(titles), theme), **whole}
    traces: list[go.Scatter] = []
    for place, metric in enumerate(remains.metrics, 1):
        axis = "" if place == 1 else str(place)
        traces += _one(remains, known[metric], (colour, theme), layout, axis)
        below = layout[f"xaxis{axis}"] = {**layout[f"xaxis{axis}"], "tickformat": ".0%", "range": ends}
        if place > 2:
            below["title"] = {**below["title"], "text": "images that remain"}
    figure = go.Figure(traces, layout, _validate=False)  # checked one by one above: plotly takes longer for all of it than for the traces
    figure._validate = True
    return figure


@cache
def _panels(titles: tuple[str, ...], theme: Theme) -> Mapping[str, Any]:
    """The axes of two by two charts in the look of the product, and their titles, as parts of a layout."""
    subplots = make_subplots(2, 2, subplot_titles=titles, horizontal_spacing=0.11, vertical_spacing=0.2, shared_xaxes=True)
    found = subplots.to_plotly_json()["layout"]
    axis = blank(theme, 100).to_plotly_json()["layout"]["xaxis"]
    axes = {name: {**axis, **found[name]} for name in found if name[1:5] == "axis"}
    font = {"size": 13, "color": INK[theme]}
    return MappingProxyType({**axes, "annotations": [{**title, "font": font} for title in found.get("annotations", ())]})


def _one(remains: Remains, metric: Metric, look: tuple[str, Theme], layout: dict[str, Any], axis: str) -> list[go.Scatter]:
    """The traces of one chart; its line at the threshold and the span of its values go into the layout."""
    (colour, theme), place = look, {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    rows = remains.curve[remains.curve["metric"] == metric.id].sort_values("share", ascending=False)
    now = remains.now[remains.now["metric"] == metric.id]
    judged = bool(rows["null_low"].notna().any())
    at = rows["matched"] if judged else rows["value"]  # beside a perfect generator's range only a matched value may stand
    traces, ends = [], []
    if judged:
        band = rows[rows["null_low"].notna()]
        ends += [*band["null_low"], *band["null_high"]]
        pattern = {"shape": "/", "size": 6, "fgcolor": GREY[theme], "bgcolor": "rgba(138,148,158,0.14)", "fgopacity": 0.5}
        traces.append(
            go.Scatter(
                x=[*band["share"], *band["share"][::-1]], y=[*band["null_high"], *band["null_low"][::-1]], mode="lines", fill="toself",
                line_width=0, fillpattern=pattern, name="perfect generator", hoverinfo="skip", **place,
            )
        )  # fmt: skip
    spread = rows[rows["low"].notna() & rows["high"].notna()]
    if len(spread):
        moved = (at - rows["value"])[spread.index]
        high, low = spread["high"] + moved, spread["low"] + moved
        traces.append(
            go.Scatter(
                x=[*spread["share"], *spread["share"][::-1]], y=[*high, *low[::-1]], mode="lines", fill="toself", line_width=0,
                fillcolor=colour, opacity=0.22, name="interval", hoverinfo="skip", **place,
            )
        )  # fmt: skip
        ends += [*low, *high]
    told = ["all images" if np.isnan(t) else f"threshold {t:.3g}" for t in rows["threshold"]]
    traces.append(
        go.Scatter(
            x=rows["share"], y=at, mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 5}, name=metric.title,
            customdata=np.column_stack([rows["kept"].astype(str), told, [number(v) for v in rows["value"]]]),
            hovertemplate="%{y:.4g} · %{customdata[0]} images, %{customdata[1]} (value %{customdata[2]})<extra></extra>", **place,
        )
    )  # fmt: skip
    here = now["matched"] if judged else now["value"]
    dot = {"size": 13, "color": colour, "line": {"width": 2, "color": INK[theme]}}
    traces.append(go.Scatter(x=now["share"], y=here, mode="markers", marker=dot, name="now", hoverinfo="skip", cliponaxis=False, **place))
    share, line = float(now["share"].iloc[0]), {"color": INK[theme], "width": 1, "dash": "dot"}
    ends_at = {"x0": share, "x1": share, "xref": f"x{axis}", "y0": 0, "y1": 1, "yref": f"y{axis} domain"}
    layout["shapes"].append({"type": "line", **ends_at, "line": line})
    span = extent(np.append(at.to_numpy(float), here.to_numpy(float)), np.array(ends, float), False)
    layout[f"yaxis{axis}"] = {**layout[f"yaxis{axis}"], "range": span}
    return traces
