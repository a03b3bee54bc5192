"""Figures of reader studies: operating points of each reader, means with their intervals, Likert ratings, and learning."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from pages.components.figures.charts import blank
from pages.components.style.palette import COLOURS, GREY, INK, MARKERS, Theme

_FULL = {"mean": "mean of readers"}


def reader_colours(readers: pd.Series, theme: Theme) -> dict[str, tuple[str, str]]:
    """Colour and marker of each reader, the same in all figures; the mean is drawn in ink."""
    names = sorted({str(name) for name in readers} - {"mean", "all"})
    tones = COLOURS[theme]
    return {name: (tones[i % len(tones)], MARKERS[i % len(MARKERS)]) for i, name in enumerate(names)}


def roc(points: pd.DataFrame, colours: Mapping[str, tuple[str, str]], theme: Theme, height: int = 380) -> go.Figure:
    """Every operating point of each reader; dashed, chance."""
    figure = blank(theme, height, dragmode=False, showlegend=True, legend={"x": 0.98, "y": 0.04, "xanchor": "right", "yanchor": "bottom"})
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dash", "width": 1, "color": GREY[theme]}, hoverinfo="skip", showlegend=False
    )
    for reader, own in points.groupby("reader", sort=True):
        mean = reader == "mean"
        tone, marker = (INK[theme], "circle") if mean else colours[str(reader)]
        figure.add_scatter(
            x=own["fpr"], y=own["tpr"], mode="lines" if mean else "lines+markers", name=_FULL.get(str(reader), str(reader)),
            line={"color": tone, "width": 3 if mean else 1.4}, marker={"size": 9, "symbol": marker, "color": tone},
            customdata=own["threshold"],
            hovertemplate="%{y:.0%} of synthetic, %{x:.0%} of real films<extra>" + _FULL.get(str(reader), str(reader)) + "</extra>",
        )  # fmt: skip
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_xaxes(title={"text": "real films called synthetic"}, range=[-0.02, 1.02], tickvals=ticks, tickformat=".0%")
    return figure.update_yaxes(title={"text": "synthetic films called synthetic"}, range=[-0.02, 1.04], tickvals=ticks, tickformat=".0%")


def bars(rows: pd.DataFrame, chance: float, words: str, theme: Theme) -> go.Figure:
    """One line per row: a share or an area with its interval; dashed, chance.

    Args:
        rows: columns label, value, low, high, tone, symbol; the first is drawn at the top.
    """
    figure = blank(theme, 70 + 34 * max(3, len(rows)), dragmode=False)
    figure.add_vline(x=chance, line={"dash": "dash", "width": 1, "color": GREY[theme]})
    figure.add_scatter(
        x=rows["value"], y=rows["label"], mode="markers", marker={"size": 11, "color": rows["tone"], "symbol": rows["symbol"]},
        error_x={
            "array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"], "thickness": 1.3, "width": 0,
            "color": GREY[theme],
        },
        hovertemplate="<b>%{y}</b> %{x:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", type="category", automargin=True)
    return figure.update_xaxes(title={"text": words}, range=[0, 1.02])


def ratings(answers: pd.DataFrame, theme: Theme) -> go.Figure:
    """How often each rating was given to each source, as shares of its ratings.

    Args:
        answers: columns source, rating, scale.
    """
    figure = blank(theme, 110 + 44 * answers["source"].nunique(), dragmode=False, showlegend=True, barmode="stack",
                   legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"})  # fmt: skip
    scale = int(answers["scale"].max())
    counts = answers.groupby(["source", "rating"]).size().unstack(fill_value=0)
    shares = counts.div(counts.sum(axis=1), axis=0)
    steps = ("#B5534B", "#D9A17C", "#9AA4AE", "#7FB9B2", "#2A8277")
    for rating in range(1, scale + 1):
        if rating in shares:
            tone = steps[round((rating - 1) / max(1, scale - 1) * 4)]
            figure.add_bar(
                y=shares.index, x=shares[rating], orientation="h", name=str(rating), marker={"color": tone}, customdata=counts[rating],
                hovertemplate="<b>%{y}</b> rated " + str(rating) + ": %{x:.0%} (%{customdata})<extra></extra>",
            )  # fmt: skip
    figure.update_yaxes(type="category", automargin=True)
    return figure.update_xaxes(title={"text": "share of ratings"}, range=[0, 1], tickformat=".0%")
