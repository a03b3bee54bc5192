"""The map of images as a figure: points, or their density where they hide each other; what is ringed and what is drawn around."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme

_POINTS = ((8_000, 5.0, 0.85), (15_000, 3.5, 0.85), (math.inf, 1.7, 0.6))
"""Up to how many points of a map how large and opaque each is: many hide those of the groups that are drawn before."""
CROWD = 500
"""Points of a group from which its density is drawn."""
CELLS, BLUR, LINES, EDGE = 100, 1.6, 6, 0.06
"""Cells along either axis in which points are counted, the blur in cells, the lines of equal density, the room around all points."""


@dataclass(frozen=True)
class MapMarks:
    """What stands on a map beside its points.

    Attributes:
        ringed: row that is ringed, whether it is drawn or not.
        areas: outlines (n, 2) that were drawn around points; points outside are faint.
        density: large groups are lines of equal density; their points are there, but cannot be seen.
    """

    ringed: int | None = None
    areas: Sequence[np.ndarray] = ()
    density: bool = False


def embedding(
    points: pd.DataFrame,
    context: np.ndarray,
    groups: Sequence[tuple[str, np.ndarray, str, str]],
    theme: Theme,
    *,
    marks: MapMarks = MapMarks(),
    height: int = 600,
) -> go.Figure:
    """UMAP points in WebGL: first the grey context, then one trace per group. Only the rows that are named are drawn.

    Args:
        points: columns x and y.
        context: rows (n,) that belong to no group.
        groups: (name, rows (n,), colour, marker); trace i + 1 is group i, the `customdata` of a point is its row.
    """
    figure = blank(
        theme,
        height,
        showlegend=True,
        dragmode="lasso",
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "itemsizing": "constant", "font": {"size": 12}},
        selections=[_selection(area) for area in marks.areas],
        newselection={"line": {"color": INK[theme], "width": 1.5}},
        activeselection={"opacity": 0},
    )
    xy = points[["x", "y"]].to_numpy(np.float32)
    many = len(context) + sum(len(g[1]) for g in groups)
    small, opacity = next(looks for most, *looks in _POINTS if many < most)
    extent = [(float(side.min() - EDGE * np.ptp(side)), float(side.max() + EDGE * np.ptp(side))) for side in xy.T]
    everything = [("others", context, GREY[theme], "circle", small - 1, 0.28), *((*g, small + 1.5, opacity) for g in groups)]
    for name, rows, colour, marker, size, alpha in everything:
        crowded = marks.density and len(rows) >= CROWD
        figure.add_scattergl(
            x=xy[rows, 0],
            y=xy[rows, 1],
            mode="markers",
            name=name,
            legendgroup=name,
            showlegend=bool(len(rows)) and not crowded,
            customdata=rows.astype(np.int32),
            hovertemplate=f"{name}<extra></extra>",
            marker={"size": size, "color": colour, "symbol": marker, "opacity": 0 if crowded else alpha, "line": {"width": 0}},
            unselected={"marker": {"opacity": 0 if crowded else alpha / 5}},
        )
    for name, rows, colour, *_ in everything:
        if marks.density and len(rows) >= CROWD:
            figure.add_trace(_contours(xy[rows], extent, name, colour))
    if marks.ringed is not None:
        figure.add_scattergl(
            x=xy[[marks.ringed], 0],
            y=xy[[marks.ringed], 1],
            mode="markers",
            name="this image",
            hoverinfo="skip",
            marker={"size": 20, "color": INK[theme], "symbol": "circle-open-dot", "line": {"width": 3}},
            unselected={"marker": {"opacity": 1}},
        )
    figure.update_xaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False)
    return figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, title_text="", showline=False, scaleanchor="x")


def without_labels(figure: go.Figure) -> go.Figure:
    """The figure for a page on which a card says what the point under the pointer is."""
    shown = go.Figure(figure)
    shown.update_traces(hoverinfo="none", hovertemplate=None, selector={"type": "scattergl"})
    return shown


def _selection(area: np.ndarray) -> dict[str, str]:
    corners = "L".join(f"{x:.3f},{y:.3f}" for x, y in area)
    return {"type": "path", "xref": "x", "yref": "y", "path": f"M{corners}Z"}


def _contours(xy: np.ndarray, extent: Sequence[tuple[float, float]], name: str, colour: str) -> go.Contour:
    counts, *edges = np.histogram2d(*xy.T, bins=CELLS, range=extent)
    reach = np.arange(-5, 6)
    kernel = np.exp(-(reach**2) / (2 * BLUR**2))
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel / kernel.sum(), "same")
    top = float(counts.max())
    x, y = ((edge[:-1] + edge[1:]) / 2 for edge in edges)
    return go.Contour(
        x=x,
        y=y,
        z=counts.T.astype(np.float32),
        name=name,
        legendgroup=name,
        showlegend=True,
        hoverinfo="skip",
        showscale=False,
        colorscale=[[0, colour], [1, colour]],
        line={"width": 1.3, "smoothing": 1.2, "color": colour},
        contours={"coloring": "lines", "start": top / (2 * LINES), "end": top, "size": top / LINES},
    )
