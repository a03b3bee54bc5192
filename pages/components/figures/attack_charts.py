"""Figures of attacks: the ROC curve where false alarms are few, and what is seen of planted leaks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme

ACCENT: Mapping[Theme, str] = {"dark": "#3FA99C", "light": "#0F7F74"}
LEAST = 1e-3


def roc(curve: pd.DataFrame, row: Mapping[str, Any] | pd.Series, theme: Theme, height: int = 300) -> go.Figure:
    """The curve on log axes, over patients; dashed, chance; bars, the exact intervals of the rates that n supports."""
    floor = _floor(curve)
    figure = blank(theme, height, dragmode=False)
    line = np.geomspace(floor, 1, 50)
    figure.add_scatter(x=line, y=line, mode="lines", line={"dash": "dash", "width": 1, "color": GREY[theme]}, hoverinfo="skip")
    shown = curve[(curve["fpr"] > 0) & (curve["tpr"] > 0)]
    figure.add_scatter(
        x=shown["fpr"].clip(lower=floor), y=shown["tpr"].clip(lower=floor), mode="lines",
        line={"color": ACCENT[theme], "width": 2, "shape": "hv"},
        hovertemplate="false alarms %{x:.2%}, training patients %{y:.2%}<extra></extra>",
    )  # fmt: skip
    rates = [rate for rate in row["tpr_at"].values() if rate["tpr"]]
    figure.add_scatter(
        x=[rate["fpr"] for rate in rates], y=[rate["tpr"] for rate in rates], mode="markers", marker={"size": 9, "color": INK[theme]},
        error_y={
            "array": [rate["high"] - rate["tpr"] for rate in rates], "arrayminus": [rate["tpr"] - rate["low"] for rate in rates],
            "thickness": 1.2, "width": 0, "color": INK[theme],
        },
        customdata=[[rate["hits"], rate["n"]] for rate in rates],
        hovertemplate="%{customdata[0]} of %{customdata[1]} training patients at %{x:.1%} false alarms<extra></extra>",
    )  # fmt: skip
    ticks = [t for t in (1e-4, 1e-3, 1e-2, 0.1, 1) if t >= floor * 0.99]
    words = [f"{100 * t:g} %" for t in ticks]
    ends = [float(np.log10(floor)), 0.04]
    figure.update_xaxes(title={"text": "held-out patients above the cut"}, type="log", range=ends, tickvals=ticks, ticktext=words)
    return figure.update_yaxes(title={"text": "training patients above it"}, type="log", range=ends, tickvals=ticks, ticktext=words)


def _floor(curve: pd.DataFrame) -> float:
    """The lowest rate that is drawn: of the curve, but not below a tenth of a percent by much."""
    positive = np.concatenate([curve["fpr"], curve["tpr"]])
    positive = positive[positive > 0]
    return float(max(LEAST / 3, min(LEAST, positive.min()))) if len(positive) else LEAST


def doses(row: Mapping[str, Any] | pd.Series, theme: Theme, height: int = 300) -> go.Figure:
    """The area by the share of members released unchanged; full where it is seen, hollow where not; the band is the perfect generator."""
    figure = blank(theme, height, dragmode=False)
    controls = row["controls"]
    perfect, planted = controls["perfect"], list(controls["planted"])
    repeated = any(one.get("unit") == "times" for one in planted)
    names = [f"{one['dose']} ×" if repeated else f"{one['dose']} %" for one in planted]
    if perfect:
        figure.add_hrect(y0=perfect["auc_low"], y1=perfect["auc_high"], fillcolor=GREY[theme], opacity=0.22, line_width=0)
    figure.add_hline(y=0.5, line={"dash": "dash", "width": 1, "color": GREY[theme]})
    if row["auc"] == row["auc"] and row["auc"] is not None:
        figure.add_hline(
            y=row["auc"], line={"width": 1.5, "color": INK[theme]}, annotation_text="this set", annotation_position="bottom right",
            annotation_font={"size": 11, "color": INK[theme]},
        )  # fmt: skip
    colour = ACCENT[theme]
    figure.add_scatter(
        x=names, y=[one["auc"] for one in planted], mode="lines+markers", line={"color": colour, "width": 1.5},
        marker={"size": 10, "color": colour, "symbol": ["circle" if one["seen"] else "circle-open" for one in planted]},
        error_y={
            "array": [one["auc_high"] - one["auc"] for one in planted], "arrayminus": [one["auc"] - one["auc_low"] for one in planted],
            "thickness": 1, "width": 0, "color": GREY[theme],
        },
        customdata=[[one["patients"], one["of"], "seen" if one["seen"] else "not seen"] for one in planted],
        hovertemplate="%{customdata[0]} of %{customdata[1]} patients planted: AUC %{y:.3f}, %{customdata[2]}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(
        title={"text": "how often planted films were learned" if repeated else "members released unchanged"}, type="category"
    )
    return figure.update_yaxes(title={"text": "AUC"}, range=[min(0.42, row["auc"] or 0.5, 0.5) - 0.02, 1.03])
