"""What remains of a set at every threshold of a filter: one small chart a number, over the share of images that stay."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    titles = [f"{known[m].title} <span style='font-size:11px'>{arrow(known[m])}</span>" for m in remains.metrics]
    figure = make_subplots(2, 2, subplot_titles=titles, horizontal_spacing=0.11, vertical_spacing=0.2, shared_xaxes=True)
    look = blank(theme, height).layout
    axis = look.xaxis.to_plotly_json()
    figure.update_layout(look).update_layout(height=height, margin={"l": 8, "r": 8, "t": 26, "b": 8}, dragmode=False)
    figure.update_xaxes(axis).update_yaxes(axis)
    for place, metric in enumerate(remains.metrics):
        _one(figure, remains, known[metric], colour, theme, (place // 2 + 1, place % 2 + 1))
    figure.update_annotations(font={"size": 13, "color": INK[theme]})
    shares = remains.curve["share"]
    figure.update_xaxes(tickformat=".0%", range=[1.02, min(shares.min(), remains.now["share"].min()) - 0.02])
    return figure.update_xaxes(title_text="images that remain", row=2)


def _one(figure: go.Figure, remains: Remains, metric: Metric, colour: str, theme: Theme, where: tuple[int, int]) -> None:
    rows = remains.curve[remains.curve["metric"] == metric.id].sort_values("share", ascending=False)
    now = remains.now[remains.now["metric"] == metric.id]
    judged = bool(rows["null_low"].notna().any())
    at = rows["matched"] if judged else rows["value"]  # beside a perfect generator's range only a matched value may stand
    place = {"row": where[0], "col": where[1]}
    ends = []
    if judged:
        band = rows[rows["null_low"].notna()]
        ends += [*band["null_low"], *band["null_high"]]
        figure.add_scatter(
            x=[*band["share"], *band["share"][::-1]], y=[*band["null_high"], *band["null_low"][::-1]], mode="lines", fill="toself",
            line_width=0,
            fillpattern={"shape": "/", "size": 6, "fgcolor": GREY[theme], "bgcolor": "rgba(138,148,158,0.14)", "fgopacity": 0.5},
            name="perfect generator", hoverinfo="skip", **place,
        )  # fmt: skip
    spread = rows[rows["low"].notna() & rows["high"].notna()]
    if len(spread):
        moved = (at - rows["value"])[spread.index]
        high, low = spread["high"] + moved, spread["low"] + moved
        figure.add_scatter(
            x=[*spread["share"], *spread["share"][::-1]], y=[*high, *low[::-1]], mode="lines", fill="toself", line_width=0,
            fillcolor=colour, opacity=0.22, name="interval", hoverinfo="skip", **place,
        )  # fmt: skip
        ends += [*low, *high]
    told = ["all images" if np.isnan(t) else f"threshold {t:.3g}" for t in rows["threshold"]]
    figure.add_scatter(
        x=rows["share"], y=at, mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 5}, name=metric.title,
        customdata=np.column_stack([rows["kept"].astype(str), told, [number(v) for v in rows["value"]]]),
        hovertemplate="%{y:.4g} · %{customdata[0]} images, %{customdata[1]} (value %{customdata[2]})<extra></extra>", **place,
    )  # fmt: skip
    here = now["matched"] if judged else now["value"]
    figure.add_scatter(
        x=now["share"], y=here, mode="markers", marker={"size": 13, "color": colour, "line": {"width": 2, "color": INK[theme]}},
        name="now", hoverinfo="skip", cliponaxis=False, **place,
    )  # fmt: skip
    figure.add_vline(x=float(now["share"].iloc[0]), line={"color": INK[theme], "width": 1, "dash": "dot"}, **place)
    span = extent(np.append(at.to_numpy(float), here.to_numpy(float)), np.array(ends, float), False)
    figure.update_yaxes(range=span, **place)
