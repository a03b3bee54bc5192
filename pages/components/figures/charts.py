"""Plotly figures as pure functions of data. One template; text takes the colour of the theme; nothing here reads or stores."""

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.style.palette import COLOURS, GREY, INK, Theme

FONT = '"Source Sans", "Source Sans 3", "Helvetica Neue", Arial, sans-serif'
CONFIG = {
    "displaylogo": False,
    "toImageButtonOptions": {"format": "svg", "filename": "triadcxr"},
    "modeBarButtonsToRemove": ["autoScale2d", "zoomIn2d", "zoomOut2d"],
}


def blank(theme: Theme, height: int, **layout: Any) -> go.Figure:
    """An empty figure in the look of the product: thin axes, light grid, no box, no title."""
    figure = go.Figure(layout=deepcopy(_look(theme)), _validate=False)  # it was, once: plotly takes 20 ms for it every time
    figure._validate = True
    return figure.update_layout(height=height, **layout)


@cache
def _look(theme: Theme) -> dict[str, Any]:
    """The layout that all figures of a theme have."""
    grid = "rgba(138,148,158,0.18)"
    axis = {
        "gridcolor": grid,
        "zeroline": False,
        "linecolor": GREY[theme],
        "ticks": "outside",
        "tickcolor": grid,
        "ticklen": 4,
        "automargin": True,
        "title": {"standoff": 10, "font": {"size": 14, "color": INK[theme]}},
        "tickfont": {"size": 12, "color": INK[theme]},
    }
    figure = go.Figure().update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": INK[theme]},
        xaxis=axis,
        yaxis=axis,
        showlegend=False,
        hovermode="closest",
        hoverlabel={"font": {"family": FONT, "size": 13}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "orientation": "h"},
        dragmode="pan",
    )
    found: dict[str, Any] = figure.to_plotly_json()["layout"]
    return found


@dataclass(frozen=True)
class DistanceRatios:
    """Distances to the nearest training image over the spacing there: of synthetic and of held-out real images.

    Attributes:
        synthetic: (S,). held_out: (R,).
        threshold: below it an image is flagged as too close.
        current: that of the image that is looked at.
    """

    synthetic: np.ndarray
    held_out: np.ndarray
    threshold: float
    current: float | None = None


def distance_histogram(ratios: DistanceRatios, name: str, colour: str, theme: Theme, height: int = 190) -> go.Figure:
    """Ratios of the synthetic images of a set over those of held-out real images, as shares, with the threshold between."""
    synthetic, held_out, threshold, current = ratios.synthetic, ratios.held_out, ratios.threshold, ratios.current
    top = float(np.nanmax(np.concatenate([synthetic, held_out, [threshold]])) * 1.02)
    bins = np.linspace(0, max(top, 1e-6), 41)
    figure = blank(
        theme,
        height,
        barmode="overlay",
        bargap=0.04,
        showlegend=True,
        dragmode=False,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
    )
    middles, width = (bins[:-1] + bins[1:]) / 2, bins[1] - bins[0]
    for values, label, tone, pattern in ((held_out, "held-out real", GREY[theme], "/"), (synthetic, name, colour, "")):
        counts = np.histogram(values[np.isfinite(values)], bins)[0] / max(1, np.isfinite(values).sum())
        figure.add_bar(
            x=middles,
            y=counts,
            width=width,
            name=label,
            marker={"color": tone, "pattern": {"shape": pattern, "size": 5}, "line_width": 0},
            opacity=0.72,
            hovertemplate="ratio %{x:.2f}: %{y:.1%}<extra>" + label + "</extra>",
        )
    figure.add_vline(x=threshold, line={"color": INK[theme], "width": 2, "dash": "dot"})
    figure.add_annotation(
        x=threshold,
        y=1,
        yref="paper",
        text="← flagged",
        showarrow=False,
        xanchor="right",
        xshift=-4,
        font={"size": 12, "color": INK[theme]},
    )
    if current is not None and np.isfinite(current):
        figure.add_scatter(
            x=[current],
            y=[0],
            mode="markers",
            marker={"symbol": "triangle-up", "size": 13, "color": INK[theme]},
            name="this image",
            cliponaxis=False,
            hovertemplate="this image: %{x:.3f}<extra></extra>",
        )
    figure.update_xaxes(title_text="distance to nearest training image / spacing there", range=[0, top])
    return figure.update_yaxes(title_text="share of images", tickformat=".0%")


_POINTS = ((8_000, 5.0, 0.85), (15_000, 3.5, 0.85), (math.inf, 1.7, 0.6))
"""Up to how many points of a map how large and opaque each is: many hide those of the groups that are drawn before."""


def embedding(
    points: pd.DataFrame,
    context: np.ndarray,
    groups: Sequence[tuple[str, np.ndarray, str, str]],
    theme: Theme,
    *,
    found: int | None = None,
    height: int = 600,
) -> go.Figure:
    """UMAP points in WebGL: first the grey context, then one trace per group. Only the rows that are named are drawn.

    Args:
        points: columns x and y.
        context: rows (n,) that belong to no group.
        groups: (name, rows (n,), colour, marker); trace i + 1 is group i, point j is row `rows[j]`.
        found: row that is ringed, whether it is drawn or not.
    """
    figure = blank(
        theme,
        height,
        showlegend=True,
        dragmode="lasso",
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "itemsizing": "constant", "font": {"size": 12}},
    )
    xy = points[["x", "y"]].to_numpy(np.float32)
    many = len(context) + sum(len(g[1]) for g in groups)
    small, opacity = next(looks for most, *looks in _POINTS if many < most)
    figure.add_scattergl(
        x=xy[context, 0],
        y=xy[context, 1],
        mode="markers",
        name="others",
        showlegend=bool(len(context)),
        marker={"size": small - 1, "color": GREY[theme], "opacity": 0.28},
        hoverinfo="skip",
    )
    for name, rows, colour, marker in groups:
        figure.add_scattergl(
            x=xy[rows, 0],
            y=xy[rows, 1],
            mode="markers",
            name=name,
            hovertemplate=f"{name}<extra></extra>",
            marker={"size": small + 1.5, "color": colour, "symbol": marker, "opacity": opacity, "line": {"width": 0}},
            unselected={"marker": {"opacity": opacity / 5}},
        )
    if found is not None:
        figure.add_scattergl(
            x=xy[[found], 0],
            y=xy[[found], 1],
            mode="markers",
            name="this image",
            hoverinfo="skip",
            marker={"size": 20, "color": INK[theme], "symbol": "circle-open-dot", "line": {"width": 3}},
        )
    figure.update_xaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False)
    return figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False, scaleanchor="x")


FINDING_COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "dark": {"present": "#FFFFFF", "absent": "#5B6B7A", "uncertain": "#B8A9D9"},
    "light": {"present": "#1B2127", "absent": "#A9B4BE", "uncertain": "#7A68A6"},
}
"""Colours of finding states; never those of generators (COLOURS)."""

assert not {c for theme in COLOURS for c in COLOURS[theme]} & {c for t in FINDING_COLOURS.values() for c in t.values()}
