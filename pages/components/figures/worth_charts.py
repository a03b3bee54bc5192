"""Rank correlations of metrics with what sets are worth for training."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.figures.charts import blank
from pages.components.style.palette import COLOURS, GREY, Theme


def correlations(rows: pd.DataFrame, metrics: Mapping[str, Metric], theme: Theme) -> go.Figure:
    """One row a metric, the strongest first: rho with its interval, and thin the range with one family of generators left out.

    A row whose interval leaves out 0 is in colour.
    """
    figure = blank(theme, 90 + 22 * len(rows), dragmode=False)
    figure.add_vline(x=0, line={"color": GREY[theme], "width": 1, "dash": "dot"})
    for row in rows.to_dict("records"):
        label = metrics[row["metric"]].title if row["metric"] in metrics else row["metric"]
        sure = row["low"] > 0 or row["high"] < 0
        colour = COLOURS[theme][0] if sure else GREY[theme]
        figure.add_scatter(
            x=[row["left_low"], row["left_high"]], y=[label, label], mode="lines", line={"color": colour, "width": 1}, hoverinfo="skip",
            name="left out",
        )  # fmt: skip
        figure.add_scatter(
            x=[row["rho"]], y=[label], mode="markers", marker={"size": 8, "color": colour}, name=row["metric"],
            error_x={
                "array": [row["high"] - row["rho"]], "arrayminus": [row["rho"] - row["low"]], "thickness": 3, "width": 0, "color": colour,
            },
            hovertemplate=f"{label}: %{{x:.2f}} ({row['low']:.2f} to {row['high']:.2f}), n = {row['n']}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title={"text": "rank correlation with the gain"}, range=[-1.08, 1.08])
    return figure.update_yaxes(autorange="reversed", type="category")
