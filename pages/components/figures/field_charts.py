"""One small figure for each finding of the field."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from bench_core import api
from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme


def chart(found: api.FieldFinding, colours: Mapping[str, str], theme: Theme) -> go.Figure:
    """Points with intervals: sets by two numbers, or one row a set or metric with a line at 0."""
    if found.kind == "bars":
        return _rows(found, "low", "high", colours, theme)
    if found.kind == "differences":
        shown = found.points.assign(low=found.points["y"] - found.points["error"], high=found.points["y"] + found.points["error"])
        turned = shown.assign(x=shown["y"])
        return _rows(found.with_points(turned), "low", "high", colours, theme)
    figure = blank(theme, 300, dragmode=False)
    for name, of in found.points.groupby("label", sort=False):
        colour = colours.get(str(name), GREY[theme])
        error = {"array": of["error"], "thickness": 1, "width": 0, "color": colour} if "error" in of else None
        words = of["finding"] if "finding" in of else [name] * len(of)
        figure.add_scatter(
            x=of["x"], y=of["y"], mode="markers+text" if len(of) == 1 else "markers", name=str(name), text=[str(name)] * len(of),
            textposition="top center", cliponaxis=False, textfont={"size": 10, "color": INK[theme]},
            marker={"size": 10 if len(of) == 1 else 6, "color": colour},
            error_y=error, customdata=np.array(words)[:, None],
            hovertemplate=f"{name}, %{{customdata[0]}}: %{{x:.3g}}, %{{y:.3g}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title={"text": found.axes[0]}, type="log" if "finding" in found.points else "linear")
    return figure.update_yaxes(title={"text": found.axes[1]})


def _rows(found: api.FieldFinding, low: str, high: str, colours: Mapping[str, str], theme: Theme) -> go.Figure:
    """One row each, with its interval."""
    rows = found.points
    figure = blank(theme, 90 + 20 * len(rows), dragmode=False)
    figure.add_vline(x=0, line={"color": GREY[theme], "width": 1, "dash": "dot"})
    titles = {i: m.title for i, m in api.metrics().items()}
    for row in rows.to_dict("records"):
        colour, label = colours.get(row["label"], INK[theme]), titles.get(row["label"], row["label"])
        figure.add_scatter(
            x=[row["x"]], y=[label], mode="markers", marker={"size": 8, "color": colour}, name=row["label"],
            error_x={"array": [row[high] - row["x"]], "arrayminus": [row["x"] - row[low]], "thickness": 2, "width": 0, "color": colour},
            hovertemplate=f"{label}: %{{x:.2f}} ({row[low]:.2f} to {row[high]:.2f})<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title={"text": found.axes[0] or found.axes[1]})
    return figure.update_yaxes(autorange="reversed", type="category")
