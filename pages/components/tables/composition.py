"""What an area of the map holds, by set and by finding."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench_core import api
from pages.components.style.markup import Markup, html, joined, style_sheet
from pages.components.style.palette import EDGES, GREY, INK, WORDS, Theme

FEWEST_SHOWN, MOST_SHOWN = 0.05, 5
"""A finding is named from this difference between the area and the rest on; and how many are, those that differ most first."""
CSS = """
.holds { border-collapse: collapse; width: 100%; font-size: .84rem; color: INK; margin-bottom: .5rem; }
.holds th, .holds td { text-align: right; padding: 3px 0 3px 8px; font-weight: 400; border-bottom: 1px solid rgba(138,148,158,.28); }
.holds th:first-child { text-align: left; padding-left: 0; overflow-wrap: anywhere; }
.holds thead th { color: GREY; font-size: .78rem; vertical-align: bottom; }
.holds i { display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 2px; }
"""


def by_set(points: pd.DataFrame, shown: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
    """For each set on the map: `set_name`, `kind`, `here` (images in the area), `share` of the set's images; synthetic sets first."""
    order = {"synthetic": 0, "real": 1, "train": 2}
    whole = points[shown].groupby(["kind", "set_name"]).size()
    here = points.iloc[rows].groupby(["kind", "set_name"]).size().reindex(whole.index, fill_value=0)
    frame = pd.DataFrame({"here": here, "share": here / whole}).reset_index()
    return frame.sort_values(["kind", "share"], key=lambda c: c.map(order) if c.name == "kind" else -c, kind="stable", ignore_index=True)


def by_finding(points: pd.DataFrame, shown: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
    """For each finding that is known of images here and elsewhere: `finding`, `here` and `elsewhere`, the shares that have it."""
    inside = np.zeros(len(points), bool)
    inside[rows] = True
    found = []
    for finding in api.FINDINGS:
        values = points[finding].to_numpy(float)
        known = shown & ((values == 0) | (values == 1))
        if (known & inside).any() and (known & ~inside).any():
            found.append((finding, values[known & inside].mean(), values[known & ~inside].mean()))
    frame = pd.DataFrame(found, columns=["finding", "here", "elsewhere"])
    return frame.sort_values("here", key=lambda here: -(here - frame["elsewhere"]).abs(), kind="stable", ignore_index=True)


def composition_html(sets: pd.DataFrame, findings: pd.DataFrame, theme: Theme) -> Markup:
    """Both as small tables; findings only where they differ."""
    rows = [
        html(
            "<tr><th scope='row'><i style='background:{}' title='{}'></i>{}</th><td>{}</td><td>{}</td></tr>",
            EDGES[r["kind"]],
            WORDS[r["kind"]],
            r["set_name"],
            f"{r['here']:,}",
            f"{r['share']:.0%}",
        )  # fmt: skip
        for r in sets.to_dict("records")
    ]
    tables = [_table(("Set", "here", "of the set"), rows)]
    apart = findings[(findings["here"] - findings["elsewhere"]).abs() >= FEWEST_SHOWN].head(MOST_SHOWN)
    if len(apart):
        rows = [
            html("<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", r["finding"], f"{r['here']:.0%}", f"{r['elsewhere']:.0%}")
            for r in apart.to_dict("records")
        ]
        tables.append(_table(("Finding", "here", "elsewhere"), rows))
    return joined([style_sheet(CSS.replace("INK", INK[theme]).replace("GREY", GREY[theme])), *tables])


def _table(columns: Sequence[str], rows: Sequence[Markup]) -> Markup:
    head = joined(html("<th scope='col'>{}</th>", column) for column in columns)
    return html("<table class='holds'><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, joined(rows))
