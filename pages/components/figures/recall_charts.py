"""How many planted copies each detector finds: one small chart for each way to alter a copy, one line for each detector."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.components.figures.charts import blank
from pages.components.style.palette import COLOURS, INK, Theme

DETECTORS = {"vote": "Vote", "pixels": "Aligned pixels", "copy": "Copy encoder", "features": "Encoder in use"}
SYMBOLS = ("diamond", "circle", "square", "triangle-up")
COLUMNS = 5


def recall_chart(table: pd.DataFrame, titles: Mapping[str, str], units: Mapping[str, str], theme: Theme) -> go.Figure:
    """Recall in percent with exact intervals, by strength.

    Args:
        table: rows of `frames.PLANTED_RECALL` of planted copies, of one share of false flags.
        titles, units: of the ways to alter a copy.
    """
    ways = [way for way in titles if way in set(table["planting"])]
    count = -(-len(ways) // COLUMNS)
    grid = make_subplots(
        count, COLUMNS, subplot_titles=[_title(titles[w], units[w]) for w in ways], vertical_spacing=0.2, horizontal_spacing=0.03
    )
    figure = blank(theme, 120 + 210 * count)
    figure.update_layout(grid.layout)
    for place, way in enumerate(ways):
        axis = "" if place == 0 else str(place + 1)
        mine = table[table["planting"] == way].sort_values("strength")
        for number, (detector, name) in reversed(list(enumerate(DETECTORS.items()))):  # the vote lies on top
            line = mine[mine["detector"] == detector]
            if line.empty:
                continue
            colour = COLOURS[theme][(5, 0, 2, 3)[number]]
            figure.add_scatter(
                x=[f"{s:g}" for s in line["strength"]], y=100 * line["recall"], name=name, legendgroup=detector, showlegend=place == 0,
                mode="lines+markers", marker={"symbol": SYMBOLS[number], "size": 8, "color": colour},
                line={"color": colour, "width": 3 if detector == "vote" else 1.5},
                error_y={
                    "array": 100 * (line["high"] - line["recall"]), "arrayminus": 100 * (line["recall"] - line["low"]), "width": 2,
                    "thickness": 1, "color": colour,
                },
                customdata=line[["found", "films"]], xaxis=f"x{axis}", yaxis=f"y{axis}",
                hovertemplate=f"<b>{name}</b><br>%{{customdata[0]}} of %{{customdata[1]}} found<extra></extra>",
            )  # fmt: skip
        figure.update_layout(
            {
                f"xaxis{axis}": {"type": "category", "tickfont": {"color": INK[theme]}},
                f"yaxis{axis}": {"range": [-6, 106], "dtick": 50, "ticksuffix": " %", "showticklabels": place % COLUMNS == 0},
            }
        )
    figure.update_annotations(font={"size": 13, "color": INK[theme]})
    figure.update_xaxes(showline=False, ticks="", automargin=True)
    figure.update_yaxes(showline=False, ticks="", zeroline=False)
    legend = {"orientation": "h", "y": -0.16 / count, "yanchor": "top", "x": 0, "traceorder": "reversed"}
    return figure.update_layout(showlegend=True, legend=legend, margin={"t": 70, "b": 70, "l": 40})


def _title(title: str, unit: str) -> str:
    return f"{title}<br><sub>{unit}</sub>" if unit else title
