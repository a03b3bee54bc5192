"""Figures of how far metrics agree: the matrix of rank correlations, and two metrics over the sets."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.figures.axes import is_wide, log_ticks
from pages.components.figures.charts import blank
from pages.components.style.numbers import arrow, number
from pages.components.style.palette import INK, Look, Theme

SCALE: Mapping[Theme, list[tuple[float, str]]] = {
    "dark": [(0, "#8A5A1E"), (0.5, "#1B2127"), (1, "#3A76B8")],
    "light": [(0, "#E8B878"), (0.5, "#F4F6F8"), (1, "#8FB8E4")],
}
"""Opposite, unrelated, the same."""
OPEN: Mapping[Theme, str] = {"dark": "#B4BCC4", "light": "#4D565F"}
"""Text of correlations whose sign is open; legible on every tone of SCALE."""


def metrics_of(pairs: pd.DataFrame) -> list[str]:
    """The metrics in the order in which the pairs name them, neighbours ranking alike."""
    return list(dict.fromkeys([*pairs["first"], *pairs["second"]]))


def sure(row: Mapping[str, float]) -> bool:
    """Whether the interval of a correlation leaves out 0."""
    return bool(row["low"] > 0 or row["high"] < 0)


def matrix(pairs: pd.DataFrame, metrics: Mapping[str, Metric], theme: Theme, selected: tuple[str, str], height: int = 600) -> go.Figure:
    """Rank correlations of each two metrics; bold where the interval leaves out 0.

    Trace 0 is the colour, trace 1 takes clicks: its `customdata` is the row of `pairs`. Both halves of the matrix are drawn.
    """
    ids = metrics_of(pairs)
    place = {m: i for i, m in enumerate(ids)}
    z, texts = np.full((len(ids), len(ids)), np.nan), np.full((len(ids), len(ids)), "", dtype=object)
    xs, ys, rows, hovers, shapes = [], [], [], [], []
    for i, row in enumerate(pairs.to_dict("records")):
        a, b = place[row["first"]], place[row["second"]]
        z[a, b] = z[b, a] = row["rho"]
        text = "–" if not np.isfinite(row["rho"]) else f"{row['rho']:.2f}".replace("0.", ".", 1)
        texts[a, b] = texts[b, a] = f"<b>{text}</b>" if sure(row) else f"<span style='color:{OPEN[theme]}'>{text}</span>"
        for x, y in ((a, b), (b, a)):
            if {row["first"], row["second"]} == set(selected):
                shapes.append(_frame(x, y, theme))
            xs.append(x)
            ys.append(y)
            rows.append(str(i))
            hovers.append(_hover(row, metrics))
    figure = blank(theme, height, dragmode=False, shapes=shapes)
    bar = {"thickness": 10, "outlinewidth": 0, "len": 0.9, "tickvals": [-1, -0.5, 0, 0.5, 1], "tickfont": {"size": 11}}
    figure.add_heatmap(
        z=z, zmin=-1, zmax=1, colorscale=SCALE[theme], xgap=2, ygap=2, hoverinfo="skip", colorbar=bar, text=texts, texttemplate="%{text}",
        textfont={"size": 11, "color": INK[theme]},
    )  # fmt: skip
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="markers",
        customdata=rows,
        text=hovers,
        hovertemplate="%{text}<extra></extra>",
        marker={"symbol": "square", "size": max(12, 0.7 * height / max(1, len(ids)) - 4), "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )
    titles = [metrics[m].title for m in ids]
    plain = {"showgrid": False, "ticks": "", "showline": False, "zeroline": False, "fixedrange": True, "tickvals": list(range(len(ids)))}
    figure.update_xaxes(ticktext=titles, tickangle=-40, range=[-0.5, len(ids) - 0.5], **plain)
    return figure.update_yaxes(ticktext=titles, range=[len(ids) - 0.5, -0.5], **plain)


def _frame(x: int, y: int, theme: Theme) -> dict[str, object]:
    """The frame of the selected cell."""
    ends = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.47, "y1": y + 0.47}
    return {"type": "rect", "line": {"width": 2.5, "color": INK[theme]}, **ends}


def _hover(row: Mapping[str, float], metrics: Mapping[str, Metric]) -> str:
    names = f"<b>{metrics[str(row['first'])].title}</b> and <b>{metrics[str(row['second'])].title}</b>"
    return f"{names}<br>rho {number(row['rho'], 2)} [{number(row['low'], 2)}, {number(row['high'], 2)}], n = {row['n']} sets"


def pair(results: pd.DataFrame, one: Metric, two: Metric, look: Look, theme: Theme, height: int = 300) -> go.Figure:
    """Two metrics over the sets that have both."""
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    wide = done[done["metric"].isin([one.id, two.id])].pivot_table(index="set_name", columns="metric", values="value", sort=False)
    generators = done.drop_duplicates("set_name").set_index("set_name")["generator"]
    figure = blank(theme, height, dragmode=False)
    for name, row in wide.dropna().iterrows():
        style = look.of(str(name), generators[name])
        marker = {"symbol": style.marker, "color": style.colour(theme), "size": 12}
        hover = f"<b>{name}</b><br>{one.title}: {number(row[one.id])}<br>{two.title}: {number(row[two.id])}<extra></extra>"
        figure.add_scatter(x=[row[one.id]], y=[row[two.id]], mode="markers", marker=marker, name=str(name), hovertemplate=hover)
    small, known = "<span style='font-size:12px'>", wide.dropna()
    for axis, metric in (("x", one), ("y", two)):
        values = known[metric.id].to_numpy(float)
        log = metric.log_axis and len(values) > 0 and is_wide(values)
        title = f"{metric.title} {small}{arrow(metric, axis)}</span>"  # type: ignore[arg-type]
        figure.update_layout({f"{axis}axis": {"title": {"text": title}, "nticks": 5, "type": "log" if log else "linear"}})
        if log:
            figure.update_layout({f"{axis}axis": log_ticks(values)})
    return figure
