"""Figures of what numbers can see: the map of metrics against faults, and one fault at all its strengths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Fault, Metric
from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, INK, Theme

SCALE: Mapping[Theme, list[tuple[float, str]]] = {
    "dark": [(0, "#B8641E"), (0.249, "#B8641E"), (0.25, "#1B2127"), (0.375, "#1B2127"), (0.376, "#1D4A55"), (1, "#3FA99C")],
    "light": [(0, "#F0A868"), (0.249, "#F0A868"), (0.25, "#F1F3F5"), (0.375, "#F1F3F5"), (0.376, "#CFE8E5"), (1, "#4DB3A6")],
}
"""Wrong, not seen, seen from the strongest to the mildest strength."""
WRONG, UNSEEN, LEAST, MOST = -1.0, 0.0, 0.55, 3.0
CHANCE = 0.025
"""How often a perfect generator lies outside its range on the worse side."""


@dataclass(frozen=True)
class Row:
    """One row of the map: a fault and what it is about."""

    fault: Fault
    variant: str

    @property
    def title(self) -> str:
        """What stands at the axis."""
        name = f"No {self.variant}" if self.variant else self.fault.title
        return f"{name} (to be borne up to {self.fault.borne:g})" if self.fault.borne else name


def rows_of(limits: pd.DataFrame, faults: Mapping[str, Fault]) -> list[Row]:
    """Faults in their order, each finding that is lost a row of its own."""
    pairs = limits[["fault", "variant"]].drop_duplicates()
    known = set(zip(pairs["fault"], pairs["variant"], strict=True))
    return [Row(fault, variant) for fault in faults.values() for variant in fault.variants if (fault.id, variant) in known]


def tone(row: Mapping[str, float], fault: Fault) -> float:
    """Where a cell lies on SCALE: the milder the strength that is seen, the more. Wrong: called better, or seen though to be borne."""
    if row["better"] == row["better"]:
        return WRONG
    if row["seen"] != row["seen"]:
        return UNSEEN
    if row["seen"] <= fault.borne:
        return WRONG
    place = fault.strengths.index(row["seen"]) if row["seen"] in fault.strengths else len(fault.strengths) - 1
    return MOST - (MOST - LEAST) * place / max(1, len(fault.strengths) - 1)


def power_map(
    limits: pd.DataFrame, faults: Mapping[str, Fault], metrics: Mapping[str, Metric], theme: Theme, chosen: tuple[str, str, str]
) -> go.Figure:
    """Metrics against faults; each cell has the smallest strength that is seen, `–` where none is, `↑` where the fault is called better.

    Trace 0 is the colour, trace 1 takes clicks: its `customdata` is `metric|fault|variant`.
    """
    rows, columns = rows_of(limits, faults), [m for m in metrics if m in set(limits["metric"])]
    found = {(r["metric"], r["fault"], r["variant"]): r for r in limits.to_dict("records")}
    z, texts = np.full((len(rows), len(columns)), np.nan), np.full((len(rows), len(columns)), "", dtype=object)
    xs, ys, names, hovers = [], [], [], []
    for y, row in enumerate(rows):
        for x, metric in enumerate(columns):
            cell = found.get((metric, row.fault.id, row.variant))
            if cell is None:
                continue
            z[y, x] = tone(cell, row.fault)
            texts[y, x] = "↑" if cell["better"] == cell["better"] else "–" if cell["seen"] != cell["seen"] else f"{cell['seen']:g}"
            xs.append(x)
            ys.append(y)
            names.append(f"{metric}|{row.fault.id}|{row.variant}")
            hovers.append(f"<b>{metrics[metric].title}</b><br>{cell['words']}<br>n = {cell['n']}")
    height = 160 + 23 * len(rows)
    figure = blank(theme, height, dragmode=False, shapes=_frame(rows, columns, chosen, theme))
    figure.add_heatmap(
        z=z, zmin=WRONG, zmax=MOST, colorscale=SCALE[theme], showscale=False, xgap=2, ygap=2, hoverinfo="skip", text=texts,
        texttemplate="%{text}", textfont={"size": 11, "color": INK[theme]},
    )  # fmt: skip
    figure.add_scatter(
        x=xs, y=ys, mode="markers", customdata=names, text=hovers, hovertemplate="%{text}<extra></extra>",
        marker={"symbol": "square", "size": 20, "opacity": 0}, selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )  # fmt: skip
    plain = {"showgrid": False, "ticks": "", "showline": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(
        ticktext=[metrics[m].title for m in columns], tickvals=list(range(len(columns))), tickangle=-90, range=[-0.5, len(columns) - 0.5],
        side="top", **plain,
    )  # fmt: skip
    units = [f"{r.title} <span style='font-size:11px;color:{GREY[theme]}'>{r.fault.unit}</span>" for r in rows]
    return figure.update_yaxes(ticktext=units, tickvals=list(range(len(rows))), range=[len(rows) - 0.5, -0.5], **plain)


def _frame(rows: Sequence[Row], columns: Sequence[str], chosen: tuple[str, str, str], theme: Theme) -> list[dict[str, object]]:
    """The frame of the chosen cell."""
    metric, fault, variant = chosen
    ys = [y for y, row in enumerate(rows) if (row.fault.id, row.variant) == (fault, variant)]
    if metric not in columns or not ys:
        return []
    x, y = columns.index(metric), ys[0]
    ends = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.47, "y1": y + 0.47}
    return [{"type": "rect", "line": {"width": 2.5, "color": INK[theme]}, **ends}]


def strengths(counts: pd.DataFrame, fault: Fault, chance: float, theme: Theme, height: int = 300) -> go.Figure:
    """The share of spoiled generators that one metric flags, from mild to strong, with intervals.

    Dashed is what counts as seen, dotted how often unspoiled ones are flagged.

    Args:
        counts: rows of `api.power` of one metric, fault, variant and n.
        chance: the share of unspoiled generators that it flags.
    """
    rows = {row["strength"]: row for row in counts.to_dict("records")}
    known = [s for s in fault.strengths if s in rows]
    shares = [100 * rows[s]["share"] for s in known]
    up, down = ([100 * abs(rows[s][end] - rows[s]["share"]) for s in known] for end in ("high", "low"))
    labels = [f"{s:g}" for s in known]
    colour = "#3FA99C" if theme == "dark" else "#0F7F74"
    figure = blank(theme, height, dragmode=False)
    figure.add_scatter(
        x=labels, y=shares, mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 9, "color": colour},
        error_y={"array": up, "arrayminus": down, "thickness": 1, "width": 0, "color": GREY[theme]},
        customdata=[[rows[s]["worse"], rows[s]["repeats"], rows[s]["better"]] for s in known],
        hovertemplate="%{x} " + fault.unit + ": %{customdata[0]} of %{customdata[1]} flagged, %{customdata[2]} better<extra></extra>",
    )  # fmt: skip
    thin = {"width": 1, "color": GREY[theme]}
    said = {"annotation_text": "seen", "annotation_position": "top left", "annotation_font": {"size": 11, "color": GREY[theme]}}
    figure.add_hline(y=80, line={"dash": "dash", **thin}, **said)
    figure.add_hline(y=100 * chance, line={"dash": "dot", **thin})  # a word there would lie over points that are not seen
    figure.update_xaxes(title={"text": f"{fault.title}, {fault.unit}"}, type="category")
    return figure.update_yaxes(title={"text": "flagged, % of generators"}, range=[-4, 108], tickvals=[0, 20, 40, 60, 80, 100])
