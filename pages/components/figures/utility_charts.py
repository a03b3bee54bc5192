"""Figures of what synthetic images are worth for training: low-data curves, gains with intervals, ROC and calibration."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Arm
from pages.components.figures.charts import blank
from pages.components.style.palette import COLOURS, GREY, INK, Theme

MARKERS = ("circle", "square", "diamond", "triangle-up", "star")
DASHES = ("solid", "dash", "dot")


def style_of(arm: str, arms: Mapping[str, Arm], theme: Theme) -> tuple[str, str, str]:
    """Colour, marker and dash: real images alone in ink, arms with synthetic images in colours, controls in grey."""
    if arm == "real_only":
        return INK[theme], "circle", "solid"
    if arms[arm].control:
        place = [a for a in arms if arms[a].control].index(arm)
        return GREY[theme], f"{MARKERS[place % len(MARKERS)]}-open", DASHES[place % len(DASHES)]
    place = [a for a in arms if not arms[a].control and a != "real_only"].index(arm)
    return COLOURS[theme][place % len(COLOURS[theme])], MARKERS[place % len(MARKERS)], "solid"


def low_data(rows: pd.DataFrame, arms: Mapping[str, Arm], words: str, theme: Theme, height: int = 400) -> go.Figure:
    """One line per arm: the figure against the real images that were used, on a logarithmic axis, with intervals."""
    figure = blank(theme, height, showlegend=True, legend={"orientation": "h", "y": -0.22, "yanchor": "top", "font": {"size": 12}})
    real = rows[rows["arm"] == "real_only"].set_index("share")["n_real"]
    for place, arm in enumerate(a for a in arms if a in set(rows["arm"])):
        part = rows[rows["arm"] == arm].sort_values("share")
        colour, marker, dash = style_of(arm, arms, theme)
        aside = 1.0 + 0.025 * (place - 3)  # so that the intervals of arms stand beside each other
        figure.add_scatter(
            x=[aside * real.get(share, np.nan) for share in part["share"]], y=part["value"], mode="lines+markers", name=arms[arm].title,
            line={"color": colour, "width": 2, "dash": dash}, marker={"symbol": marker, "size": 9, "color": colour},
            error_y=_error(part, colour),
            customdata=np.stack([part["n_real"], part["n_added"], part["low"], part["high"]], axis=1),
            hovertemplate="<b>" + arms[arm].title + "</b><br>%{y:.3f} (%{customdata[2]:.3f} to %{customdata[3]:.3f})<br>"
            "%{customdata[0]:,} real, %{customdata[1]:,} added<extra></extra>",
        )  # fmt: skip
    ticks = sorted({int(n) for n in real})
    figure.update_xaxes(title={"text": "real training images"}, type="log", tickvals=ticks, ticktext=[f"{n:,}" for n in ticks])
    return figure.update_yaxes(title={"text": words})


def _error(rows: pd.DataFrame, colour: str) -> dict[str, object]:
    up, down = rows["high"] - rows["value"], rows["value"] - rows["low"]
    return {"array": up, "arrayminus": down, "thickness": 1, "width": 0, "color": colour}


def gains(rows: pd.DataFrame, arms: Mapping[str, Arm], colours: Mapping[str, str], words: str, theme: Theme) -> go.Figure:
    """One row per arm or set: the gain over real images alone with its interval; nothing at 0 is no gain.

    Args:
        rows: in the order of drawing, with a column `label`.
        colours: by label.
    """
    figure = blank(theme, 90 + 34 * len(rows), dragmode=False)
    figure.add_vline(x=0, line={"color": GREY[theme], "width": 1, "dash": "dot"})
    for row in rows.to_dict("records"):
        colour = colours[row["label"]]
        figure.add_scatter(
            x=[row["gain"]], y=[row["label"]], mode="markers", marker={"size": 10, "color": colour},
            error_x={
                "array": [row["gain_high"] - row["gain"]], "arrayminus": [row["gain"] - row["gain_low"]], "thickness": 2, "width": 0,
                "color": colour,
            },
            hovertemplate=f"{row['label']}: %{{x:+.3f}} ({row['gain_low']:+.3f} to {row['gain_high']:+.3f})<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title={"text": words})
    return figure.update_yaxes(autorange="reversed", type="category")


def curve(points: pd.DataFrame, arms: Mapping[str, Arm], kind: str, theme: Theme, height: int = 320) -> go.Figure:
    """ROC or calibration, one line per arm."""
    figure = blank(theme, height, dragmode=False)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY[theme], "width": 1, "dash": "dot"}, hoverinfo="skip", showlegend=False
    )
    for arm in (a for a in arms if a in set(points["arm"])):
        part = points[points["arm"] == arm].sort_values("x")
        colour, marker, dash = style_of(arm, arms, theme)
        figure.add_scatter(
            x=part["x"], y=part["y"], mode="lines" if kind == "roc" else "lines+markers", name=arms[arm].title,
            line={"color": colour, "width": 2, "dash": dash}, marker={"symbol": marker, "size": 7, "color": colour},
            hovertemplate="<b>" + arms[arm].title + "</b><br>%{x:.2f}, %{y:.2f}<extra></extra>",
        )  # fmt: skip
    x, y = ("false-positive rate", "sensitivity") if kind == "roc" else ("probability that was said", "share that has the finding")
    figure.update_xaxes(title={"text": x}, range=[-0.02, 1.02])
    return figure.update_yaxes(title={"text": y}, range=[-0.02, 1.04])


def shown_arms(rows: pd.DataFrame, arms: Mapping[str, Arm]) -> Sequence[str]:
    """The arms that have numbers, in their order."""
    known = set(rows.loc[rows["message"] == "", "arm"])
    return [name for name in arms if name in known]
