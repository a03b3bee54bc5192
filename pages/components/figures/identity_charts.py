"""What pairs of films score: one patient, two patients, strangers' best matches and those of synthetic images."""

import numpy as np
import plotly.graph_objects as go

from bench_core import api
from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme

SAME = {"dark": "#E3B341", "light": "#8A5A00"}
"""Pairs of one patient; no generator's colour."""
SOONEST = 40


def match_histogram(found: api.Reidentification, name: str, colour: str, theme: Theme, current: float | None = None) -> go.Figure:
    """Pairs of real films as outlines, best matches as bars: each as shares of its own, so that sizes of sets do not matter."""
    table = found.pairs.table
    edges = np.append(table.loc[table["kind"] == "same", "low"].to_numpy(), table["high"].max())
    scores = found.matches["score"].to_numpy()
    edges = _wider(edges, np.concatenate([scores, found.held_out]))
    legend = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "font": {"size": 12}}
    figure = blank(theme, 300, barmode="overlay", bargap=0.04, showlegend=True, dragmode=False, legend=legend)
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    for values, label, tone, pattern in (
        (found.held_out, "best match of a held-out film", GREY[theme], "/"),
        (scores, f"best match of {name}", colour, ""),
    ):
        figure.add_bar(
            x=middles, y=np.histogram(values, edges)[0] / max(1, len(values)), width=width, name=label, opacity=0.72,
            marker={"color": tone, "pattern": {"shape": pattern, "size": 5}, "line_width": 0},
            hovertemplate="%{x:.3g}: %{y:.1%}<extra>" + label + "</extra>",
        )  # fmt: skip
    for kind, label, tone, dash in (
        ("different", "real pairs, two patients", GREY[theme], "dot"),
        ("same", "real pairs, one patient", SAME[theme], "solid"),
    ):
        rows = table[table["kind"] == kind]
        figure.add_scatter(
            x=(rows["low"] + rows["high"]) / 2, y=rows["count"] / max(1, rows["count"].sum()), name=label, mode="lines",
            line={"color": tone, "width": 2.5, "dash": dash, "shape": "hvh"},
            hovertemplate="%{x:.3g}: %{y:.2%}<extra>" + label + "</extra>",
        )  # fmt: skip
    figure.add_vline(x=found.cut, line={"color": INK[theme], "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=found.cut,
        y=1,
        yref="paper",
        yanchor="top",
        text="re-identified →",
        showarrow=False,
        xanchor="left",
        xshift=5,
        font={"size": 12, "color": INK[theme]},
    )
    if current is not None:
        figure.add_scatter(
            x=[current], y=[0], mode="markers", name="this image", cliponaxis=False,
            marker={"symbol": "triangle-up", "size": 13, "color": INK[theme]},
            hovertemplate="this image: %{x:.3g}<extra></extra>",
        )  # fmt: skip
    axis = "minus the distance: the farther right, the likelier one patient" if found.measure == "distance" else "score of the network"
    figure.update_xaxes(title_text=axis, range=[edges[0], edges[-1] + 0.02 * (edges[-1] - edges[0])])
    return figure.update_yaxes(title_text="share", tickformat=".0%")


def _wider(edges: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The same bins, and as many more as the scores need."""
    width = edges[1] - edges[0]
    before = max(0, int(np.ceil((edges[0] - scores.min()) / width)))
    after = max(0, int(np.ceil((scores.max() - edges[-1]) / width)) + 1)
    return edges[0] + width * np.arange(-min(before, SOONEST), len(edges) + min(after, SOONEST))
