"""Numbers that are not ours, printed or imported: which of them stand in our space and mode, and their hollow markers."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components import read
from pages.components.figures.axes import extent, log_ticks
from pages.components.figures.point_labels import label_sides, wrapped
from pages.components.style.numbers import number
from pages.components.style.palette import GREY, INK, Theme

PUBLISHED, IMPORTED = "published", "imported"
SYMBOLS = {PUBLISHED: "circle-open", IMPORTED: "diamond-open"}
SUSPECT = {PUBLISHED: "circle-x-open", IMPORTED: "diamond-x-open"}
SECOND = ("CheXGenBench leaderboard", "UniX (reprint)")
"""Papers that print cells of another one again."""


def everything() -> pd.DataFrame:
    """Results of models on CheXGenBench's protocol.

    Columns: origin, group (paper or import), model, metric, metric_id, encoder, mode, better, subgroup, value, warning, source.
    """
    printed = read.published().query("data == 'MIMIC-CXR' and kind == 'result'").assign(origin=PUBLISHED).rename(columns={"paper": "group"})
    own = read.imported_results().rename(columns={"name": "group"})
    rows = own["row"].map(lambda r: f", row {r}", na_action="ignore").astype(object).fillna("")
    own = own.assign(origin=IMPORTED, source="imported file " + own["file"].astype(str) + rows.astype(str))
    columns = [
        "origin", "group", "model", "metric", "metric_id", "encoder", "mode", "better", "subgroup", "value", "warning", "source",
    ]  # fmt: skip
    return pd.concat([printed[columns], own[columns]], ignore_index=True) if len(own) else printed[columns].reset_index(drop=True)


def points(x: str, y: str, encoder: str, mode: str, subgroup: str = "all") -> pd.DataFrame:
    """Models with both numbers in exactly this space and mode. Columns: origin, group, model, x_value, y_value, warning, source."""
    frame = everything()
    frame = frame[(frame["encoder"] == encoder) & (frame["mode"] == mode) & (frame["subgroup"] == subgroup)]
    frame = frame[(frame["metric_id"] != "") & ~frame["group"].isin(SECOND)].drop_duplicates(["origin", "group", "model", "metric_id"])
    keys = ["origin", "group", "model"]
    columns = [*keys, "value", "warning", "source"]
    a, b = (frame.loc[frame["metric_id"] == metric, columns] for metric in (x, y))
    joined = a.merge(b, on=keys, suffixes=("_x", "_y"))
    joined["warning"] = [
        " ".join(dict.fromkeys(w for w in pair if w)) for pair in zip(joined["warning_x"], joined["warning_y"], strict=True)
    ]
    joined = joined.rename(columns={"value_x": "x_value", "value_y": "y_value", "source_x": "source"})
    return joined[[*keys, "x_value", "y_value", "warning", "source"]]


def add(figure: go.Figure, found: pd.DataFrame, theme: Theme, titles: Sequence[str]) -> None:
    """Draws hollow markers onto a trade-off figure and widens its axes to hold them."""
    if found.empty:
        return
    drawn = [t for t in figure.data if t.customdata is not None]
    places = []
    for axis in "xy":
        layout = figure.layout[f"{axis}axis"]
        ours = np.array([float(v) for t in drawn for v in t[axis]])
        theirs = found[f"{axis}_value"].to_numpy(float)
        log = layout.type == "log" and bool((theirs > 0).all())
        both, before = np.append(ours, theirs), layout.range
        span = extent(both, np.array([]), log) or [0.0, 1.0]
        span = [min(span[0], before[0]), max(span[1], before[1])] if before is not None and (layout.type == "log") == log else span
        layout.update(type="log" if log else "linear", range=span, **(log_ticks(both) if log else {"tickvals": None, "ticktext": None}))
        places.append(((np.log10(both) if log else both) - span[0]) / (span[1] - span[0]))
    sides = label_sides(places[0], places[1], [*(t.name for t in drawn), *found["model"]])
    for trace, side in zip(drawn, sides, strict=False):
        trace.textposition = side
    for row, side in zip(found.to_dict("records"), sides[len(drawn) :], strict=True):
        suspect = bool(row["warning"])
        lines = [f"<b>{escape(row['model'])}</b>, {row['origin']}: {escape(row['group'])}"]
        lines += [f"{t}: {number(row[f'{a}_value'])}" for a, t in zip("xy", titles, strict=True)]
        lines += [wrapped(f"Warning: {row['warning']}")] if suspect else []
        figure.add_scatter(
            x=[row["x_value"]], y=[row["y_value"]], mode="markers+text", text=[escape(row["model"])], textposition=side,
            name=f"{row['origin']}: {row['model']}", textfont={"size": 11, "color": GREY[theme]}, cliponaxis=False,
            hovertemplate="<br>".join(lines) + "<extra></extra>",
            marker={
                "symbol": (SUSPECT if suspect else SYMBOLS)[row["origin"]], "size": 11, "color": INK[theme],
                "line": {"width": 1.5, "color": INK[theme]}, "opacity": 0.9,
            },
        )  # fmt: skip
