"""Figures of reports: what is read beside what was asked, scores beside chance, recall beside its null."""

import pandas as pd
import plotly.graph_objects as go

from pages.components.figures.charts import blank
from pages.components.style.palette import COLOURS, GREY, Theme

LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 12}}


def beside_null(rows: pd.DataFrame, words: str, theme: Theme, null: str = "held-out real images") -> go.Figure:
    """One row per label: the value with its interval, and in grey the null with its own.

    Args:
        rows: `label`, `value`, `low`, `high`, `null`, `null_low`, `null_high`, in the order of drawing.
    """
    figure = blank(theme, 110 + 24 * len(rows), dragmode=False, showlegend=True, legend=LEGEND)
    for name, column, colour, size in ((null, "null", GREY[theme], 8), ("this set", "value", COLOURS[theme][0], 10)):
        low, high = (f"{column}_low", f"{column}_high") if column == "null" else ("low", "high")
        figure.add_scatter(
            x=rows[column], y=rows["label"], mode="markers", name=name, marker={"size": size, "color": colour},
            error_x={
                "array": rows[high] - rows[column], "arrayminus": rows[column] - rows[low], "thickness": 1.5, "width": 0, "color": colour,
            },
            hovertemplate=f"<b>%{{y}}</b><br>{name}: %{{x:.2f}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title={"text": words}, range=[-0.02, 1.03])
    return figure.update_yaxes(autorange="reversed", type="category", dtick=1)


def beside_chance(rows: pd.DataFrame, words: str, theme: Theme) -> go.Figure:
    """One row per label: the value with its interval, and what chance gives as a line across it."""
    figure = blank(theme, 110 + 28 * len(rows), dragmode=False, showlegend=True, legend=LEGEND)
    figure.add_scatter(
        x=rows["chance"], y=rows["label"], mode="markers", name="chance: reports of other patients",
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": GREY[theme]}},
        hovertemplate="chance: %{x:.2f}<extra></extra>",
    )  # fmt: skip
    colour = COLOURS[theme][0]
    figure.add_scatter(
        x=rows["value"], y=rows["label"], mode="markers", name="predictions", marker={"size": 10, "color": colour},
        error_x={
            "array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"], "thickness": 2, "width": 0, "color": colour,
        },
        hovertemplate="<b>%{y}</b>: %{x:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title={"text": words}, range=[-0.02, 1.03])
    return figure.update_yaxes(autorange="reversed", type="category", dtick=1)
