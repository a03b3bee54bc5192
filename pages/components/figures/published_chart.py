"""One metric of many models in a row: hollow markers for what was printed or imported, filled ones for ours."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.figures.axes import is_wide, log_ticks
from pages.components.figures.charts import blank
from pages.components.figures.external_numbers import IMPORTED, SUSPECT, SYMBOLS
from pages.components.figures.point_labels import wrapped
from pages.components.style.numbers import number
from pages.components.style.palette import GREY, INK, Theme

OURS = "ours"
BETTER = {"lower": "← better", "higher": "→ better"}


def figure(rows: pd.DataFrame, title: str, better: str, theme: Theme) -> go.Figure:
    """One line per model, the best one on top; `rows` has origin, group, model, value, warning and, for ours, low and high."""
    order = rows.groupby("model")["value"].agg("min" if better == "lower" else "max").sort_values(ascending=better != "lower")
    names = order.index.tolist()
    log = is_wide(rows["value"].to_numpy(float)) and better == "lower"
    drawn = blank(theme, max(300, 24 * len(names) + 70), dragmode=False)
    for row in rows.to_dict("records"):
        suspect = bool(row["warning"])
        symbol = "circle" if row["origin"] == OURS else (SUSPECT if suspect else SYMBOLS)[row["origin"]]
        words = [f"<b>{escape(str(row['model']))}</b>, {row['origin']}: {escape(str(row['group']))}", f"{title}: {number(row['value'])}"]
        words += [wrapped(f"Warning: {row['warning']}")] if suspect else []
        bars = [row.get("high", np.nan) - row["value"], row["value"] - row.get("low", np.nan)]
        error = {"array": [max(0, bars[0])], "arrayminus": [max(0, bars[1])], "symmetric": False, "thickness": 1.2, "color": INK[theme]}
        drawn.add_scatter(
            x=[row["value"]], y=[escape(str(row["model"]))], mode="markers", name=f"{row['origin']}: {row['group']}",
            hovertemplate="<br>".join(words) + "<extra></extra>", error_x=error if np.isfinite(bars).all() else None, cliponaxis=False,
            marker={
                "symbol": symbol, "size": 11, "color": INK[theme] if row["origin"] != IMPORTED else GREY[theme],
                "line": {"width": 1.6, "color": INK[theme]},
            },
        )  # fmt: skip
    drawn.update_xaxes(title={"text": f"{title} <span style='font-size:12px'>{BETTER.get(better, '')}</span>"})
    if log:
        drawn.update_xaxes(type="log", **log_ticks(rows["value"].to_numpy(float)))
    elif (rows["value"] >= 0).all():
        drawn.update_xaxes(rangemode="tozero")
    return drawn.update_yaxes(categoryorder="array", categoryarray=[escape(str(n)) for n in names], ticklen=0, showgrid=True)
