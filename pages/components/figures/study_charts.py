"""Figures of studies: utility against attack strength with the Pareto front, and what cells cost in time."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core import api
from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme

SHAPES = {
    "generator": "star", "images": "circle", "filtered_images": "circle-open", "classifier": "square", "real_classifier": "diamond",
    "private_classifier": "diamond-open",
}  # fmt: skip
COLUMNS = {"area": ("attack_auc", "attack_low", "attack_high", 0.5), "found": ("found", "found_low", "found_high", 0.01)}
TITLES = {"area": "attack: area under its ROC curve", "found": "attack: training patients above all but 1 % of others"}


def trade_off(cells: pd.DataFrame, colours: Mapping[str, str], axis: str, theme: Theme, height: int = 460) -> go.Figure:
    """One point per cell: colour says what was drawn, shape what is released; a dotted line is an attack at chance.

    Args:
        cells: rows of `frames.STUDY_CELLS` that have utility and attack.
        axis: a key of COLUMNS.
    """
    value, low, high, chance = COLUMNS[axis]
    shown = cells[cells[value].notna()]
    figure = blank(theme, height, showlegend=True, legend={"orientation": "h", "y": -0.16, "yanchor": "top", "font": {"size": 12}})
    figure.add_vline(x=chance, line={"color": GREY[theme], "width": 1, "dash": "dot"})
    front = shown[api.pareto_front(np.stack([-shown["utility"], shown[value]], axis=1))].sort_values(value)
    figure.add_scatter(
        x=front[value], y=front["utility"], mode="lines", line={"color": GREY[theme], "width": 1.5}, hoverinfo="skip", showlegend=False,
        name="front",
    )  # fmt: skip
    for row in shown.to_dict("records"):
        colour = colours[row["source"]]
        words = (
            f"<b>{api.RELEASES[row['release']]}</b><br>{row['source']}, {row['filter'] or 'unfiltered'}, {row['arm']}, {row['classifier']}"
        )
        figure.add_scatter(
            x=[row[value]], y=[row["utility"]], mode="markers", showlegend=False, name=row["release"],
            marker={"symbol": SHAPES[row["release"]], "size": 12, "color": colour, "line": {"color": colour, "width": 2}},
            error_x=_error(row, value, low, high, colour), error_y=_error(row, "utility", "utility_low", "utility_high", colour),
            hovertemplate=f"{words}<br>AUROC %{{y:.3f}}, {row['attack']} %{{x:.3f}}<extra></extra>",
        )  # fmt: skip
    for release in (r for r in api.RELEASES if r in set(shown["release"])):
        marker = {"symbol": SHAPES[release], "size": 10, "color": INK[theme], "line": {"color": INK[theme], "width": 2}}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=api.RELEASES[release], marker=marker)
    for source in dict.fromkeys(shown["source"]):
        marker = {"symbol": "line-ew-open", "size": 10, "color": colours[source], "line": {"width": 4, "color": colours[source]}}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=source, marker=marker)
    figure.update_xaxes(title={"text": TITLES[axis]})
    return figure.update_yaxes(title={"text": "utility: mean AUROC on held-out patients"})


def _error(row: Mapping[str, float], value: str, low: str, high: str, colour: str) -> dict[str, object]:
    return {
        "array": [row[high] - row[value]], "arrayminus": [row[value] - row[low]], "thickness": 1, "width": 0, "color": colour,
    }  # fmt: skip


def cost(cells: pd.DataFrame, colours: Mapping[str, str], theme: Theme) -> go.Figure:
    """Seconds of all runs behind the cells of one source, one bar each."""
    spent = cells.groupby("source", sort=False)["seconds"].sum()
    figure = blank(theme, 80 + 30 * len(spent), dragmode=False)
    figure.add_bar(
        x=spent, y=list(spent.index), orientation="h", marker={"color": [colours[name] for name in spent.index]},
        hovertemplate="%{y}: %{x:,.0f} s<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title={"text": "seconds"})
    return figure.update_yaxes(autorange="reversed", type="category")
